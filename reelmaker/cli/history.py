"""The command `history`: lists earlier builds of a reel and restores one."""

from __future__ import annotations

from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress, printable


@main.command()
@problem_option
@click.option("--restore", type=click.IntRange(1), metavar="N", help="Restore build N of the reel with all its files.")
@project_option
@json_option
@command
def history(
    problems: tuple[str, ...], restore: int | None, folder: Path, as_json: bool, console: ConsoleProgress
) -> None:
    """List the kept builds of each reel: when, how many customers and clips, what changed."""
    from reelmaker.cli import format_results, format_review
    from reelmaker.project.config import open_project
    from reelmaker.publish import history as past

    project = open_project(folder)
    builds = past.listed(project, problems) if restore is None else [past.restore(project, problems, restore, console)]
    if as_json:
        print(format_results.json_text(past.document(project, builds)))
    elif restore is None:
        print(format_review.builds(builds))
    else:
        print(printable(str(builds[0].folder / "reel.mp4")))
        console.info(f"Build {restore} is restored. It stays until something changes that would change the reel.")
