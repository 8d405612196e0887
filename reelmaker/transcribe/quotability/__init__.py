"""Which sentences are not fit to quote although they may count: small talk, and unclear recognition."""
