"""Removes personal data from transcripts."""
