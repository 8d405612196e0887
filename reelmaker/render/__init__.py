"""reel -> pieces -> mp4."""
