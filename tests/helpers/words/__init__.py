"""What is said, judged and drawn."""
