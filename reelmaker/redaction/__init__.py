"""transcripts -> transcripts without personal data."""
