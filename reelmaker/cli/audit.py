"""The command `audit`: asks about a sample of customers and prints the estimate."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import ConsoleProgress, printable

if TYPE_CHECKING:
    from reelmaker.model import Problem
    from reelmaker.model.audit import Audited
    from reelmaker.model.decision import Check
    from reelmaker.review.audit import Line

WORDS: dict[str, Check] = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "u": "unsure", "unsure": "unsure"}
MORE, QUIT = "m", "q"
KEYS = "[y]es, [n]o, [u]nsure, [q]uit"


@main.command()
@click.option("--problem", "slug", required=True, metavar="NAME", help="The problem whose count is checked.")
@click.option(
    "-n",
    "--sample",
    "many",
    type=click.IntRange(1),
    metavar="N",
    help="Customers to ask about, 20 at first; a larger number extends the same sample.",
)
@click.option("--seed", type=int, metavar="N", help="Draw with this seed; it is 1 at first.")
@click.option("--again", is_flag=True, help="Draw a new sample; customers already checked are not asked about again.")
@project_option
@json_option
@command
def audit(
    slug: str, many: int | None, seed: int | None, again: bool, folder: Path, as_json: bool, console: ConsoleProgress
) -> None:
    """Check a problem's count: answer for a random sample of customers, get an estimate with its interval."""
    from reelmaker import analysis
    from reelmaker.cli import format_results
    from reelmaker.project.config import open_project
    from reelmaker.project.session import look_into
    from reelmaker.review import audit as review_audit
    from reelmaker.review import audit_words
    from reelmaker.select import headline
    from reelmaker.select import stage as select_stage
    from reelmaker.select.audits import stage as audits
    from reelmaker.select.decisions import stage as decisions_stage

    project = open_project(folder)
    problem = project.problem(slug)
    with look_into(project, console) as session:
        library, survey = session.library, analysis.known(session)
        moments = decisions_stage.judge(session, survey, list(project.problems.values()))
        console.close()
        if outdated := audits.outdated(library, problem):
            console.warn(outdated)
        review_audit.draw(project, library, survey, moments, problem, many, seed, again=again)
        for customer in review_audit.waiting(library, survey, problem):
            answers = review_audit.passages(survey, moments, problem, customer)
            heading = f"Customer {customer.place} of {customer.of} to check"
            verdict = _ask(heading, [(survey.responses[a].question, a, lines) for a, lines in answers], problem)
            if verdict is None:
                console.info("Stopped. Your answers are kept; run the same command again to continue.")
                break
            review_audit.record(library, survey, problem, customer, verdict)
        result = review_audit.audited(project, library, survey, moments, problem)
        count = select_stage.counted(session, survey, moments, problem)
    count_words = f"{headline.customers(count)}, {headline.basis(count)}{headline.so_far(result)}"
    if as_json:
        print(format_results.json_text(document(slug, count_words, result)))
        return
    print(printable(f"{slug}: {count_words}."))
    for line in audit_words.result(result) if result else ():
        print(line)


def _ask(heading: str, answers: list[tuple[str, str, tuple[Line, ...]]], problem: Problem) -> Check | None:
    """Show what a customer says and ask about it; None if the person stops."""
    _show(heading, answers, completely=False)
    from reelmaker.review import audit_words

    hidden = not all(line.shown for _, _, lines in answers for line in lines)
    question = printable(f'{audit_words.ASKS[problem.kind]}: "{problem.statement}"?')
    keys = f"{KEYS}, [m]ore of the answer" if hidden else KEYS
    while True:
        click.echo(f"{question} {keys}: ", nl=False, err=True)
        typed = sys.stdin.readline()
        word = typed.strip().lower()
        if not typed or word in (QUIT, "quit"):
            click.echo(err=True)
            return None
        if word in (MORE, "more"):
            _show(heading, answers, completely=True)
        elif word in WORDS:
            click.echo(err=True)
            return WORDS[word]


def _show(heading: str, answers: list[tuple[str, str, tuple[Line, ...]]], *, completely: bool) -> None:
    from reelmaker.model import DIGITS
    from reelmaker.model.moment_ids import clock

    click.echo(heading, err=True)
    for question, answer, lines in answers:
        survey_question = f'  asked: "{question}"' if question else ""
        click.echo(printable(f"answer {answer[:DIGITS]}{survey_question}"), err=True)
        left_out = False
        for line in lines:
            if not (line.shown or completely):
                left_out = True
                continue
            if left_out:
                click.echo("  …", err=True)
            left_out = False
            sentence = line.sentence
            speaker = " (interviewer)" if sentence.asked else ""
            english = f" ({sentence.english})" if sentence.english else ""
            mark = ">" if line.mark else " "
            time = clock(sentence.span.start_ms)
            click.echo(printable(f"{mark} {time}  {sentence.text}{english}{speaker}"), err=True)
        if left_out:
            click.echo("  …", err=True)


def document(slug: str, count_words: str, result: Audited | None) -> dict[str, Any]:
    """The document of `audit --json`."""
    facts = asdict(result) | {"complete": result.complete} if result else None
    return {"audit": {"problem": slug, "told": count_words, "result": facts}}
