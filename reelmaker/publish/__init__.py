"""reel -> files in reels/: quality check, diff with the last build, swap into place, archive of earlier builds, notifications."""
