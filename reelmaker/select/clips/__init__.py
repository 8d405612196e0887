"""What makes one clip better than another: its main sentence, what others already said, the picture it opens with."""
