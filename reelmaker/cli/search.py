"""The commands `find`, `moments` and `suggest`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress


@main.command()
@click.argument("words")
@click.option("--count", default=10, show_default=True, type=click.IntRange(1, 1000), help="Number of moments to show.")
@project_option
@json_option
@command
def find(words: str, count: int, folder: Path, as_json: bool, console: ConsoleProgress) -> int:
    """Find the moments closest in meaning to WORDS: who, when, how close."""
    from reelmaker.cli import format_results
    from reelmaker.review import search

    result = search.find(folder, words, count, report=console)
    console.close()
    print(format_results.json_text(result.document) if as_json else format_results.search_results(result))
    return 3 if result.failures else 0


@main.command()
@problem_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet; `decide` reads it back.")
@project_option
@json_option
@command
def moments(problems: tuple[str, ...], as_csv: bool, folder: Path, as_json: bool, console: ConsoleProgress) -> int:
    """List every sentence with its score for each problem, the decision and the reasons."""
    if as_csv and as_json:
        raise click.UsageError("Use either --csv or --json, not both.")
    from reelmaker.cli import format_results
    from reelmaker.review import search

    result = search.moments(folder, problems, report=console)
    console.close()
    if as_json:
        print(format_results.json_text(result.document))
    elif as_csv:  # bytes: neither the terminal's encoding nor its line ends are the table's
        sys.stdout.buffer.write(format_results.moments_csv(result).encode("utf-8"))
    else:
        print(format_results.moments_table(result))
    return 3 if result.failures else 0


@main.command()
@click.option("--count", default=5, show_default=True, type=click.IntRange(1, 50), help="Maximum number of topics.")
@project_option
@json_option
@command
def suggest(count: int, folder: Path, as_json: bool, console: ConsoleProgress) -> int:
    """Suggest topics that many customers raise and no problem covers yet, as sections for reelmaker.toml."""
    from reelmaker.cli import format_results
    from reelmaker.review import suggest as review_suggest

    result = review_suggest.suggest(folder, count, report=console)
    console.close()
    print(format_results.json_text(result.document) if as_json else format_results.suggested(result))
    return 3 if result.failures else 0
