"""The reel of a problem: its cards and clips in order, the words and edges of a clip, and pictures of its cards."""

from __future__ import annotations

import tempfile
import threading
from pathlib import Path
from typing import Any

from starlette.responses import Response

from reelmaker.errors import UnknownMoment
from reelmaker.model import DRAWN, Card, Clip, Moment, Place, Sentence, Span, Word, joined
from reelmaker.model.decision import Decision
from reelmaker.render import preview
from reelmaker.review import edits, strikes
from reelmaker.select import stage as select_stage
from reelmaker.select.decisions import trims
from reelmaker.web import outlook as web_outlook
from reelmaker.web import previews
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.screens.home import problem_facts
from reelmaker.web.screens.moments import who
from reelmaker.web.workspace import Known, Workspace

AROUND_MS = 8_000  # before and after the open clip
MOST_WAITING = 20  # of what found no room
MOST_STRIKES = 50  # in one go
MOST_CARDS = 24  # pictures that are kept
CARDS = {"intro": "Intro", "evidence": "The count", "chapter": "Chapter", "outro": "The question"}


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """The reel as a build would make it now."""
    known = workspace.known()
    slug = known.project.problem(asked.path["slug"]).slug
    outlook = web_outlook.of(workspace, known, slug)
    return {
        "problem": problem_facts(known, known.project.problems[slug]),
        "wanted_ms": known.project.reel.length_ms,
        "length_ms": outlook.reel.duration_ms if outlook.reel else 0,
        "items": [_item(known, slug, place) for place in outlook.reel.places()] if outlook.reel else [],
        "nothing": {"message": outlook.nothing, "remedy": outlook.remedy} if outlook.nothing else None,
        "kept_without_room": len(web_outlook.kept_without_room(outlook)),
    }


