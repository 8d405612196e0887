"""The team's decisions, applied to moments and clips."""
