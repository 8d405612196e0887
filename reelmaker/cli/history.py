"""The command `history`: lists earlier builds of a reel, restores one, and signs the current one off."""

from __future__ import annotations

from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress, printable


@main.command()
@problem_option
@click.option("--restore", type=click.IntRange(1), metavar="N", help="Restore build N of the reel with all its files.")
@click.option("--approve", metavar="NAME", help="Sign the current build of the reel off, in this person's name.")
@click.option("--undo-approval", type=click.IntRange(1), metavar="N", help="Take sign-off N back.")
@project_option
@json_option
@command
def history(
    problems: tuple[str, ...],
    restore: int | None,
    approve: str | None,
    undo_approval: int | None,
    folder: Path,
    as_json: bool,
    console: ConsoleProgress,
) -> None:
    """List the kept builds of each reel: when, how many customers and clips, what changed, who approved them."""
    if sum(option is not None for option in (restore, approve, undo_approval)) > 1:
        raise click.UsageError("Use one of --restore, --approve and --undo-approval.")
    from reelmaker.cli import format_results, format_review
    from reelmaker.project.config import open_project
    from reelmaker.publish import history as past
    from reelmaker.publish import sign_off

    project = open_project(folder)
    if approve is not None:
        approval = sign_off.approve(project, problems, approve, console)
        problems = (approval.reel,)
        console.info(f"Build {approval.build} of {approval.reel} is approved by {approval.name}; a new build is not.")
    elif undo_approval is not None:
        problems = (sign_off.withdraw(project, undo_approval, console).reel,)
    builds = past.listed(project, problems) if restore is None else [past.restore(project, problems, restore, console)]
    if as_json:
        print(format_results.json_text(past.document(project, builds)))
    elif restore is None:
        print(format_review.builds(builds))
    else:
        print(printable(str(builds[0].folder / "reel.mp4")))
        console.info(f"Build {restore} is restored. It stays until something changes that would change the reel.")
