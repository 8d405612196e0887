"""The commands for misheard words: correct, corrections, check-words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import ConsoleProgress
from reelmaker.cli.forget import is_interactive
from reelmaker.cli.review import MOMENT

if TYPE_CHECKING:
    from reelmaker.review.corrections import Proposal

NEXT = "The next build shows the corrected words. `reelmaker corrections --undo N` reverses it."
SAME = "The same words twice confirm that they were recognised right."


@main.command(epilog=f"{MOMENT} {SAME}")
@click.argument("words", nargs=-1, required=True, metavar='[MOMENT] "TRANSCRIBED" "SAID"')
@click.option("--everywhere", is_flag=True, help="Correct every place where these words were transcribed.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.option("--note", default="", metavar="TEXT", help="The reason, for your colleagues.")
@project_option
@command
def correct(
    words: tuple[str, ...], everywhere: bool, yes: bool, note: str, folder: Path, console: ConsoleProgress
) -> None:
    """Correct misheard words: in a moment, or everywhere."""
    if len(words) not in ((2, 3) if everywhere else (3,)):
        raise click.UsageError(
            'Give a moment and two texts: reelmaker correct MOMENT "TRANSCRIBED" "SAID". With --everywhere, the texts alone.'
        )
    from reelmaker.cli import format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import corrections as review_corrections

    project = open_project(folder)
    name, heard, text = words if len(words) == 3 else ("", *words)
    proposals = review_corrections.proposed(project, name, heard, text, everywhere=everywhere, note=note)
    if not yes:
        _confirm(proposals, everywhere, console)
    for correction, proposal in zip(review_corrections.record(project, proposals), proposals, strict=True):
        print(format_review.corrected(correction, proposal.moment))
    console.info(NEXT)


def _confirm(proposals: list[Proposal], everywhere: bool, console: ConsoleProgress) -> None:
    """List every place, and ask; twice where a negation comes or goes."""
    from reelmaker.cli import format_review
    from reelmaker.errors import ProjectError

    turning = any(proposal.turns for proposal in proposals)
    if not (everywhere or turning):
        return
    for proposal in proposals:
        console.line(format_review.proposed(proposal))
    if not is_interactive():
        raise click.UsageError("Nothing was corrected: confirm these places with --yes.")
    many = f"these {len(proposals)} places" if len(proposals) > 1 else "this"
    questions = [f"Correct {many}?"]
    if turning:
        questions = [
            'This adds or removes a "not", so the quote says the opposite. Correct it?',
            "Have you listened to it, and is this what the customer says?",
        ]
    for question in questions:
        if not click.confirm(question, err=True):
            raise ProjectError("Nothing was corrected.")


@main.command()
@click.option("--undo", multiple=True, type=int, metavar="N", help="Reverse this correction; can be repeated.")
@project_option
@json_option
@command
def corrections(undo: tuple[int, ...], folder: Path, as_json: bool, console: ConsoleProgress) -> None:
    """List the team's corrections and whether each still applies."""
    from reelmaker.cli import format_results, format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import corrections as review_corrections

    project = open_project(folder)
    if undo:
        review_corrections.withdraw(project, undo)
    listed = review_corrections.listed(project)
    print(
        format_results.json_text(review_corrections.document(project, listed))
        if as_json
        else format_review.corrections(listed)
    )


@main.command(name="check-words")
@click.option("--problem", default="", metavar="NAME", help="Only quotes about this problem.")
@project_option
@json_option
@command
def check_words(problem: str, folder: Path, as_json: bool, console: ConsoleProgress) -> None:
    """List the words in quotes that may be misheard, worst first, each with the line that corrects it."""
    from reelmaker.cli import format_results, format_review
    from reelmaker.project.config import open_project
    from reelmaker.review import word_check

    project = open_project(folder)
    doubts = word_check.check(project, problem)
    print(format_results.json_text(word_check.document(project, doubts)) if as_json else format_review.unsure(doubts))
