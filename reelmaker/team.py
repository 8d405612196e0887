"""The commands about single moments: keep, drop, hide, decisions, why. Words in, lines and exit codes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli import command, json_option, main, problem_option, project_option
from reelmaker.terminal import Talk, shown

if TYPE_CHECKING:
    from reelmaker.model import Verdict

MOMENT = "MOMENT is the name that `moments`, `find` and `build --dry-run` print, such as 4f2a91@1:07.4, or checkout/3 for the third clip of the finished reel."


def verdict_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What every verdict can be told."""
    for option in (
        click.argument("names", nargs=-1, required=True, metavar="MOMENT..."),
        click.option("--problem", default="", metavar="NAME", help="For this problem only."),
        click.option("--note", default="", metavar="TEXT", help="Why, for your colleagues."),
        project_option,
    ):
        function = option(function)
    return function


@main.command(epilog=MOMENT)
@verdict_options
@command
def keep(names: tuple[str, ...], problem: str, note: str, folder: Path, talk: Talk) -> None:
    """Say that moments speak to the problem and belong in the reel."""
    _decide("keep", names, problem, note, folder, talk)


@main.command(epilog=MOMENT)
@verdict_options
@command
def drop(names: tuple[str, ...], problem: str, note: str, folder: Path, talk: Talk) -> None:
    """Say that moments do not speak to the problem: they are neither shown nor counted."""
    _decide("drop", names, problem, note, folder, talk)


@main.command(epilog=MOMENT)
@verdict_options
@command
def hide(names: tuple[str, ...], problem: str, note: str, folder: Path, talk: Talk) -> None:
    """Keep moments out of the reel that may well speak to the problem: they stay counted."""
    _decide("hide", names, problem, note, folder, talk)


def _decide(
    verdict: Verdict, names: tuple[str, ...], problem: str, note: str, folder: Path, talk: Talk
) -> None:
    from reelmaker import deciding, telling
    from reelmaker.project import open_project

    for decision, meant in deciding.decide(open_project(folder), verdict, names, problem, note, talk):
        print(telling.made(decision, meant))
    talk.info("The next build goes by it. `reelmaker decisions --undo N` takes it back.")


@main.command()
@click.option("--undo", multiple=True, type=int, metavar="N", help="Take a decision back; can be repeated.")
@project_option
@json_option
@command
def decisions(undo: tuple[int, ...], folder: Path, as_json: bool, talk: Talk) -> None:
    """What the team decided, and how each decision stands."""
    from reelmaker import deciding, printing, telling
    from reelmaker.project import open_project

    project = open_project(folder)
    if undo:
        deciding.withdraw(project, undo)
    listed = deciding.listed(project)
    print(printing.json_text(deciding.document(project, listed)) if as_json else telling.decisions(listed))


@main.command(epilog=MOMENT)
@click.argument("name", metavar="MOMENT")
@problem_option
@project_option
@json_option
@command
def why(name: str, problems: tuple[str, ...], folder: Path, as_json: bool, talk: Talk) -> None:
    """What spoke for a moment and against it, and why it is in the reel or not."""
    from reelmaker import explain, printing, telling

    document = explain.why(folder, name, problems, report=talk)
    talk.close()
    print(printing.json_text(document) if as_json else shown_lines(telling.why(document)))


def shown_lines(text: str) -> str:
    """Lines safe for a terminal."""
    return "\n".join(shown(line) for line in text.split("\n"))
