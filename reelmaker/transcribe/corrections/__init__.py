"""The team's corrections of misheard words, applied after every transcription."""
