"""Whole surveys to build reels of."""
