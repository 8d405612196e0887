"""Renders a reel: pieces, then one mp4."""