def waiting(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """What the reel has no room for; takes longer than the rest."""
    known = workspace.known()
    slug = known.project.problem(asked.path["slug"]).slug
    entries = web_outlook.waiting(known, slug, web_outlook.of(workspace, known, slug))
    return {
        "sentences": [_waiting(known, entry) for entry in entries[:MOST_WAITING]],
        "more": max(0, len(entries) - MOST_WAITING),
    }


def clip(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """One clip: its words with those around it, where it is cut, and how it is played."""
    known = workspace.known()
    slug = known.project.problem(asked.path["slug"]).slug
    shown = web_outlook.clip_of(web_outlook.of(workspace, known, slug), asked.query.get("key", ""))
    return clip_facts(workspace, known, shown)


def edit(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Strike words, take strikes back, or move the edges: as `reelmaker trim` does. With a risk it asks first."""
    project = workspace.project()
    slug = project.problem(asked.path["slug"]).slug
    change = strikes.Asked(
        _stretches(asked, "strike"),
        _stretches(asked, "unstrike"),
        edits.Edge(time=_time(asked, "begin")),
        edits.Edge(time=_time(asked, "end")),
        asked.body.get("exactly") is True,
    )
    if change == strikes.Asked(exactly=change.exactly):
        raise Malformed("nothing")
    proposal = strikes.proposed(project, asked.text("key"), change, slug)
    told: dict[str, Any] = {"text": proposal.text, "notes": list(proposal.notes)}
    if proposal.risks and asked.body.get("sure") is not True:
        return {**told, "risks": list(proposal.risks)}
    taken_back = [strike for strike in workspace.known().survey.decisions if strike.number in proposal.taken_back]
    made = strikes.record(project, proposal)
    return {
        **told,
        "numbers": [decision.number for decision in made],
        "taken_back": [
            {"number": strike.number, "exact": strike.exact, **_stretch(strike.shown)}
            for strike in taken_back
            if strike.shown
        ],
    }


def order(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Which clips open the reel and which close it, as `reelmaker order` records it."""
    project = workspace.project()
    made = edits.order(project, project.problem(asked.path["slug"]).slug, asked.texts("first"), asked.texts("last"))
    return {"numbers": [decision.number for decision, _ in made]}


def clear(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Back to the automatic order, as `reelmaker order --clear`."""
    project = workspace.project()
    return {"numbers": edits.clear(project, project.problem(asked.path["slug"]).slug)}


def card(workspace: Workspace, asked: Asked) -> Response:
    """A card as `reelmaker card` draws it."""
    known = workspace.known()
    slug, kind = known.project.problem(asked.path["slug"]).slug, asked.path["kind"]
    if kind not in CARDS:
        raise UnknownMoment("There is no such card.", "Reload the page.")
    return Response(workspace.part(Cards, Cards).of(known, slug, kind), media_type="image/png")


class Cards:
    """The pictures of cards of one window; a part of its workspace."""

    def __init__(self) -> None:
        self._drawn: dict[str, bytes] = {}
        self._drawing = threading.Lock()

    def of(self, known: Known, slug: str, kind: str) -> bytes:
        """A card as a PNG; drawn anew where its words, its brand or its design changed."""
        count, dates = known.counts.get(slug), select_stage.dates(known.survey)
        project, problem = known.project, known.project.problems[slug]
        key = repr((kind, problem, count, dates, project.brand, project.reel, _design(project.templates)))
        with self._drawing:
            if key not in self._drawn:
                with tempfile.TemporaryDirectory(prefix="reelmaker-") as name:
                    counts = preview.Known({slug: count} if count else {}, dates)
                    file = preview.draw(project, kind, slug, None, None, Path(name) / "card.png", counts)
                    self._drawn[key] = file.read_bytes()
                while len(self._drawn) > MOST_CARDS:
                    self._drawn.pop(next(iter(self._drawn)))
            return self._drawn[key]


def _design(folder: Path) -> list[tuple[str, int]]:
    """The project's own card designs, as they are now."""
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return sorted((str(path), path.stat().st_mtime_ns) for path in files)


# what the page is told


def _item(known: Known, slug: str, place: Place) -> dict[str, Any]:
    if isinstance(place.item, Card):
        return _card(slug, place, place.item)
    return {"kind": "clip", "start_ms": place.start_ms, **_clip(known, place.item)}


def _card(slug: str, place: Place, shown: Card) -> dict[str, Any]:
    words = [text for name, text in shown.fields if name not in DRAWN]
    return {
        "kind": "card",
        "title": CARDS.get(shown.kind, shown.kind),
        "words": words,
        "src": f"/media/cards/{slug}/{shown.kind}",
        "mark": abs(hash((shown.fields, shown.template))),
        "start_ms": place.start_ms,
        "length_ms": place.end_ms - place.start_ms,
    }


def _clip(known: Known, shown: Clip) -> dict[str, Any]:
    return {
        "key": web_outlook.key_of(shown),
        "who": who(known.survey.responses[shown.span.response]),
        "text": web_outlook.text_of(shown.moment),
        "length_ms": shown.length_ms,
        "placed": shown.placed,
        "kept": shown.moment.verdict == "keep",
        "dissent": shown.moment.dissent,
        "struck": bool(shown.holes),
        "trimmed": web_outlook.applying_trim(known, shown) is not None,
    }


def clip_facts(workspace: Workspace, known: Known, shown: Clip) -> dict[str, Any]:
    """A clip with everything that its editor and its player need. Times are ms of the answer."""
    moment, response = shown.moment, known.survey.responses[shown.span.response]
    whole = (moment.whole or moment.span).union(shown.span)
    window = whole.pad(AROUND_MS, AROUND_MS).clamp(0, response.duration_ms)
    struck = web_outlook.applying_strikes(known, shown)
    trim = web_outlook.applying_trim(known, shown)
    sentences = [s for s in known.survey.transcripts[window.response].sentences if s.span.overlaps(window)]
    return {
        **_clip(known, shown),
        "response": window.response,
        "question": response.question,
        "play": previews.facts(workspace.part(previews.Previews, previews.Previews).of(known, window)),
        "from_ms": window.start_ms,
        "until_ms": window.end_ms,
        "stretches": [[part.start_ms, part.end_ms] for part in shown.stretches],
        "sentences": [_sentence(sentence, moment, struck) for sentence in sentences],
        "strikes": [_strike(strike, sentences) for strike in struck],
        "trim": {"number": trim.number, "exact": trim.exact} if trim else None,
    }


def _sentence(sentence: Sentence, moment: Moment, struck: tuple[Decision, ...]) -> dict[str, Any]:
    gone = {word for strike in struck if strike.shown for word in trims.within(sentence.words, strike.shown)}
    inside = set(moment.words) if sentence.response == moment.span.response else set()

    def state(word: Word) -> str:
        return "struck" if word in gone else "in" if word in inside else "out"

    return {
        "asked": sentence.asked,
        "unclear": sentence.unclear,
        "words": [[word.text, word.start_ms, word.end_ms, word.glued, state(word)] for word in sentence.words],
    }


def _strike(strike: Decision, sentences: list[Sentence]) -> dict[str, Any]:
    assert strike.shown is not None
    words = trims.within([word for sentence in sentences for word in sentence.words], strike.shown)
    return {"number": strike.number, "text": joined(words), "exact": strike.exact, **_stretch(strike.shown)}


def _stretch(span: Span) -> dict[str, Any]:
    return {"start_ms": span.start_ms, "end_ms": span.end_ms}


def _waiting(known: Known, entry: web_outlook.Waiting) -> dict[str, Any]:
    moment = entry.moment
    return {
        "who": who(known.survey.responses[moment.span.response]),
        "text": moment.text,
        "kept": entry.kept,
        "why": entry.why,
        "length_ms": moment.length_ms,
    }


# what the page asks


def _stretches(asked: Asked, name: str) -> tuple[str, ...]:
    given = asked.body.get(name, [])
    if not isinstance(given, list) or len(given) > MOST_STRIKES:
        raise Malformed(name)
    return tuple(_between(pair, name) for pair in given)


def _between(pair: object, name: str) -> str:
    if not (isinstance(pair, list) and len(pair) == 2 and all(type(time) is int and time >= 0 for time in pair)):
        raise Malformed(name)
    return f"{_clock(pair[0])}-{_clock(pair[1])}"


def _time(asked: Asked, name: str) -> str:
    """A time in ms as the commands take it, to the millisecond; "" if none is given."""
    ms = asked.body.get(name)
    if ms is None:
        return ""
    if type(ms) is not int or ms < 0:
        raise Malformed(name)
    return _clock(ms)


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02}.{ms % 1000:03}"


PATH = "/api/problems/{slug}/reel"
ROUTES = [
    get(PATH, show),
    get(f"{PATH}/clip", clip),
    get(f"{PATH}/waiting", waiting),
    post(f"{PATH}/edit", edit),
    post(f"{PATH}/order", order),
    post(f"{PATH}/order/clear", clear),
    get("/media/cards/{slug}/{kind}", card),
]
