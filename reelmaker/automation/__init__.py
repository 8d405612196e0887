"""Unattended runs: watching a folder and system schedulers."""
