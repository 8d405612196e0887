"""What people do with moments: find, explain, keep, drop, hide, trim, order."""
