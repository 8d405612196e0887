"""The command `watch`, and what it shows while it waits."""
