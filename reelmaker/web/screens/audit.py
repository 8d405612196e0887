"""Checking a count: one customer of a random sample at a time, as `reelmaker audit` asks."""

from __future__ import annotations

from typing import Any

from reelmaker.errors import UnknownPerson
from reelmaker.model import Problem, Span
from reelmaker.model.decision import CHECKS
from reelmaker.project.session import Session
from reelmaker.review import audit as review_audit
from reelmaker.review import audit_words
from reelmaker.review.audit import Customer, Line
from reelmaker.select import headline
from reelmaker.select.audits import stage as audits
from reelmaker.web import previews
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.screens.home import problem_facts
from reelmaker.web.screens.moments import said, who
from reelmaker.web.workspace import Known, Workspace

MOST = 10_000  # customers of a sample
AROUND_MS = 15_000


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """The customer to ask about next, and what the audit says so far."""
    known = workspace.known()
    problem = known.project.problem(asked.path["slug"])
    told: dict[str, Any] = {
        "problem": problem_facts(known, problem),
        "ask": audit_words.ASKS[problem.kind],
        "begun": False,
        "customer": None,
        "lines": [],
        "outdated": "",
        "customers": known.counts[problem.slug].of if problem.slug in known.counts else 0,
    }
    if not known.project.library.exists():
        return told
    with workspace.session() as session:
        waiting = review_audit.waiting(session.library, known.survey, problem)
        told["begun"] = audits.sample_of(session.library, known.survey, problem) is not None
        told["outdated"] = audits.outdated(session.library, problem)
        if waiting:
            told["customer"] = _customer(workspace, known, problem, waiting[0])
    if result := known.audits.get(problem.slug):
        told["lines"] = audit_words.result(result, "draw a new sample")
        told["so_far"] = headline.so_far(result).lstrip("; ")
    return told


def draw(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Draw a sample, make it larger, or draw another one."""
    known = workspace.known()
    problem = known.project.problem(asked.path["slug"])
    sample, again = asked.body.get("sample"), asked.body.get("again", False)
    if not (sample is None or (type(sample) is int and 0 < sample <= MOST)) or not isinstance(again, bool):
        raise Malformed("sample")
    moments = list(known.moments.get(problem.slug, ()))
    with workspace.session() as session:
        review_audit.draw(known.project, session.library, known.survey, moments, problem, sample, None, again=again)
    return {}


def answer(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Record what a person says of a customer of the sample."""
    known = workspace.known()
    problem = known.project.problem(asked.path["slug"])
    verdict, answers = asked.text("verdict"), tuple(asked.texts("answers"))
    if verdict not in CHECKS:
        raise Malformed("verdict")
    with workspace.session() as session:
        customer = _waiting(session, known, problem, answers)
        made = review_audit.record(session.library, known.survey, problem, customer, verdict)
    return {"numbers": [decision.number for decision in made]}


def _waiting(session: Session, known: Known, problem: Problem, answers: tuple[str, ...]) -> Customer:
    """The customer with these answers, if nobody was asked about them yet."""
    for customer in review_audit.waiting(session.library, known.survey, problem):
        if customer.answers == answers:
            return customer
    raise UnknownPerson("This customer was checked already, or is no longer in the sample.", "Go on with the next one.")


def _customer(workspace: Workspace, known: Known, problem: Problem, customer: Customer) -> dict[str, Any]:
    passages = review_audit.passages(known.survey, known.moments.get(problem.slug, ()), problem, customer)
    return {
        "place": customer.place,
        "of": customer.of,
        "answers": list(customer.answers),
        "who": who(known.survey.responses[customer.answers[0]]),
        "passages": [_passage(workspace, known, response, lines) for response, lines in passages],
    }


def _passage(workspace: Workspace, known: Known, response: str, lines: tuple[Line, ...]) -> dict[str, Any]:
    """An answer as the player takes it: what is shown first, and which sentence is most likely about the problem."""
    length = known.survey.responses[response].duration_ms
    marked = [line.sentence.span for line in lines if line.mark] or [line.sentence.span for line in lines[:1]]
    start, end = (marked[0].start_ms, marked[-1].end_ms) if marked else (0, length)
    window = Span(response, 0, min(length, previews.LONGEST_MS))
    if end > window.end_ms:
        window = Span(response, start, end).pad(AROUND_MS, AROUND_MS).clamp(0, length)
    return {
        "response": response,
        "question": known.survey.responses[response].question,
        "play": previews.facts(workspace.part(previews.Previews, previews.Previews).of(known, window)),
        "from_ms": window.start_ms,
        "until_ms": window.end_ms,
        "start_ms": window.start_ms,
        "end_ms": window.end_ms,
        "sentences": [said(line.sentence, line.shown) | {"mark": line.mark} for line in lines],
    }


PATH = "/api/problems/{slug}/audit"
ROUTES = [get(PATH, show), post(f"{PATH}/draw", draw), post(f"{PATH}/answer", answer)]
