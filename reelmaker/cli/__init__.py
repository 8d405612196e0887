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
)
from reelmaker.cli.app import main
from reelmaker.cli.watching import watch

__all__ = ["main"]
