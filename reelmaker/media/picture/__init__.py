"""What is known of the picture of a recording before anything is cut: its properties, and how a stretch of it begins."""
