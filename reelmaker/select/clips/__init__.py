"""What makes one clip better than another: the sentence it states, what others said already, the picture it opens with."""
