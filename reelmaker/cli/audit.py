"""The command audit: asks about a sample of customers and says what follows. Words in, lines and exit codes out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import Talk, shown

if TYPE_CHECKING:
    from reelmaker.model import Problem
    from reelmaker.model.audit import Audited, Rate
    from reelmaker.model.decision import Check
    from reelmaker.review.audit import Line

WORDS: dict[str, Check] = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "u": "unsure", "unsure": "unsure"}
MORE, QUIT = "m", "q"
ASKS = {
    "pain": "Does this customer complain of it",
    "praise": "Does this customer praise it",
    "any": "Is this customer's answer about it",
}
KEYS = "[y]es, [n]o, [u]nsure, [q]uit"


@main.command()
@click.option("--problem", "slug", required=True, metavar="NAME", help="The problem whose count is checked.")
@click.option(
    "-n",
    "--sample",
    "many",
    type=click.IntRange(1),
    metavar="N",
    help="Customers to ask about, 20 at first; a larger number goes on with the same sample.",
)
@click.option("--seed", type=int, metavar="N", help="Draw with this seed; it is 1 at first.")
@click.option("--again", is_flag=True, help="Draw a new sample; what is known is not asked again.")
@project_option
@json_option
@command
def audit(slug: str, many: int | None, seed: int | None, again: bool, folder: Path, as_json: bool, talk: Talk) -> None:
    """Check a problem's count: answer for a random sample of customers, get an estimate with its interval."""
    from reelmaker import analysis
    from reelmaker.cli import format_results
    from reelmaker.project.config import open_project
    from reelmaker.project.session import look_into
    from reelmaker.review import audit as review_audit
    from reelmaker.select import headline
    from reelmaker.select import stage as select_stage
    from reelmaker.select.audits import stage as audits
    from reelmaker.select.decisions import stage as decisions_stage

    project = open_project(folder)
    problem = project.problem(slug)
    with look_into(project, talk) as session:
        library, survey = session.library, analysis.known(session)
        moments = decisions_stage.judge(session, survey, list(project.problems.values()))
        talk.close()
        if outdated := audits.outdated(library, problem):
            talk.warn(outdated)
        review_audit.draw(project, library, survey, moments, problem, many, seed, again=again)
        for customer in review_audit.waiting(library, survey, problem):
            answers = review_audit.passages(survey, moments, problem, customer)
            head = f"Customer {customer.place} of {customer.of} to check"
            verdict = _asked(head, [(survey.responses[a].question, a, lines) for a, lines in answers], problem)
            if verdict is None:
                talk.info("Stopped. Your answers are kept; the same command goes on from here.")
                break
            review_audit.record(library, survey, problem, customer, verdict)
        found = review_audit.audited(project, library, survey, moments, problem)
        count = select_stage.counted(session, survey, moments, problem)
    told = f"{headline.customers(count)}, {headline.basis(count)}{headline.so_far(found)}"
    if as_json:
        print(format_results.json_text(document(slug, told, found)))
        return
    print(shown(f"{slug}: {told}."))
    for line in lines_of(found) if found else ():
        print(line)


def _asked(head: str, answers: list[tuple[str, str, tuple[Line, ...]]], problem: Problem) -> Check | None:
    """Show what a customer says and ask about it; None: no more for now."""
    _show(head, answers, whole=False)
    hidden = not all(line.shown for _, _, lines in answers for line in lines)
    question = shown(f'{ASKS[problem.kind]}: "{problem.statement}"?')
    keys = f"{KEYS}, [m]ore of the answer" if hidden else KEYS
    while True:
        click.echo(f"{question} {keys}: ", nl=False, err=True)
        typed = sys.stdin.readline()
        word = typed.strip().lower()
        if not typed or word in (QUIT, "quit"):
            click.echo(err=True)
            return None
        if word in (MORE, "more"):
            _show(head, answers, whole=True)
        elif word in WORDS:
            click.echo(err=True)
            return WORDS[word]


def _show(head: str, answers: list[tuple[str, str, tuple[Line, ...]]], *, whole: bool) -> None:
    from reelmaker.model import DIGITS
    from reelmaker.model.moment_ids import clock

    click.echo(head, err=True)
    for question, answer, lines in answers:
        asked = f'  asked: "{question}"' if question else ""
        click.echo(shown(f"answer {answer[:DIGITS]}{asked}"), err=True)
        left_out = False
        for line in lines:
            if not (line.shown or whole):
                left_out = True
                continue
            if left_out:
                click.echo("  …", err=True)
            left_out = False
            sentence = line.sentence
            who = " (interviewer)" if sentence.asked else ""
            english = f" ({sentence.english})" if sentence.english else ""
            mark = ">" if line.mark else " "
            time = clock(sentence.span.start_ms)
            click.echo(shown(f"{mark} {time}  {sentence.text}{english}{who}"), err=True)
        if left_out:
            click.echo("  …", err=True)


def lines_of(found: Audited) -> list[str]:
    """What an audit says beyond the count, a line each."""
    if not found.complete:
        many = f"{found.open} more customer{'' if found.open == 1 else 's'}"
        return [f"{many} to check; the estimate is told when all are. So far: {found.low}–{found.high} of {found.of}."]
    if found.same:
        lines = [
            f"The program counted {found.counted} when the sample was drawn.",
            f"Of those it counts, {_rate(found.precision)} are right. "
            f"Of those it should count, it finds {_rate(found.recall)}.",
        ]
    else:
        lines = [
            f"The program counted {found.counted} when the sample was drawn, and of the same customers {found.today} now.",
            f"Then: of those it counted, {_rate(found.precision)} were right; of those it should count, it found "
            f"{_rate(found.recall)}. To measure it as it is now, use --again.",
        ]
    if found.unsure:
        lines.append(f"{found.unsure} unsure: the interval holds whether they are a yes or a no.")
    if found.new:
        lines.append(
            f"{found.new} came later: the interval holds whatever they say. Run it again to check some of them."
        )
    return lines


def _rate(rate: Rate | None) -> str:
    if rate is None:
        return "(too few checked to say)"
    return f"{rate.value:.0%} ({rate.low * 100:.0f}–{rate.high:.0%})".replace("%", " %")


def document(slug: str, told: str, found: Audited | None) -> dict[str, Any]:
    """The document of `audit --json`."""
    facts = asdict(found) | {"complete": found.complete} if found else None
    return {"audit": {"problem": slug, "told": told, "result": facts}}
