"""The command that brings answers from elsewhere: `fetch`. Words in, lines and exit codes out."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli import command, json_option, main, project_option
from reelmaker.terminal import Talk, shown

if TYPE_CHECKING:
    from reelmaker.fetching import Fetched, Missed


@main.command()
@click.option(
    "--source", "names", multiple=True, metavar="NAME", help="Only this [[source]]; can be repeated."
)
@click.option("--dry-run", is_flag=True, help="Say which rows would be fetched; fetch nothing.")
@click.option("--retry", is_flag=True, help="Also links that failed and would be left alone for now.")
@project_option
@json_option
@command
def fetch(
    names: tuple[str, ...], dry_run: bool, retry: bool, folder: Path, as_json: bool, talk: Talk
) -> int:
    """Bring what is new at the sources of reelmaker.toml into uploads/, with its rows."""
    from reelmaker import fetching, printing, walk
    from reelmaker.outputs import manifest
    from reelmaker.project import open_project

    project = open_project(folder)
    fetched = fetching.fetch(project, names, dry_run=dry_run, retry=retry, report=talk)
    talk.close()
    if as_json:
        print(printing.json_text(
            manifest.document("fetch", walk.project_facts(project), [], {}, {}, thresholds={}, fetched=document(fetched))
        ))  # fmt: skip
    else:
        for outcome in fetched.outcomes:
            for name in outcome.came:
                print(shown(name))
    for outcome in fetched.outcomes:
        for missed in (*outcome.missed, *outcome.waiting):
            talk.warn(f"{missed.source}, row {missed.row}: {missed.reason}; {later(missed)}.")
    for line in summary(fetched):
        talk.info(line)
    return fetched.exit_code


def summary(fetched: Fetched) -> list[str]:
    """A line a source: counts alone, so that it may stand in a log."""
    lines = []
    for one in fetched.outcomes:
        parts = [
            f"{len(one.came)} to fetch" if fetched.dry_run else f"{len(one.came)} came",
            f"{one.known} were here",
            f"{len(one.missed) + len(one.waiting)} did not come" if one.missed or one.waiting else "",
            f"{one.narrowed} consents narrowed" if one.narrowed else "",
            f"{one.refused} without consent, not fetched" if one.refused else "",
            f"{one.forgotten} forgotten, left out" if one.forgotten else "",
        ]
        told = "could not be read" if one.trouble else ", ".join(filter(None, parts))
        lines.append(f"{one.source}: {told}")
    return lines


def later(missed: Missed) -> str:
    """When it may be tried again."""
    return f"tried again after {datetime.fromtimestamp(missed.again):%Y-%m-%d %H:%M}, or with --retry"


def document(fetched: Fetched) -> dict[str, Any]:
    """The same for programs."""
    return {
        "dry_run": fetched.dry_run,
        "sources": [
            {
                "source": one.source,
                "trouble": one.trouble,
                "came": one.came,
                "missed": [
                    {
                        "row": missed.row,
                        "reason": missed.reason,
                        "again": datetime.fromtimestamp(missed.again)
                        .astimezone()
                        .isoformat(timespec="seconds"),
                    }
                    for missed in (*one.missed, *one.waiting)
                ],
                "known": one.known,
                "narrowed": one.narrowed,
                "refused": one.refused,
                "forgotten": one.forgotten,
            }
            for one in fetched.outcomes
        ],
    }
