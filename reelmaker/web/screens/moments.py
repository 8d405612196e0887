"""The moments of a problem: the list, one moment with the words around it, and what a person decides about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reelmaker.errors import UnknownMoment
from reelmaker.model import Problem, Response, Sentence
from reelmaker.model.decision import VERDICTS, Decision
from reelmaker.progress import Warned
from reelmaker.review import decisions as review_decisions
from reelmaker.review import explain
from reelmaker.select.decisions.verdicts import belongs
from reelmaker.web import listing, previews
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.listing import Row
from reelmaker.web.screens.home import problem_facts
from reelmaker.web.workspace import Known, Workspace

AROUND_MS = 15_000  # before and after a moment
AT_ONCE = 200  # rows of one answer
MOST_AT_ONCE = 2_000  # moments decided in one go


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """The list: the keys of all rows in order, and the first rows themselves."""
    known, problem = workspace.known(), _problem(workspace.known(), asked)
    all_rows = _rows(known, problem.slug)
    query = asked.query
    wanted = listing.Wanted(
        query.get("show", "open"),
        query.get("segment"),
        query.get("month"),
        query.get("score", ""),
        query.get("words", ""),
    )
    rows = list(listing.chosen(all_rows, known.survey.responses, wanted))
    return {
        "problem": problem_facts(known, problem),
        "totals": listing.totals(all_rows),
        "groups": listing.groups(all_rows, known.survey.responses),
        "keys": [row.key for row in rows],
        "rows": [_row(known, row) for row in rows[:AT_ONCE]],
    }


def some(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Rows by their keys; those that are no longer there are left out."""
    known, problem = workspace.known(), _problem(workspace.known(), asked)
    by_key = _by_key(known, problem.slug)
    keys = asked.query.get("keys", "").split(",")[:AT_ONCE]
    return {"rows": [_row(known, by_key[key]) for key in keys if key in by_key]}


