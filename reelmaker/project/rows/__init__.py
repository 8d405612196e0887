"""Rows of the library as they are read: what is not as it was written is noticed here and not somewhere later.

In: what SQLite gives back, and JSON from it. Out: our nouns. Whatever these functions raise for a row that was damaged is
in `DAMAGE`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from reelmaker.model import Facts, Sentence, Span, Transcript, Upload, Word, consent
from reelmaker.model.decision import CHECKS, ENDS, VERDICTS, Decision
from reelmaker.shapes import (
    Misshapen,
    Shape,
    anything,
    flag,
    list_of,
    natural,
    number,
    optional,
    record,
    shallow,
    table_of,
    text,
    whole,
)

DAMAGE = (
    zlib.error,
    ValueError,  # `Misshapen` and no JSON among them
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
NAME = re.compile(r"[a-z0-9_+.-]{1,200}")
NAME_BYTES = 255  # of each part of the name of a file
SAID = (*VERDICTS, "trim", "strike", *ENDS, *CHECKS)


def when(value: Any) -> None:
    """A time in ISO 8601."""
    text(value)
    datetime.fromisoformat(value)


def path(value: Any) -> None:
    """The name of a file inside a folder of ours."""
    text(value)
    if any(len(part.encode()) > NAME_BYTES for part in value.split("/")):
        raise Misshapen("longer than any disk knows")
    if not value or value.startswith("/") or "\\" in value or "\0" in value or ".." in value.split("/"):
        raise Misshapen("no name of a file")


def _files(value: Any) -> None:
    table_of(natural)(value)
    for file in value:
        path(file)


# A build of a reel; also in the archive and in a build that is being put in place
REEL = record(
    {"files": _files},
    {
        "key": text,
        "built": when,
        "restored": when,
        "number": natural,
        "made_with": table_of(anything),
        "check": table_of(anything),
        "problems": list_of(text),
        "settings": table_of(anything),
        "seen": list_of(text),
        "audience": text,
        "answers": list_of(text),
    },
)
ERASURE = record(
    {"stage": text, "reels": list_of(record({"name": text}, {"problems": list_of(text)}))},
    {
        "person": record({"answers": list_of(text)}, dict.fromkeys(("files", "respondents", "names"), list_of(text))),
        "keep_upload": flag,
        "texts": list_of(text),
        "sources": list_of(text),
        "folders": list_of(path),
        "made": text,
    },
)
UPLOAD = record(
    {"size": whole, "mtime_ns": whole, "response": text, "trouble": text, "facts": optional(list_of(anything))},
    {"probed": natural},
)


def checked(value: Any, shape: Shape) -> Any:
    """The value, if it has that shape."""
    shallow(value)
    shape(value)
    return value


def texts(row: Sequence[Any]) -> Sequence[str]:
    """A row of texts alone."""
    for value in row:
        text(value)
    return row


def name(value: Any) -> str:
    """The name of a reel, which is that of its folder."""
    text(value)
    if not NAME.fullmatch(value) or value.startswith("."):
        raise Misshapen("no name of a reel")
    return str(value)


def reel(body: Any) -> dict[str, Any]:
    """What is remembered of a reel."""
    found: dict[str, Any] = checked(body, REEL)
    if found.get("audience", consent.INTERNAL) not in consent.AUDIENCES:
        raise Misshapen("no audience")
    return found


def erasure(body: Any) -> dict[str, Any]:
    """An erasure that is under way: every path that it names lies in a folder of ours."""
    found: dict[str, Any] = checked(body, ERASURE)
    return found


def upload(file: str, body: Any) -> Upload:
    """An upload as last probed."""
    path(file)
    checked(body, UPLOAD)
    facts = _facts(body["facts"]) if body["facts"] else None
    return Upload(file, body["size"], body["mtime_ns"], body["response"], facts, body["trouble"], body.get("probed", 0))


def _facts(values: Any) -> Facts:
    facts = Facts.of(values)
    for length in (facts.duration_ms, facts.channels, facts.picture_ms, *(facts.picture or (1, 1))):
        natural(length)
    for track in (facts.picture_track, facts.sound_track):
        whole(track)
    for said in (facts.matrix, facts.transfer, *facts.notes):
        text(said)
    flag(facts.interlaced)
    text(facts.timecode)
    for share in (facts.rate, *facts.bars):
        number(share)
    if len(facts.bars) != 4:
        raise Misshapen("no bars")
    if facts.picture is not None and (len(facts.picture) != 2 or 0 in facts.picture):
        raise Misshapen("no picture")
    return facts


def transcript(lists: Any) -> Transcript:
    """A transcript from the lists that it is stored as."""
    shallow(lists)
    response, language, source, notes, sentences = lists
    for value in (response, language, source, *notes):
        text(value)
    return Transcript(
        response,
        language,
        source,
        tuple(_sentence(response, index, parts) for index, parts in enumerate(sentences)),
        tuple(notes),
    )


def _sentence(response: str, index: int, parts: Any) -> Sentence:
    unreliable, words, *asked = parts
    for value in (unreliable, *asked):
        flag(value)
    if not words:
        raise Misshapen("a sentence without words")
    return Sentence(response, index, tuple(map(_word, words)), unreliable, *asked)


def _word(parts: Any) -> Word:
    word = Word(*parts)
    text(word.text)
    natural(word.start_ms)
    natural(word.end_ms)
    number(word.confidence)
    if word.end_ms < word.start_ms:
        raise Misshapen("a word that ends before it starts")
    return word


def decision(row: Sequence[Any]) -> Decision:
    """A decision of the team."""
    *said, from_ms, to_ms, exact, rank = row
    number_, response, start_ms, end_ms, problem, verdict, note, made, withdrawn = said
    for value in (number_, start_ms, end_ms, rank):
        natural(value)
    for value in (from_ms, to_ms, exact):
        whole(value)
    for value in (response, problem, note, made, withdrawn):
        text(value)
    if verdict not in SAID:
        raise Misshapen("no decision")
    shown = Span(response, from_ms, to_ms) if from_ms >= 0 else None
    return Decision(
        number_, Span(response, start_ms, end_ms), problem, verdict, note, made, withdrawn, shown, bool(exact), rank
    )


def of_kinds(row: Sequence[Any], *kinds: Callable[[Any], None]) -> Sequence[Any]:
    """A row whose columns are of these kinds."""
    for value, kind in zip(row, kinds, strict=True):
        kind(value)
    return row
