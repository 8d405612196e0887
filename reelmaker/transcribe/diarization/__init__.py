"""Who speaks when, and who of them asks."""
