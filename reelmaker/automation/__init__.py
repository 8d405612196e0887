"""Watch a folder, run by schedule."""
