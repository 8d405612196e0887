"""The review commands for single moments: keep, drop, hide, trim, order, decisions, why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress, printable
from reelmaker.cli.forget import is_interactive
from reelmaker.errors import ProjectError

if TYPE_CHECKING:
    from reelmaker.model import Verdict
    from reelmaker.review.strikes import Proposal

MOMENT = "MOMENT is a name as printed by `moments`, `find` and `build --dry-run`, such as 4f2a91@1:07.4, or checkout/3 for the third clip of the finished reel."

NEXT = "The next build applies this decision. `reelmaker decisions --undo N` reverses it."


def verdict_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that every verdict command takes."""
    for option in (
        click.argument("names", nargs=-1, required=True, metavar="MOMENT..."),
        click.option("--problem", default="", metavar="NAME", help="Apply to this problem only."),
        click.option("--note", default="", metavar="TEXT", help="The reason, for your colleagues."),
        project_option,
    ):
        function = option(function)
    return function


@main.command(epilog=MOMENT)
@verdict_options
@command
def keep(names: tuple[str, ...], problem: str, note: str, folder: Path, console: ConsoleProgress) -> None:
    """Mark moments as being about the problem: they belong in the reel."""
    _decide("keep", names, problem, note, folder, console)


@main.command(epilog=MOMENT)
@verdict_options
@command
def drop(names: tuple[str, ...], problem: str, note: str, folder: Path, console: ConsoleProgress) -> None:
    """Mark moments as not being about the problem: they are neither shown nor counted."""
    _decide("drop", names, problem, note, folder, console)


@main.command(epilog=MOMENT)
@verdict_options
@command
def hide(names: tuple[str, ...], problem: str, note: str, folder: Path, console: ConsoleProgress) -> None:
    """Hide moments from the reel but keep counting them."""
    _decide("hide", names, problem, note, folder, console)


def _decide(
    verdict: Verdict, names: tuple[str, ...], problem: str, note: str, folder: Path, console: ConsoleProgress
) -> None:
    from reelmaker.cli import format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import decisions as review_decisions

    for decision, moment in review_decisions.decide(open_project(folder), verdict, names, problem, note, console):
        print(format_review.decision_line(decision, moment))
    console.info(NEXT)


@main.command()
@click.argument("table", metavar="FILE.csv", type=click.Path(path_type=Path))
@project_option
@command
def decide(table: Path, folder: Path, console: ConsoleProgress) -> None:
    """Record the decisions that were filled into a table of `moments --csv`: keep, drop or hide."""
    from reelmaker.cli import format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import decision_sheet

    read = decision_sheet.decide(open_project(folder), table, console)
    for decision, meant in read.made:
        print(format_review.decision_line(decision, meant))
    if read.known:
        console.info(f"{read.known} of the decisions hold already.")
    if read.made:
        console.info(NEXT)
    elif not read.known:
        console.info(f"{table.name}: the column {decision_sheet.DECIDE} is empty.")


@main.command(epilog=MOMENT)
@click.argument("name", metavar="MOMENT")
@click.option("--from", "first", default="", metavar="WORDS", help="Begin with these words.")
@click.option("--to", "last", default="", metavar="WORDS", help="End with these words.")
@click.option(
    "--start",
    default="",
    metavar="TIME",
    help="Begin at this time of the answer, such as 0:04.2; +0.8 or -0.8 moves the start later or earlier.",
)
@click.option(
    "--end",
    default="",
    metavar="TIME",
    help="End at this time of the answer, such as 0:09.8; +1.2 or -1.2 moves the end later or earlier.",
)
@click.option(
    "--strike",
    multiple=True,
    metavar="WORDS|TIME-TIME",
    help="Leave these words out, in the middle too; can be repeated.",
)
@click.option("--unstrike", multiple=True, metavar="WORDS|TIME-TIME", help="Show these struck words again.")
@click.option("--exactly", is_flag=True, help="Cut exactly there, even inside a word.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--problem", default="", metavar="NAME", help="Apply to this problem only.")
@click.option("--note", default="", metavar="TEXT", help="The reason, for your colleagues.")
@project_option
@command
def trim(
    name: str,
    first: str,
    last: str,
    start: str,
    end: str,
    strike: tuple[str, ...],
    unstrike: tuple[str, ...],
    exactly: bool,
    yes: bool,
    problem: str,
    note: str,
    folder: Path,
    console: ConsoleProgress,
) -> None:
    """Set where the clip of a moment begins and ends, and strike words in it."""
    if (first and start) or (last and end):
        raise click.UsageError("Give the start or end either by words or by time, not both.")
    if not (first or start or last or end or strike or unstrike):
        raise click.UsageError(
            "Say where the clip begins or ends: --from, --to, --start or --end; or what it leaves out: --strike."
        )
    from reelmaker.cli import format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import edits, strikes

    project, begin, stop = open_project(folder), edits.Edge(first, start), edits.Edge(last, end)
    if not (strike or unstrike):
        decision, moment, words = edits.trim(project, name, begin, stop, problem, note, exactly)
        print(format_review.trim_line(decision, moment, words))
        console.info(NEXT)
        return
    proposal = strikes.proposed(project, name, strikes.Asked(strike, unstrike, begin, stop, exactly, note), problem)
    if proposal.risks and not yes:
        _confirm_strike(proposal, console)
    for told in proposal.notes:
        console.warn(told)
    for line in format_review.struck_lines(proposal, strikes.record(project, proposal)):
        print(line)
    console.info(NEXT)


