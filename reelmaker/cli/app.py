"""The command group, its shared options, and how errors become exit codes. Results go to stdout, messages to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reelmaker import __version__
from reelmaker.cli.console import of_process
from reelmaker.cli.process import Ended, ended_by_signals, nowhere, standard_streams

EPILOG = """Exit codes: 0 success; 1 an error, with advice on how to fix it; 2 wrong usage; 3 done, but some
responses failed (each is named); 4 no answer is about the problem; 75 another build is running."""

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG)
@click.version_option(__version__, prog_name="reelmaker")
def main() -> None:
    """Hear your customers: short reels about one business problem, from their video answers."""


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Add -q and -v; turn an error into one line with its remedy and its exit code, never a traceback."""

    @click.option("-q", "--quiet", is_flag=True, help="Show only warnings and errors.")
    @click.option("-v", "--verbose", is_flag=True, help="Show more detail, and the full trace of an unexpected error.")
    @wraps(function)
    def wrapped(*args: Any, quiet: bool, verbose: bool, **kwargs: Any) -> None:
        from reelmaker.errors import ReelmakerError

        standard_streams()
        console = of_process(-1 if quiet else 1 if verbose else 0)
        try:
            with ended_by_signals():
                code = function(*args, console=console, **kwargs) or 0
                sys.stdout.flush()
        except ReelmakerError as problem:
            console.close()
            console.error(str(problem))
            code = problem.exit_code
        except KeyboardInterrupt as interrupt:
            console.close()
            console.error("Stopped. Finished work is kept; run the same command again to continue.")
            # Threads that still transcribe must not delay the end of the process
            with suppress(OSError):
                sys.stdout.flush()
            os._exit(128 + interrupt.number if isinstance(interrupt, Ended) else INTERRUPTED)
        except BrokenPipeError:
            os._exit(0)  # the program that read the results has ended
        except click.ClickException:
            raise
        except OSError as problem:
            if verbose and problem.filename is not None:
                raise
            console.close()
            where = problem.filename or "the results"
            console.error(
                f"{where}: cannot be read or written ({problem.strerror}). Check the disk and the permissions."
            )
            code = 1
            nowhere(1)  # what is still to be written cannot be
        except Exception as problem:
            if verbose:
                raise
            console.close()
            console.error(f"Unexpected error: {type(problem).__name__}: {problem}. Run again with -v and report it.")
            code = 1
        console.close()
        sys.exit(code)

    return wrapped


project_option = click.option(
    "--project",
    "folder",
    default=".",
    type=click.Path(path_type=Path),
    help="The project folder (default: the current folder).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout, for programs.")
problem_option = click.option(
    "--problem",
    "problems",
    multiple=True,
    metavar="NAME",
    help="The problem's name in reelmaker.toml; can be repeated.",
)
