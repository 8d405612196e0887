"""A team at work on a survey: uploads that come, go and change, settings, decisions; and the same survey made at once.

Every edit is a word and three numbers that count in whatever is there, so any list of edits makes sense and can be
made shorter.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import reelmaker
from helpers.films.videos import ffmpeg, make_video
from helpers.surveys.small_survey import captions
from reelmaker import analysis
from reelmaker.errors import ReelmakerError
from reelmaker.model import moment_ids
from reelmaker.model.request import BuildRequest
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.request import with_overrides
from reelmaker.project.session import Session
from reelmaker.publish.publish import _cues
from reelmaker.review import decisions, edits, strikes

Edit = tuple[str, int, int, int]
EDITS = (
    "add",
    "remove",
    "replace",
    "recaption",
    "copy",
    "break",
    "table",
    "toml",
    "keep",
    "drop",
    "hide",
    "trim",
    "trim",
    "strike",
    "order",
    "order",
    "undo",
    "build",
    "build",
    "build",
)
MANY = 7  # films
SAYINGS = (
    ["I bought a lamp.", "My card was refused at the payment page.", "The lamp is nice."],
    ["The payment failed and my card was charged twice.", "But the courier was kind to me."],
    ["My card was refused.", "The payment failed again and again today.", "That is all I have."],
    ["Hello to you all.", "Paying was brilliant and easy for my card.", "Thanks."],
    [
        "Interviewer: Was the payment page slow?",
        "Customer: Yes, my payment failed three times.",
        "It was late.",
    ],
    ["The parcel came late by courier.", "And my card was refused at the payment page."],
    ["I like cats and boxes.", "Boxes are fine for cats."],
    [
        "The payment failed and my card was charged twice.",
        "The delivery was late.",
        "My card was refused there.",
    ],
)
LENGTHS = [40, 14, 24, 60]


def films(folder: Path) -> list[Path]:
    """Seven answers of 6 to 9 seconds, as small as a reel may be."""
    return [
        make_video(folder / f"film{number}.mp4", 6 + number % 4, "144x120", "10", 300 + 90 * number)
        for number in range(MANY)
    ]


class Survey:
    """A project folder that is edited again and again. `real`: builds render."""

    def __init__(self, folder: Path, films: Sequence[Path], *, real: bool = False, tagger: str = "keywords") -> None:
        self.folder, self.films, self.real, self.tagger = folder, films, real, tagger
        self.uploads = folder / "uploads"
        self.uploads.mkdir(parents=True)
        self._clock = 1_700_000_000
        self._names: list[str] = []  # of the clips that were last planned
        self._toml(0, 0, 0)
        for number in range(6):
            self._add(number, number, 0)
        self._table(1, 0, 0)

    def do(self, edit: Edit) -> None:
        """One edit; what makes no sense now (a clip that is not there) is refused, as it would be."""
        word, *numbers = edit
        try:
            getattr(self, f"_{word}")(*numbers)
        except ReelmakerError:
            pass

    # uploads

    def _there(self) -> list[Path]:
        return sorted(self.uploads.glob("*.mp4"))

    def _old(self, path: Path) -> None:
        """Written some time ago, each at another time, so that nothing waits for a file to settle."""
        self._clock += 7
        os.utime(path, (self._clock, self._clock))

    def _put(self, target: Path, film: int) -> None:
        shutil.copyfile(self.films[film % len(self.films)], target)
        self._old(target)

    def _caption(self, target: Path, which: int, late: int) -> None:
        beside = target.with_suffix(".vtt")
        text = captions(SAYINGS[which % len(SAYINGS)])
        if late % 3:
            text = text.replace(".000 -->", f".{late % 3}50 -->")
        beside.write_text(text, "utf-8")
        self._old(beside)

    def _add(self, film: int, which: int, late: int) -> None:
        target = self.uploads / f"u{film % (MANY + 2)}.mp4"
        self._put(target, film)
        self._caption(target, which, late)

    def _pick(self, number: int) -> Path | None:
        there = self._there()
        return there[number % len(there)] if there else None

    def _remove(self, number: int, *_: int) -> None:
        if path := self._pick(number):
            path.unlink()
            path.with_suffix(".vtt").unlink()

    def _replace(self, number: int, film: int, _: int) -> None:
        if path := self._pick(number):
            self._put(path, film)

    def _recaption(self, number: int, which: int, late: int) -> None:
        if path := self._pick(number):
            self._caption(path, which, late)

    def _copy(self, number: int, name: int, _: int) -> None:
        if path := self._pick(number):
            for suffix in (".mp4", ".vtt"):
                target = self.uploads / f"copy{name % 2}{suffix}"
                if target.stem != path.stem:
                    shutil.copyfile(path.with_suffix(suffix), target)
                    self._old(target)

    def _break(self, number: int, *_: int) -> None:
        target = self.uploads / f"broken{number % 2}.mp4"
        target.write_bytes(b"this is no video " * (1 + number % 3))
        self._old(target)
        self._caption(target, 0, 0)

    def _table(self, seed: int, one: int, other: int) -> None:
        rows = ["file,respondent,segment,date,consent,name"]
        for number, path in enumerate(self._there()):
            said = (seed * 31 + number * 7 + one) % 97
            consent = ("external", "external", "", "none", "external", "internal", "external", "external")[said % 8]
            who = f"R{said % 3}" if other % 2 else ""
            rows.append(
                f"{path.name},{who},{('new', 'loyal', '')[said % 3]},2026-0{1 + said % 9}-03,{consent},N{number}"
            )
        if seed % 5:
            (self.uploads / "responses.csv").write_text("\n".join(rows) + "\n", "utf-8")
        else:
            (self.uploads / "responses.csv").unlink(missing_ok=True)

    def _toml(self, one: int, two: int, three: int) -> None:
        (self.folder / "reelmaker.toml").write_text(
            f"""
