"""Forget, retention, access requests."""
