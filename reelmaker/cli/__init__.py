"""The command line: one file a group of commands. Results go to stdout, talk to stderr."""

from reelmaker.cli import audit, build, fetch, forget, history, project, review, schedule, search, watch
from reelmaker.cli.app import main

__all__ = ["main"]
