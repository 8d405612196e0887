"""reel -> files in reels/: checked, compared with the last build, swapped in, kept, told."""
