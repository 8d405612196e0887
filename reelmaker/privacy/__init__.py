"""Data protection: forgetting a person, retention, access requests."""
