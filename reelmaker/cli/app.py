"""Words in, lines and exit codes out: the only print and exit. Results on stdout, talk on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reelmaker import __version__
from reelmaker.cli.console import Talk

EPILOG = """Exit codes: 0 done; 1 an error, with its remedy; 2 wrong usage; 3 done, but some responses
failed (each is named); 4 nothing speaks to the problem; 75 another build is running."""

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG)
@click.version_option(__version__, prog_name="reelmaker")
def main() -> None:
    """Hear your customers: short reels about one business problem, from their video answers."""


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Adds -q and -v; an error becomes one line with its remedy and its exit code, never a traceback."""

    @click.option("-q", "--quiet", is_flag=True, help="Say only warnings and errors.")
    @click.option("-v", "--verbose", is_flag=True, help="Say more; show where an unexpected error came from.")
    @wraps(function)
    def wrapped(*args: Any, quiet: bool, verbose: bool, **kwargs: Any) -> None:
        from reelmaker.errors import ReelmakerError

        talk = Talk(-1 if quiet else 1 if verbose else 0)
        try:
            code = function(*args, talk=talk, **kwargs) or 0
        except ReelmakerError as problem:
            talk.close()
            talk.error(str(problem))
            code = problem.exit_code
        except KeyboardInterrupt:
            talk.close()
            talk.error("Stopped. What was finished is kept; the same command goes on from there.")
            # Threads that still transcribe must not hold the process up
            sys.stdout.flush()
            os._exit(INTERRUPTED)
        except BrokenPipeError:
            os._exit(0)  # whoever read the results has gone
        except click.ClickException:
            raise
        except Exception as problem:
            if verbose:
                raise
            talk.close()
            talk.error(f"Something unexpected: {type(problem).__name__}: {problem}. Run again with -v and report it.")
            code = 1
        talk.close()
        sys.exit(code)

    return wrapped


project_option = click.option(
    "--project",
    "folder",
    default=".",
    type=click.Path(path_type=Path),
    help="The project folder (default: here).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One machine-readable result on stdout.")
problem_option = click.option("--problem", "problems", multiple=True, metavar="NAME", help="Can be repeated.")
