"""The command line: one file for each group of commands. Results go to stdout, messages to stderr."""

from reelmaker.cli import (
    audit,
    build,
    correct,
    fetch,
    forget,
    history,
    project,
    review,
    review_window,
    schedule,
    search,
    watch,
)
from reelmaker.cli.app import main

__all__ = ["main"]
