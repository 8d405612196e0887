"""Words to check: what speech recognition was not sure of, to hear and to correct; the corrections; the vocabulary."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse

from reelmaker.errors import ProjectError, SettingsChanged, UnknownMoment
from reelmaker.model import Moment, moment_ids
from reelmaker.project import settings_file
from reelmaker.project.settings_file import edits
from reelmaker.review import corrections, word_check
from reelmaker.review.corrections import Proposal, State
from reelmaker.review.word_check import Doubt
from reelmaker.text.cleaning import clean_line
from reelmaker.web import stretch
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.screens.moments import who
from reelmaker.web.workspace import Known, Workspace

AT_ONCE = 200  # rows of one answer
MOST_PLACES = 500
BEFORE_MS, AFTER_MS = 1500, 800  # heard around the words
LONGEST = 500  # characters
MOST_NAMES = 200
WHOLE = 64  # digits of a moment's name that no other answer shares
GROUPS = ("reel", "held", "quote")


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """The keys of all unsure words, those in a reel first, and the first rows; the corrections; the vocabulary."""
    known = workspace.known()
    doubts = _doubts(known)
    keys = list(doubts)
    return {
        "keys": keys,
        "rows": [_row(known, key, doubts[key]) for key in keys[:AT_ONCE]],
        "totals": {group: sum(_group(doubt) == group for doubt in doubts.values()) for group in GROUPS},
        "corrections": [_correction(state) for state in _states(known, workspace)],
        "vocabulary": list(known.project.vocabulary),
        "digest": settings_file.digest(workspace.folder),
    }


def some(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Rows by their keys; those that are no longer there are left out."""
    known = workspace.known()
    doubts = _doubts(known)
    keys = asked.query.get("keys", "").split(",")[:AT_ONCE]
    return {"rows": [_row(known, key, doubts[key]) for key in keys if key in doubts]}


