"""What a build made, read back."""
