"""A project folder: reelmaker.toml, library.db, the lock, the session."""
