"""The command `fetch`: downloads new answers from the configured sources."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import ConsoleProgress, printable

if TYPE_CHECKING:
    from reelmaker.sources.fetch import Fetched


@main.command()
@click.option(
    "--source", "names", multiple=True, metavar="NAME", help="Fetch only from this [[source]]; can be repeated."
)
@click.option("--dry-run", is_flag=True, help="Show which rows would be fetched; fetch nothing.")
@click.option("--retry", is_flag=True, help="Also retry links that failed recently.")
@project_option
@json_option
@command
def fetch(
    names: tuple[str, ...], dry_run: bool, retry: bool, folder: Path, as_json: bool, console: ConsoleProgress
) -> int:
    """Download new answers from the sources in reelmaker.toml into uploads/, with their rows in responses.csv."""
    from reelmaker.cli import format_results
    from reelmaker.outputs import manifest
    from reelmaker.project import request
    from reelmaker.project.config import open_project
    from reelmaker.sources import fetch as sources_fetch

    project = open_project(folder)
    fetched = sources_fetch.fetch(project, names, dry_run=dry_run, retry=retry, report=console)
    console.close()
    if as_json:
        print(
            format_results.json_text(
                manifest.document(
                    "fetch", request.project_facts(project), [], {}, {}, thresholds={}, fetched=document(fetched)
                )
            )
        )
    else:
        for outcome in fetched.outcomes:
            for name in outcome.came:
                print(printable(name))
    for outcome in fetched.outcomes:
        for failed_link in (*outcome.missed, *outcome.waiting):
            console.warn(
                f"{failed_link.source}, row {failed_link.row}: {failed_link.reason}; {format_results.later(failed_link)}."
            )
    for line in format_results.fetch_summary(fetched):
        console.info(line)
    return fetched.exit_code


def document(fetched: Fetched) -> dict[str, Any]:
    """The fetch result as part of the JSON document."""
    return {
        "dry_run": fetched.dry_run,
        "sources": [
            {
                "source": outcome.source,
                "trouble": outcome.trouble,
                "came": outcome.came,
                "missed": [
                    {
                        "row": failed_link.row,
                        "reason": failed_link.reason,
                        "again": datetime.fromtimestamp(failed_link.again).astimezone().isoformat(timespec="seconds"),
                    }
                    for failed_link in (*outcome.missed, *outcome.waiting)
                ],
                "known": outcome.known,
                "narrowed": outcome.narrowed,
                "refused": outcome.refused,
                "forgotten": outcome.forgotten,
            }
            for outcome in fetched.outcomes
        ],
    }