def one(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """A moment with the words around it, and what the program and the team say of it."""
    known, problem = workspace.known(), _problem(workspace.known(), asked)
    row = row_of(known, problem.slug, asked.query.get("key", ""))
    response = known.survey.responses[row.response]
    window = row.span.pad(AROUND_MS, AROUND_MS).clamp(0, response.duration_ms)
    sentences = known.survey.transcripts[row.response].sentences
    inside = {moment.sentences[0].index for moment in row.moments}
    return {
        **_row(known, row),
        "file": response.file,
        "question": response.question,
        "why": list(row.best.why),
        "play": previews.facts(workspace.part(previews.Previews, previews.Previews).of(known, window)),
        "from_ms": window.start_ms,
        "until_ms": window.end_ms,
        "sentences": [said(s, s.index in inside) for s in sentences if s.span.overlaps(window)],
    }


def why(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """What counts for and against it, and whether the reel shows it; takes longer than the rest."""
    known, problem = workspace.known(), _problem(workspace.known(), asked)
    row = row_of(known, problem.slug, asked.query.get("key", ""))
    document = explain.why(known.project, row.name(64), [problem.slug])
    explanation = document["explained"]["problems"][0]
    return {
        "for": [part["text"] for part in explanation["for"] if part["moved"] >= explain.LEAST],
        "against": [part["text"] for part in explanation["against"] if part["moved"] <= -explain.LEAST],
        "reel": explain.reel_words(explanation),
    }


def decide(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Keep, drop or hide moments: one record for each, as `reelmaker keep` makes them."""
    known, problem = workspace.lately(), _problem(workspace.lately(), asked)
    verdict, keys = asked.text("verdict"), asked.texts("keys")
    if verdict not in VERDICTS or not 0 < len(keys) <= MOST_AT_ONCE:
        raise Malformed("verdict")
    names = [row_of(known, problem.slug, key).name(64) for key in keys]
    warnings = Warned()
    with workspace.session() as session:
        made = review_decisions.record(
            session, known.survey, verdict, names, problem.slug, asked.text("note", ""), warnings
        )
    return {"numbers": [decision.number for decision, _ in made], "warnings": warnings.lines}


def undo(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Take decisions back, as `reelmaker decisions --undo` does."""
    numbers = asked.body.get("numbers")
    if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
        raise Malformed("numbers")
    review_decisions.withdraw(workspace.project(), numbers)
    return {"numbers": numbers}


def row_of(known: Known, slug: str, key: str) -> Row:
    """The row of a key. One whose sentences are in other rows today, since some were decided, is made anew.

    Raises:
        UnknownMoment: there are no such sentences any more.
    """
    row = _by_key(known, slug).get(key)
    if row is not None:
        return row
    digits, _, numbers = key.partition(".")
    first, _, last = numbers.partition("-")
    if digits and first.isdigit() and last.isdigit():
        moments = [
            moment
            for other in _rows(known, slug)
            if other.response.startswith(digits)
            for moment in other.moments
            if int(first) <= moment.sentences[0].index <= int(last)
        ]
        if moments:
            in_order = tuple(sorted(moments, key=lambda moment: moment.span))
            return Row(in_order, "decided" if in_order[0].verdict else "rest")
    raise UnknownMoment("This moment is no longer there.", "Its answer was changed or taken out. Reload the page.")


# rows, worked out once for each look at the project


def _rows(known: Known, slug: str) -> Sequence[Row]:
    threshold, limit_ms = known.project.threshold_of(known.project.problems[slug]), known.project.reel.clip_max_ms
    return known.derived(("rows", slug), lambda: listing.rows(known.moments.get(slug, ()), threshold, limit_ms))


def _by_key(known: Known, slug: str) -> Mapping[str, Row]:
    return known.derived(("rows by key", slug), lambda: {row.key: row for row in _rows(known, slug)})


def _verdicts(known: Known) -> Mapping[str, Sequence[Decision]]:
    """The verdicts that hold, by answer, the last first."""

    def sorted_out() -> dict[str, list[Decision]]:
        by_answer: dict[str, list[Decision]] = {}
        for decision in sorted(known.survey.decisions, key=lambda decision: -decision.number):
            if decision.kind == "verdict" and not decision.withdrawn:
                by_answer.setdefault(decision.span.response, []).append(decision)
        return by_answer

    return known.derived(("verdicts",), sorted_out)


def _problem(known: Known, asked: Asked) -> Problem:
    return known.project.problem(asked.path["slug"])


def _row(known: Known, row: Row) -> dict[str, Any]:
    response = known.survey.responses[row.response]
    span, decision = row.span, _decision_of(known, row)
    return {
        "key": row.key,
        "moment": row.name(),
        "response": row.response,
        "state": row.state,
        "verdict": row.first.verdict,
        "decision": {"number": decision.number, "note": decision.note, "made": decision.made} if decision else None,
        "score": round(row.score, 3),
        "text": row.text,
        "who": who(response),
        "start_ms": span.start_ms,
        "end_ms": span.end_ms,
        "quotable": all(moment.sentences[0].quotable for moment in row.moments),
    }


def who(response: Response) -> dict[str, Any]:
    """The customer as the team sees them in this window: by name where there is one."""
    return {
        "label": response.name or response.label,
        "segment": response.segment,
        "date": response.date,
        "score": response.score,
    }


def _decision_of(known: Known, row: Row) -> Decision | None:
    if row.first.verdict is None:
        return None
    problem = row.first.problem
    return next(
        (
            decision
            for decision in _verdicts(known).get(row.response, ())
            if decision.problem in ("", problem) and belongs(row.first.span, decision.span)
        ),
        None,
    )


def said(sentence: Sentence, inside: bool) -> dict[str, Any]:
    """A sentence as the player takes it; `inside`: it is part of what is shown."""
    return {
        "inside": inside,
        "asked": sentence.asked,
        "unclear": sentence.unclear,
        "english": sentence.english,
        "words": [[word.text, word.start_ms, word.end_ms, word.glued] for word in sentence.words],
    }


PATH = "/api/problems/{slug}"
ROUTES = [
    get(f"{PATH}/moments", show),
    get(f"{PATH}/rows", some),
    get(f"{PATH}/moment", one),
    get(f"{PATH}/why", why),
    post(f"{PATH}/decide", decide),
    post("/api/undo", undo),
]
