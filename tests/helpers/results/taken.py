"""A finished reel, and reading back what is made of it, for tests of the outputs."""

from __future__ import annotations

import csv
import html
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema

import reelmaker
from reelmaker import media
from reelmaker.model import Card, Clip, Count, Cue, Moment, Problem, Reel, Response, Sentence, Span, Word
from reelmaker.outputs import Finished, manifest
from reelmaker.render import pieces as render_pieces

SCHEMA: dict[str, Any] = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
CHECKER = jsonschema.Draft202012Validator(SCHEMA)
ANNA, BERT = "a" * 64, "b" * 64
SAID = "My card – the “blue” one – was refused."


def build(folder: Path, **options: Any) -> reelmaker.Reel:
    return reelmaker.build(folder, ["checkout"], **options)


def text_of(path: Path) -> str:
    """As it lies on the disk, line ends included."""
    return path.read_bytes().decode("utf-8")


def clip_of(response: str, words: str, start_ms: int, label: str, why: str = "a phrase") -> Clip:
    said = tuple(
        Word(word, start_ms + 250 * at, start_ms + 250 * at + 200, 0.5) for at, word in enumerate(words.split(" "))
    )
    moment = Moment("checkout", (Sentence(response, 0, said),), 0.876, (why, "it sounds cross"), -0.25)
    return Clip(moment, Span(response, start_ms, said[-1].end_ms + 200), label)


def reel_of(*clips: Clip) -> Reel:
    """An intro of two seconds, the clips, an outro."""
    problem = Problem("checkout", "Customers give up", ("What now?",), "Abandoned baskets")
    intro = Card("intro", "plain", (("statement", "Customers give up"),), 2000, "checkout")
    outro = Card("outro", "plain", (("question1", "What now?"),), 1000, "checkout")
    return Reel((problem,), (intro, *clips, outro), {"checkout": Count(2, 3)}, 320, 180)


RESPONSES = {
    ANNA: Response(
        ANNA,
        "anna's 100% é.mp4",
        60_000,
        respondent="F-1",
        name="Anna",
        segment="new",
        date="2026-07-06",
        show_name=True,
    ),
    BERT: Response(
        BERT,
        "sub/b.mp4",
        60_000,
        respondent="F-2",
        name="Bert",
        segment="loyal",
        extra=(("promised", "a call by 2026-12-01"),),
    ),
}


def pieces_of(reel: Reel, video: Path, folder: Path) -> tuple[Path, ...]:
    """What a build would have rendered of each item, cut from the video."""
    from helpers.films.videos import ffmpeg

    pieces = []
    for number, place in enumerate(reel.places()):
        encoding = media.Encoding(reel.width, reel.height, reel.fps)
        options = [word for name, value in encoding.options().items() for word in (f"-{name}", str(value))]
        cut = (
            f"trim=start_frame={place.first_frame}:end_frame={place.first_frame + place.frames},setpts=N/{reel.fps}/TB"
        )
        heard = encoding.samples_per_frame
        sound = (
            f"aresample=48000,atrim=start_sample={place.first_frame * heard},asetpts=N/SR/TB,"
            f"apad=whole_len={place.frames * heard},atrim=end_sample={place.frames * heard}"
        )
        pieces.append(folder / f"{number}.mov")
        ffmpeg("-i", video, "-vf", cut, "-af", sound, "-ac", "2", *options, pieces[-1])
    return tuple(pieces)


def finished_of(
    reel: Reel, video: Path, cues: tuple[Cue, ...] | None = None, pieces: tuple[Path, ...] = ()
) -> Finished:
    if cues is None:
        cues = tuple(
            Cue(place.start_ms + cue.start_ms, place.start_ms + cue.end_ms, cue.text)
            for place in reel.places()
            if isinstance(place.item, Clip)
            for cue in render_pieces.clip_cues(place.item, (reel.width, reel.height))
        )
    document = manifest.document(
        "build",
        {"name": "Übung", "language": "en"},
        reel.problems,
        reel.counts,
        RESPONSES,
        reel=reel,
        moments=[clip.moment for clip in reel.clips],
        thresholds={"checkout": 0.5},
    )
    return Finished(reel, video, RESPONSES, cues, document, language="en", pieces=pieces)


def ms_of(stamp: str, mark: str) -> int:
    match = re.fullmatch(rf"(\d\d):([0-5]\d):([0-5]\d){re.escape(mark)}(\d\d\d)", stamp)
    assert match, stamp
    hours, minutes, seconds, rest = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def voices_of(text: str) -> list[str]:
    """The speakers that a WebVTT file names, in the order of its captions."""
    return [html.unescape(name) for name in re.findall(r"^<v ([^>\n]+)>", text, re.MULTILINE)]


def parse_vtt(text: str) -> list[Cue]:
    """Every caption of a WebVTT file, read as strictly as the standard says; without the speakers."""
    lines = re.split(r"\r\n|\n|\r", text)
    assert lines[0] == "WEBVTT" and lines[1] == ""
    found = []
    for block in "\n".join(lines[2:]).split("\n\n"):
        if not block.strip("\n"):
            continue
        head, *body = block.strip("\n").split("\n")
        start, arrow, end = head.partition(" --> ")
        assert arrow, f"not a caption: {block!r}"
        body[:1] = [re.sub(r"^<v [^<>&\n]*(&(amp|lt|gt);[^<>&\n]*)*>", "", line) for line in body[:1]]
        for line in body:
            assert "-->" not in line and "<" not in line
            assert not re.search(r"&(?!amp;|lt;|gt;)", line), line
        found.append(Cue(ms_of(start, "."), ms_of(end, "."), html.unescape("\n".join(body))))
    return found


def parse_srt(text: str) -> list[Cue]:
    """Every caption of a SubRip file; the numbers must count from one."""
    found = []
    for block in filter(None, re.split("\n{2,}", text)):
        number, head, *body = block.split("\n")
        assert number == str(len(found) + 1), block
        start, arrow, end = head.partition(" --> ")
        assert arrow and not any("-->" in line for line in body), block
        found.append(Cue(ms_of(start, ","), ms_of(end, ","), "\n".join(body)))
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))