def one(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Unsure words with what is said around them, to be played."""
    known = workspace.known()
    key = asked.query.get("key", "")
    doubt = _doubt(known, key)
    response = known.survey.responses[doubt.span.response]
    heard = doubt.span.pad(BEFORE_MS, AFTER_MS).clamp(0, response.duration_ms)
    transcript = known.survey.transcripts[doubt.span.response]
    inside = {sentence.index for sentence in transcript.sentences if sentence.span == doubt.around}
    return {**_row(known, key, doubt), **stretch.facts(workspace, known, heard, inside), "file": response.file}


def look(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """What a correction would change: in one moment, or everywhere; nothing is recorded."""
    return {"places": [_proposal(workspace, proposal) for proposal in _proposed(workspace, asked)[:MOST_PLACES]]}


def correct(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Record a correction of the places that the person saw.

    A correction that adds or removes a "not" needs `listened`, which the window asks for twice.
    """
    wanted = set(asked.texts("places"))
    proposals = [proposal for proposal in _proposed(workspace, asked) if _place(proposal) in wanted]
    if not wanted or len(proposals) != len(wanted):
        raise ProjectError("These words are no longer there as they were shown.", "Look at the list again.")
    if any(proposal.turns for proposal in proposals) and asked.body.get("listened") is not True:
        raise ProjectError(
            'This adds or removes a "not", so the quote says the opposite.', "Listen to it, and confirm it twice."
        )
    made = corrections.record(workspace.project(), proposals)
    return {"numbers": [correction.number for correction in made]}


def others(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Where else the same words were transcribed, to be replaced as well; none is no error."""
    try:
        return look(workspace, Asked(body={**asked.body, "everywhere": True}))
    except ProjectError:
        return {"places": []}


def undo(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Take corrections back, as `reelmaker corrections --undo` does."""
    numbers = asked.body.get("numbers")
    if not isinstance(numbers, list) or not numbers or not all(type(number) is int for number in numbers):
        raise Malformed("numbers")
    corrections.withdraw(workspace.project(), numbers)
    return {"numbers": numbers}


def vocabulary(workspace: Workspace, asked: Asked) -> Any:
    """Write the names into `[transcribe] vocabulary` of reelmaker.toml."""
    names = list(dict.fromkeys(filter(None, (clean_line(name) for name in asked.texts("names")))))
    if len(names) > MOST_NAMES or any(len(name) > LONGEST for name in names):
        raise ProjectError(f"A vocabulary has at most {MOST_NAMES} names.", "Keep those that are misheard most.")
    try:
        project = settings_file.changed(
            workspace.folder, asked.text("digest"), lambda text: edits.vocabulary(text, names)
        )
    except SettingsChanged as meanwhile:
        now = list(workspace.project().vocabulary)
        digest = settings_file.digest(workspace.folder)
        told = {"error": meanwhile.message, "remedy": meanwhile.remedy, "digest": digest, "vocabulary": now}
        return JSONResponse(told, 409)
    return {"vocabulary": list(project.vocabulary), "digest": settings_file.digest(workspace.folder)}


# what is known, worked out once for each look at the project


def _doubts(known: Known) -> Mapping[str, Doubt]:
    def worked_out() -> dict[str, Doubt]:
        listed = word_check.unsure(known.project, known.survey, quotes=_quotes(known))
        ordered = sorted(listed, key=lambda doubt: GROUPS.index(_group(doubt)))
        return {f"{doubt.span.response[:16]}.{doubt.start_ms}": doubt for doubt in ordered}

    return known.derived(("doubts",), worked_out)


def _quotes(known: Known) -> list[Moment]:
    return [
        moment
        for slug, moments in known.moments.items()
        for moment in moments
        if moment.speaks(known.project.threshold_of(known.project.problems[slug])) and moment.sentences[0].quotable
    ]


def _states(known: Known, workspace: Workspace) -> Sequence[State]:
    def worked_out() -> list[State]:
        if not known.project.library.exists():
            return []
        with workspace.session() as session:
            rows = session.library.corrections().all()
        return list(corrections.states(known.project, known.survey, rows))

    return known.derived(("corrections",), worked_out)


def _doubt(known: Known, key: str) -> Doubt:
    doubt = _doubts(known).get(key)
    if doubt is None:
        raise UnknownMoment("These words are no longer in question.", "Go on with the next ones.")
    return doubt


def _group(doubt: Doubt) -> str:
    return "reel" if doubt.clip else "held" if doubt.held else "quote"


def _row(known: Known, key: str, doubt: Doubt) -> dict[str, Any]:
    before, words, after = _parts(doubt.sentence, doubt.words)
    return {
        "key": key,
        "group": _group(doubt),
        "clip": doubt.clip,
        "words": doubt.words,
        "parts": [before, words, after],
        "confidence": round(doubt.confidence, 2),
        "moment": moment_ids.of(doubt.around, False, WHOLE),
        "who": who(known.survey.responses[doubt.span.response]),
    }


def _parts(sentence: str, words: str) -> tuple[str, str, str]:
    """The sentence cut around the words."""
    place = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", sentence) or re.search(re.escape(words), sentence)
    if not place:
        return sentence, "", ""
    return sentence[: place.start()], place[0], sentence[place.end() :]


def _correction(state: State) -> dict[str, Any]:
    return corrections.entry(state) | {"confirms": state.correction.confirms}


def _proposed(workspace: Workspace, asked: Asked) -> list[Proposal]:
    heard, said = clean_line(asked.text("heard")), clean_line(asked.text("said"))
    if max(len(heard), len(said)) > LONGEST:
        raise ProjectError("That is too long for one correction.", "Correct one stretch after the other.")
    everywhere = asked.body.get("everywhere") is True
    name = "" if everywhere else asked.text("moment")
    return corrections.proposed(
        workspace.project(), name, heard, said, everywhere=everywhere, note=asked.text("note", "")
    )


def _place(proposal: Proposal) -> str:
    span = proposal.correction.span
    return f"{span.response}.{span.start_ms}-{span.end_ms}"


def _proposal(workspace: Workspace, proposal: Proposal) -> dict[str, Any]:
    response = workspace.lately().survey.responses.get(proposal.correction.span.response)
    return {
        "place": _place(proposal),
        "sentence": proposal.sentence,
        "turns": proposal.turns,
        "who": who(response) if response else None,
    }


ROUTES = [
    get("/api/words", show),
    get("/api/words/rows", some),
    get("/api/words/one", one),
    post("/api/words/look", look),
    post("/api/words/others", others),
    post("/api/words/correct", correct),
    post("/api/words/undo", undo),
    post("/api/words/vocabulary", vocabulary),
]
