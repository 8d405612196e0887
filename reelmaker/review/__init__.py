"""What the team does with moments: find, explain, keep, drop, hide, trim, order."""
