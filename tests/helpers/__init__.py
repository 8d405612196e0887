"""What tests share: surveys, uploads, measuring, stand-ins. No test file imports another."""
