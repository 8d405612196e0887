"""What people do with what was found: for now, checking the count by a sample."""