name = "Survey"
language = "en"
outputs = ["captions", "quotes"]
[problems.checkout]
statement = "Customers give up while paying"
question = "What would make paying easy?"
describe = "payment card refused failed charged"
phrases = {["the payment failed", "my card was refused at the payment page"][: 1 + two % 2]}
[problems.delivery]
statement = "Parcels come late"
question = "How do parcels come on time?"
describe = "parcel courier delivery late"
kind = "{("pain", "any")[three % 2]}"
[reel]
length = {LENGTHS[one % 4]}
clip_min = {1 + two % 2}
clip_max = {(16, 5, 3)[three % 3]}
clips_per_customer = {1 + one % 3}
balance = "{("", "", "segment")[two % 3]}"
dissent = {("false", "true")[three % 2]}
prefer = "{("score", "vivid")[one // 4 % 2]}"
evidence = {("false", "true")[one // 8 % 2]}
caption_language = "original"
size = "144x120"
fps = 10
[tag]
tagger = "{self.tagger}"
threshold = {(0.5, 0.3, 0.8)[two // 2 % 3]}
""",
            "utf-8",
        )

    # decisions

    def _said(self) -> list[str]:
        """Names of all sentences that are known."""
        project = open_project(self.folder)
        if not project.library.exists():
            return []
        with Library(project.library) as library:
            known = analysis.known(Session(project, library))
        spans = [s.span for t in known.transcripts.values() for s in t.sentences]
        return [moment_ids.of(span, digits=12) for span in sorted(spans)]

    def _decide(self, verdict: Any, number: int, problem: int) -> None:
        if names := self._said():
            slug = ("checkout", "", "delivery")[problem % 3]
            decisions.decide(open_project(self.folder), verdict, [names[number % len(names)]], slug, f"note {number}")

    def _keep(self, number: int, problem: int, _: int) -> None:
        self._decide("keep", number, problem)

    def _drop(self, number: int, problem: int, _: int) -> None:
        self._decide("drop", number, problem)

    def _hide(self, number: int, problem: int, _: int) -> None:
        self._decide("hide", number, problem)

    def _trim(self, number: int, begin: int, end: int) -> None:
        names = self._names if begin % 4 and self._names else self._said()
        if names:
            start, stop = f"{(begin % 17 - 10) / 10:+.1f}", f"{(end % 17 - 6) / 10:+.1f}"
            edits.trim(
                open_project(self.folder),
                names[number % len(names)],
                edits.Edge(time=start),
                edits.Edge(time=stop),
                ("checkout", "", "delivery")[end % 3],
                exactly=not begin % 5,
            )

    def _strike(self, number: int, begin: int, end: int) -> None:
        names = self._names if begin % 4 and self._names else self._said()
        if names:
            start = begin % 80 / 10
            wanted = (f"{start:.1f}-{start + 0.2 + end % 12 / 10:.1f}",)
            project, slug = open_project(self.folder), ("checkout", "", "delivery")[end % 3]
            asked = strikes.Asked(strike=wanted, exactly=not begin % 5)
            strikes.record(project, strikes.proposed(project, names[number % len(names)], asked, slug))

    def _order(self, one: int, two: int, three: int) -> None:
        names = self._names if one % 5 and self._names else self._said()
        if names:
            wanted = list(dict.fromkeys(names[number % len(names)] for number in (one, two, three)))
            cut = three % (len(wanted) + 1)
            edits.order(open_project(self.folder), "checkout", wanted[cut:], wanted[:cut])

    def _undo(self, number: int, *_: int) -> None:
        if there := decisions.listed(open_project(self.folder)):
            decisions.withdraw(open_project(self.folder), [there[number % len(there)].decision.number])

    def _build(self, number: int, problems: int, _: int) -> None:
        reel = reelmaker.build(
            self.folder,
            ["checkout", "delivery"][: 1 + (problems % 4 == 3)],
            dry_run=not self.real,
            check=False,
            audience="external" if number % 5 == 4 else "internal",
        )
        self._names = [item["moment"] for item in reel.document["items"] if item["kind"] == "clip"]


def at_once(survey: Survey, folder: Path) -> Path:
    """A project of the same uploads, settings and decisions that nobody ever built."""
    shutil.copytree(survey.uploads, folder / "uploads")
    shutil.copy2(survey.folder / "reelmaker.toml", folder)
    old = survey.folder / "library.db"
    if old.exists():
        Library(folder / "library.db").close()
        # row by row, under the same numbers: those of an answer that was erased are gone from between them
        with closing(sqlite3.connect(folder / "library.db")) as new:
            new.execute("ATTACH ? AS old", (str(old),))
            new.execute("INSERT INTO decisions SELECT * FROM old.decisions")
            new.commit()
    return folder


def made(folder: Path, audience: str, problems: Sequence[str], *, real: bool = False) -> dict[str, Any]:
    """What a build makes, but for times and what it had to do; an error is a result as well."""
    try:
        reel = reelmaker.build(folder, problems, audience=audience, dry_run=not real, check=False)
    except ReelmakerError as problem:
        return {"error": f"{type(problem).__name__}: {problem}".replace(str(folder), "PROJECT")}
    document = dict(reel.document)
    document.pop("changes", None)
    if "warnings" in document:  # that a consent had been withdrawn before is known only where it was seen
        document["warnings"] = [text for text in document["warnings"] if not text.startswith("The consent for ")]
    project = with_overrides(open_project(folder), BuildRequest(audience=audience))
    told = {
        "document": document,
        "edges": [(c.span.start_ms, c.span.end_ms, c.label, c.placed) for c in reel.clips],
        "counts": dict(reel.counts),
        "captions": list(_cues(reel, "original")),
        "decisions": decisions.document(project, decisions.listed(project))["decisions"],
    }
    if real:
        assert reel.folder
        told["frames"] = ffmpeg(
            "-i", reel.folder / "reel.mp4", "-map", "0:v", "-map", "0:a", "-f", "framemd5", "-"
        ).decode()
        told["files"] = {
            name: (reel.folder / name).read_bytes() for name in ("reel.srt", "reel.vtt", "quotes.csv", "chapters.vtt")
        }
    return told