def _confirm_strike(proposal: Proposal, console: ConsoleProgress) -> None:
    """Show what the clip would say, and ask twice."""
    console.line(printable(f'{proposal.moment.name} would say: "{proposal.text}"'))
    reasons = " and ".join(proposal.risks)
    if not is_interactive():
        raise click.UsageError(f"Nothing was struck: {reasons}. Confirm with --yes.")
    questions = (
        f"{reasons[0].upper()}{reasons[1:]}. Strike it?",
        "Have you listened to it, and does the clip still say what the customer means?",
    )
    for question in questions:
        if not click.confirm(question, err=True):
            raise ProjectError("Nothing was struck.")


@main.command(
    epilog="REEL is a problem or the name of a folder in reels/, CLIP the number of a clip in it, or a moment's name."
)
@click.argument("reel", metavar="REEL")
@click.argument("first", nargs=-1, metavar="CLIP...")
@click.option("--last", multiple=True, metavar="CLIP", help="End the reel with this clip; can be repeated.")
@click.option("--clear", is_flag=True, help="Remove the order given to this reel.")
@click.option("--note", default="", metavar="TEXT", help="The reason, for your colleagues.")
@project_option
@command
def order(
    reel: str,
    first: tuple[str, ...],
    last: tuple[str, ...],
    clear: bool,
    note: str,
    folder: Path,
    console: ConsoleProgress,
) -> None:
    """Set which clips open a reel, in this order; the others keep their order."""
    if clear == bool(first or last):
        raise click.UsageError("Name the clips that open the reel (or close it, with --last), or --clear the order.")
    from reelmaker.cli import format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import edits

    project = open_project(folder)
    if clear:
        print(f"Reversed: {', '.join(map(str, edits.clear(project, reel)))}")
        return
    for decision, moment in edits.order(project, reel, first, last, note):
        print(format_review.decision_line(decision, moment))
    console.info(NEXT)


@main.command()
@click.option("--undo", multiple=True, type=int, metavar="N", help="Reverse this decision; can be repeated.")
@project_option
@json_option
@command
def decisions(undo: tuple[int, ...], folder: Path, as_json: bool, console: ConsoleProgress) -> None:
    """List the team's decisions and whether each still applies."""
    from reelmaker.cli import format_results, format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import decisions as review_decisions

    project = open_project(folder)
    if undo:
        review_decisions.withdraw(project, undo)
    listed = review_decisions.listed(project)
    print(
        format_results.json_text(review_decisions.document(project, listed))
        if as_json
        else format_review.decisions(listed)
    )


@main.command(epilog=MOMENT)
@click.argument("name", metavar="MOMENT")
@problem_option
@project_option
@json_option
@command
def why(name: str, problems: tuple[str, ...], folder: Path, as_json: bool, console: ConsoleProgress) -> None:
    """Explain a moment's score, and why it is in the reel or not."""
    from reelmaker.cli import format_results, format_review
    from reelmaker.review import explain

    document = explain.why(folder, name, problems, report=console)
    console.close()
    print(format_results.json_text(document) if as_json else printable_lines(format_review.why(document)))


def printable_lines(text: str) -> str:
    """Lines safe for a terminal."""
    return "\n".join(printable(line) for line in text.split("\n"))
