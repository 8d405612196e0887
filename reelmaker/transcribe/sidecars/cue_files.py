"""Caption files -> cues: SubRip, WebVTT and YouTube's SBV by hand, so that errors name their lines; others by pysubs2.

Takes the text of a file; returns its cues in the order of the file, without markup.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from reelmaker.transcribe.sidecars import markup, times
from reelmaker.transcribe.sidecars.phrases import LATEST_MS, LONGEST_TEXT, MOST_PHRASES, Cue, Line, refuse

NUMBER = re.compile(r"\s*\d{1,9}\s*")
SBV = re.compile(rf"\s*({times.CLOCK}),({times.CLOCK})\s*")
BLOCKS = ("NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP", "WEBVTT")
MOST_LINES = 60  # of one cue that are used


def read(text: str, name: str, suffix: str) -> list[Cue]:
    """The cues of a file.

    Raises:
        TranscriptError: not readable as what its name says; with the line.
    """
    if suffix in (".ass", ".ssa", ".ttml", ".dfxp", ".smi", ".sami"):
        return _by_library(text, name, suffix)
    lines = text.split("\n")
    if suffix == ".sbv":
        lines = [f"{match[1]} --> {match[2]}" if (match := SBV.fullmatch(line)) else line for line in lines]
    cues = _cues(lines, name, suffix)
    empty = not "".join(lines[1:]).strip() and (not lines[0].strip() or lines[0].startswith("WEBVTT"))
    if not cues and not empty and not any("-->" in line for line in lines):
        raise refuse(name, "contains no captions")
    return cues


def _cues(lines: Sequence[str], name: str, suffix: str) -> list[Cue]:
    rate = times.frame_rate("\n".join(line for line in lines if "-->" in line)[:2_000_000])
    cues: list[Cue] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if "-->" not in line:
            continue
        match = times.ARROW.search(line)
        start, end = (times.milliseconds(match[1], rate), times.milliseconds(match[2], rate)) if match else (1, 0)
        if end < start or start > LATEST_MS:
            raise refuse(name, f"line {number}: not valid caption times", "Fix that line, or remove the file.")
        raw: list[str] = []
        while number < len(lines) and not _ends_here(lines, number, suffix):
            if len(lines[number]) > LONGEST_TEXT:
                raise refuse(name, f"line {number + 1}: longer than {LONGEST_TEXT} characters")
            if lines[number].strip() and len(raw) < MOST_LINES:
                raw.append(lines[number])
            number += 1
        shown_lines = [shown for raw_line in raw if (shown := markup.line_of(raw_line)).text]
        cues.append(Cue(start, end, tuple(shown_lines), markup.marked("\n".join(raw)[:2000])))
        if len(cues) > MOST_PHRASES:
            raise refuse(name, f"more than {MOST_PHRASES} captions")
    return cues


def _ends_here(lines: Sequence[str], number: int, suffix: str) -> bool:
    """Whether a cue's text ends before this line.

    Only a truly empty line does: YouTube pads with lines of one blank. In SubRip even that does not, unless a cue or
    nothing follows; and some leave the empty line out.
    """
    if _begins_a_cue(lines, number):
        return True
    if lines[number].strip():
        return False
    following = number
    while following < len(lines) and not lines[following].strip():
        following += 1
        if following - number > MOST_LINES:
            return True
    if following >= len(lines) or _begins_a_cue(lines, following):
        return True
    if suffix == ".srt":
        return False
    return lines[number] == "" or lines[following].startswith(BLOCKS) or _names_a_cue(lines, following)


def _names_a_cue(lines: Sequence[str], number: int) -> bool:
    """Whether a line is a cue's name: in WebVTT any text may be above the times of a cue."""
    return number + 1 < len(lines) and bool(times.ARROW.match(lines[number + 1].lstrip()))


def _begins_a_cue(lines: Sequence[str], number: int) -> bool:
    """Whether a line is a cue's times, or its number with the times below; a spoken arrow is neither."""
    if "-->" in lines[number] and times.TIME.search(lines[number].partition("-->")[0]):
        return True
    if not NUMBER.fullmatch(lines[number]) or number + 1 >= len(lines):
        return False
    return "-->" in lines[number + 1] and bool(times.TIME.match(lines[number + 1].strip()))


def _by_library(text: str, name: str, suffix: str) -> list[Cue]:
    """Cues by pysubs2, which gives the speaker's name in styles that have one."""
    import pysubs2

    kinds = {".ass": "ass", ".ssa": "ssa", ".ttml": "ttml", ".dfxp": "ttml", ".smi": "sami", ".sami": "sami"}
    try:
        events = pysubs2.SSAFile.from_string(text, format_=kinds[suffix]).events
    except Exception:  # noqa: BLE001 - whatever a broken file does to its reader, it belongs to that file
        raise refuse(name, f"not readable as {suffix[1:]} captions") from None
    if len(events) > MOST_PHRASES:
        raise refuse(name, f"more than {MOST_PHRASES} captions")
    cues = []
    for event in events:
        if event.is_comment or event.is_drawing or not 0 <= event.start <= event.end <= LATEST_MS:
            continue
        bare = re.sub(r"\{[^{}]*\}", "", event.text)
        lines = [line for raw in re.split(r"\\[Nn]|\n", bare) if (line := markup.line_of(raw)).text]
        voice = markup.plain(event.name or "").strip()
        cues.append(
            Cue(event.start, event.end, tuple(Line(line.text, line.voice or voice, line.segments) for line in lines))
        )
    if not cues and text.strip():
        raise refuse(name, "contains no captions")
    return cues
