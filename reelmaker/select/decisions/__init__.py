"""What the team decided, applied to moments and clips."""
