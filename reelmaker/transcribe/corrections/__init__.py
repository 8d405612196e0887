"""What was really said where words were misheard: the team's corrections, laid over every transcription anew."""
