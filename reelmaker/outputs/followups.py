"""followups.csv: customers in the reel who were promised a reply, as a reminder. If there are none, no file is written.

The promise is in the column `promised` (or `follow_up`) of responses.csv: yes, a date, or any words.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from reelmaker.model import Clip, Reel, Response, moment_ids
from reelmaker.outputs import Finished
from reelmaker.outputs.quotes import harmless
from reelmaker.text import caption_cues

PROMISED = ("promised", "follow_up")
NOTHING = {"", "no", "none", "n", "false", "0", "-", "nein", "non"}
COLUMNS = ("respondent", "file", "quote", "problem", "promised", "due", "speaker", "moment")


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write the file (if needed) as UTF-8 with a byte order mark, which spreadsheet programs recognise."""
    followups = rows(finished.reel, finished.responses)
    if not followups:
        return []
    target = folder / "followups.csv"
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        lines.writerows([harmless(cell) for cell in row] for row in followups)
    return [target]


def rows(reel: Reel, responses: Mapping[str, Response]) -> list[tuple[str, ...]]:
    """One row for each clip of a customer who was promised something, in the order of the reel."""
    followups: list[tuple[str, ...]] = []
    for clip in reel.clips:
        promised = _promise(clip, responses)
        if promised:
            response = responses[clip.span.response]
            followups.append(
                (
                    response.respondent,
                    response.file,
                    caption_cues.quote(clip.moment),
                    clip.moment.problem,
                    promised,
                    due(promised),
                    clip.label,
                    moment_ids.name(clip.moment),
                )
            )
    return followups


def _promise(clip: Clip, responses: Mapping[str, Response]) -> str:
    """What the speaker was promised, in the row of this answer or of another answer of the same person."""
    response = responses[clip.span.response]
    same_person = sorted((r for r in responses.values() if r.person == response.person), key=lambda r: r.file)
    return promise((response, *same_person))


def promise(answers: Iterable[Response]) -> str:
    """What a customer was promised, from the first of their answers that says so; "" for nothing."""
    for candidate in answers:
        columns = dict(candidate.extra)
        for name in PROMISED:
            value = columns.get(name, "").strip()
            if value.lower() not in NOTHING:
                return value
    return ""


def due(promised: str) -> str:
    """The date in the promise, if it contains one such as 2026-12-01."""
    for word in promised.replace(",", " ").replace(";", " ").split():
        try:
            return date.fromisoformat(word.strip(".:()")).isoformat()
        except ValueError:
            continue
    return ""
