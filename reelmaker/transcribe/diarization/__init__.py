"""Who speaks when, and which of the speakers asks."""
