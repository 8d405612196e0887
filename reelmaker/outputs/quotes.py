"""quotes.csv: one row per clip, with its times in the reel and in the answer, and why it was chosen."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from reelmaker.model import Clip
from reelmaker.model.moment_ids import clock, name
from reelmaker.outputs import Finished
from reelmaker.tag.reasons import in_favour
from reelmaker.text import bilingual_cues, caption_cues
from reelmaker.text.cleaning import HIDDEN

RISKY = ("=", "@", "+", "-", "＝", "＠", "＋", "－", "\t", "\r")  # with the wide forms of Japanese keyboards
AFTER_SEPARATOR = re.compile("([;|\t\r\n][ \"']*)([=@+\\-＝＠＋－])")
COLUMNS = (
    "reel_start",
    "reel_end",
    "problem",
    "quote",
    "english",
    "speaker",
    "respondent",
    "segment",
    "date",
    "file",
    "source_start",
    "source_end",
    "score",
    "tone",
    "intensity",
    "why",
    "moment",
)


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write quotes.csv as UTF-8 with a byte order mark, which spreadsheet programs recognise."""
    target = folder / "quotes.csv"
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for place in finished.reel.places():
            clip = place.item
            if not isinstance(clip, Clip):
                continue
            response = finished.responses[clip.span.response]
            cells = (
                clock(place.start_ms),
                clock(place.end_ms),
                clip.moment.problem,
                caption_cues.quote(clip.moment),
                bilingual_cues.english(clip.moment),
                clip.label,
                response.respondent,
                response.segment,
                response.date,
                response.file,
                clock(clip.span.start_ms),
                clock(clip.span.end_ms),
                f"{clip.moment.score:.2f}",
                f"{clip.moment.tone:+.2f}",
                f"{clip.moment.intensity:.2f}",
                "; ".join(in_favour(clip.moment.why)),
                name(clip.moment),
            )
            rows.writerow([harmless(cell) for cell in cells])
    return [target]


def harmless(cell: str) -> str:
    """A cell that no spreadsheet program runs as a formula, whichever separator it takes the table to have.

    Where Excel splits at semicolons or tabs, a part of a quote may begin a cell: it gets a quote mark as well. Hidden
    characters, which only names of files still have, are left out.
    """
    cell = HIDDEN.sub("", cell)
    risky = cell[:1] in RISKY and not (cell[:1] in "+-" and _is_number(cell))
    return AFTER_SEPARATOR.sub(_marked, f"'{cell}" if cell and risky else cell)


def _marked(match: re.Match[str]) -> str:
    number = re.split(r"[;|\t\r\n]", match.string[match.start(2) :])[0].strip(" \"'")
    return match[0] if match[2] in "+-" and _is_number(number) else f"{match[1]}'{match[2]}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
