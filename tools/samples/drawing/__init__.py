"""Flat drawings of invented people in invented rooms, for the sample survey."""
