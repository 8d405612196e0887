"""moments -> clips -> reel."""
