"""`kill -9` of the whole group at 200 places of a build, and at every change of the shorter commands: nothing is lost,
nothing is half, nothing is done twice, nothing is left behind.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from helpers import robustness
from helpers.films import measure
from helpers.films.videos import make_video
from helpers.machines.killing import SPOKEN, Stable, contents
from helpers.surveys.small_survey import TOML, captions

from reelmaker import status
from reelmaker.project.config import open_project
from reelmaker.publish import archive, swap

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills process groups")]

SEED, POINTS, CHUNKS = 20261128, 200, 8
WRITTEN = {
    "anna": ["I bought a lamp.", "My card was refused at the payment page."],
    "bert": ["Hello to you all.", "The payment failed and my card was charged twice."],
}
LATER = "finn"  # comes after the first build, so that the second is another reel
SETTINGS = 'outputs = ["captions", "page", "quotes"]\n' + TOML.replace(
    'size = "320x180"', 'size = "120x120"\nfps = 10'
).replace("[tag]", '[transcribe]\ninterviewer = "none"\n[tag]')
BUILD = ("build", "--problem", "checkout", "--no-check")


@dataclass
class Survey:
    """A project at one place of the disk that can be put back as it was at any state of its life."""

    stable: Stable
    folder: Path
    states: Path
    reels: dict[str, dict[str, str]] = field(default_factory=dict)  # state -> files of the reel
    files: dict[str, set[str]] = field(default_factory=dict)  # state -> everything there is
    changes: dict[str, int] = field(default_factory=dict)  # what an undisturbed run from that state needs
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        return self.states / "log"

    def run(self, *words: str, at: int | None = None, after_s: float | None = None) -> dict[str, object]:
        """A command on the project; the log holds what was transcribed by it alone."""
        self.log.unlink(missing_ok=True)
        project = ("--project", str(self.folder))
        return self.stable.run(*words, *project, at=at, after_s=after_s, log=self.log)

    def done(self, *words: str) -> int:
        """The same, undisturbed and well; how many changes it made."""
        answer = self.run(*words)
        assert answer["code"] == 0, (words, self.said())
        return int(str(answer["changes"]))

    def said(self) -> str:
        return self.log.with_name("log.said").read_text("utf-8")

    def heard(self) -> set[str]:
        return set(self.log.read_text("utf-8").split()) if self.log.exists() else set()

    def keep(self, state: str) -> None:
        shutil.copytree(self.folder, self.states / state)
        self.reels[state] = contents(self.folder / "reels" / "checkout")
        self.files[state] = names(self.folder)

    def back(self, state: str) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.states / state, self.folder)


def names(folder: Path) -> set[str]:
    """Every file of a project, but for what fontconfig keeps of its fonts."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if "/fonts/cache/" not in name}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    place = tmp_path_factory.mktemp("killed")
    with Stable() as stable:
        survey = Survey(stable, place / "survey", place / "states")
        uploads = survey.folder / "uploads"
        for number, name in enumerate([*WRITTEN, *SPOKEN]):
            make_video(uploads / f"{name}.mp4", 4, "128x72", "30", 300 + 50 * number)
        for name, sayings in WRITTEN.items():
            (uploads / f"{name}.vtt").write_text(captions(sayings), "utf-8")
        table = "file,respondent\n" + "".join(f"{name}.mp4,person-{name}-0\n" for name in [*WRITTEN, *SPOKEN])
        (uploads / "responses.csv").write_text(table, "utf-8")
        (survey.folder / "reelmaker.toml").write_text(SETTINGS, "utf-8")
        survey.states.mkdir()
        shutil.move(uploads / f"{LATER}.mp4", survey.states)
        survey.keep("new")
        survey.done(*BUILD)  # the first run of a process loads more
        survey.back("new")
        began = time.monotonic()
        survey.changes["new"] = survey.done(*BUILD)
        survey.seconds["new"] = time.monotonic() - began
        survey.done("keep", "checkout/1")
        survey.done(*BUILD)
        survey.keep("built")
        shutil.copy2(survey.states / f"{LATER}.mp4", uploads)
        survey.keep("grown")
        began = time.monotonic()
        survey.changes["grown"] = survey.done(*BUILD)
        survey.seconds["grown"] = time.monotonic() - began
        survey.keep("built again")
        survey.back("new")
        survey.done(*BUILD)
        survey.keep("first")
        assert measure.faults(survey.folder / "reels" / "checkout" / "reel.mp4") == ""
        yield survey


@dataclass(frozen=True)
class Held:
    """What a project remembers of finished work."""

    transcripts: dict[str, str]  # key -> response
    decisions: list[tuple[object, ...]]
    pieces: dict[str, int]  # name -> time of the last change


def held(folder: Path) -> Held:
    """What was finished when it died; the database is whole, also before anybody of ours opens it."""
    path = folder / "library.db"
    transcripts, decisions = {}, []
    if path.exists():
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        if db.execute("PRAGMA user_version").fetchone()[0]:
            transcripts = dict(db.execute("SELECT key, response FROM transcripts"))
            decisions = db.execute("SELECT * FROM decisions").fetchall()
        db.close()
    pieces = {
        path.name: path.stat().st_mtime_ns
        for path in (folder / "cache" / "pieces").glob("*.mov")
        if ".part." not in path.name
    }
    return Held(transcripts, decisions, pieces)


def no_mixture(survey: Survey, *states: str) -> bool:
    """The reel is one of these builds, whole, or is said to be on its way from one to the other. True: the latter."""
    there = contents(survey.folder / "reels" / "checkout")
    known = [survey.reels[state] for state in states]
    for name, content in there.items():
        assert content in [reel.get(name) for reel in known], f"{name} is of no build"
    if there in known:
        return False
    project = open_project(survey.folder)
    assert list(swap.unfinished(project)) == ["checkout"]
    assert any(
        "build was interrupted while its files were being put in place" in told
        for told in status.look(project).warnings
    )
    return True


def nobody_left(survey: Survey) -> None:
    until = time.monotonic() + 30
    while survey.stable.left() and time.monotonic() < until:
        time.sleep(0.02)
    assert survey.stable.left() == []


def points() -> list[tuple[str, str, float]]:
    """(state, kind, share of the run): 200 of them, from the seed; two thirds by changes, a third by time."""
    dice = random.Random(SEED)
    found = []
    for number in range(POINTS):
        kind = "time" if number % 3 == 2 else "change"
        found.append(("new" if number % 2 else "grown", kind, (number + dice.random()) / POINTS))
    return found


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_killed_at_200_points_nothing_is_lost_half_done_or_done_twice(survey: Survey, chunk: int) -> None:
    print(f"seed {SEED}, points {chunk}, {chunk + CHUNKS}, ... of {POINTS}")
    killed = mixed = 0
    mine = robustness.share(points()[chunk::CHUNKS], 0.1, chunk)
    for state, kind, share in mine:
        before, after = ("new", "first") if state == "new" else ("built", "built again")
        survey.back(state)
        if kind == "change":
            answer = survey.run(*BUILD, at=1 + int(share * survey.changes[state]))
        else:
            answer = survey.run(*BUILD, after_s=0.02 + share * survey.seconds[state])
        killed += answer["code"] is None
        nobody_left(survey)
        was, decided = held(survey.folder), held(survey.states / state).decisions
        assert was.decisions == decided
        assert set(held(survey.states / state).transcripts.items()) <= set(was.transcripts.items())
        mixed += no_mixture(survey, before, after)
        for path in (survey.folder / "reels").rglob("reel.mp4"):
            assert measure.faults(path) == ""
        survey.done(*BUILD)
        assert not survey.heard() & set(was.transcripts.values()), "transcribed twice"
        now = held(survey.folder)
        assert {name: now.pieces.get(name) for name in was.pieces} == was.pieces, "rendered twice"
        assert was.transcripts.items() <= now.transcripts.items() and now.decisions == decided
        assert contents(survey.folder / "reels" / "checkout") == survey.reels[after], (kind, share)
        assert names(survey.folder) == survey.files[after], (kind, share)
        nobody_left(survey)
    print(f"{killed} killed, {mixed} while the files of two builds lay side by side")
    assert killed >= len(mine) * (0.7 if robustness.FULL else 0.5), "most runs are over before they are killed"


def test_killed_between_the_files_of_two_builds_the_next_build_goes_on_and_renders_nothing(
    survey: Survey,
) -> None:
    """At every change of the last stretch, in which the files are moved; at every third if not in full."""
    seen = 0
    survey.back("built again")
    kept = [one.number for one in archive.builds(survey.folder / "reels", "checkout")]
    assert kept, "the build that was replaced"
    apart = 1 if robustness.FULL else 3
    for at in range(survey.changes["grown"] - robustness.SEED % apart, 0, -apart):
        survey.back("grown")
        survey.run(*BUILD, at=at)
        if no_mixture(survey, "built", "built again"):
            seen += 1
            survey.done(*BUILD)
            assert "finished the interrupted build" in survey.said()
            assert "Nothing new" in survey.said()
            assert "Joining" not in survey.said(), "what was joined is not joined again"
            assert contents(survey.folder / "reels" / "checkout") == survey.reels["built again"]
            assert [one.number for one in archive.builds(survey.folder / "reels", "checkout")] == kept
        elif seen:
            break
    assert seen >= (len(survey.reels["built"]) - 1) // apart, "one point between each two files"


def spread(many: int, points: int = 24) -> list[int]:
    """So many numbers of changes, from the first to the last; of a share of the run, a share of them."""
    found = sorted({1 + round(at * (many - 1) / (points - 1)) for at in range(points)})
    return robustness.share(found, 0.12, points)


def test_forget_killed_anywhere_is_finished_by_the_same_command(survey: Survey) -> None:
    words, who = ("forget", "person-anna-0", "--yes"), "anna.mp4"
    survey.back("built again")
    answer = hashlib.sha256((survey.folder / "uploads" / who).read_bytes()).hexdigest()
    many = survey.done(*words)
    survey.keep("forgotten")
    assert not (survey.folder / "uploads" / who).exists()
    for at in spread(many):
        survey.back("built again")
        assert survey.run(*words, at=at)["code"] is None
        nobody_left(survey)
        was = held(survey.folder)
        survey.done(*words)
        assert contents(survey.folder / "reels" / "checkout") == survey.reels["forgotten"], at
        assert names(survey.folder) == survey.files["forgotten"], at
        assert answer.encode() not in (survey.folder / "library.db").read_bytes(), at
        theirs = {key: one for key, one in was.transcripts.items() if one != answer}
        assert held(survey.folder).transcripts == theirs and not survey.heard(), at


def test_a_build_that_comes_back_is_whole_and_none_is_lost_wherever_it_is_killed(survey: Survey) -> None:
    survey.back("built again")
    kept = {one.number for one in archive.builds(survey.folder / "reels", "checkout")}
    words = ("history", "--problem", "checkout", "--restore", str(max(kept)))
    many = survey.done(*words)
    survey.keep("restored")
    assert survey.reels["restored"] == survey.reels["built"]
    for at in spread(many, 40):
        survey.back("built again")
        assert survey.run(*words, at=at)["code"] is None
        no_mixture(survey, "built again", "restored")
        survey.done(*BUILD)
        lies = contents(survey.folder / "reels" / "checkout")
        assert lies in (survey.reels["built again"], survey.reels["restored"]), at
        builds = archive.builds(survey.folder / "reels", "checkout")
        assert all(swap.is_complete(one.folder, one.row["files"]) for one in builds), at
        aside = [contents(one.folder) for one in builds]
        both = [survey.reels["built again"], survey.reels["restored"]]
        everything = [lies, *({k: v for k, v in one.items() if k != archive.ROW} for one in aside)]
        assert all(reel in everything for reel in both) and len(builds) == len(kept), at
        assert names(survey.folder) in (survey.files["built again"], survey.files["restored"]), at


def test_a_decision_is_written_down_or_not_wherever_it_is_killed(survey: Survey) -> None:
    words = ("drop", "checkout/1", "--note", "not ours")
    survey.back("built again")
    before = held(survey.folder).decisions
    many = survey.done(*words)
    outcomes = set()
    for at in robustness.share(range(1, many + 1), 0.25):
        survey.back("built again")
        assert survey.run(*words, at=at)["code"] is None
        now = held(survey.folder).decisions
        assert now[: len(before)] == before
        assert [row[5:7] for row in now[len(before) :]] in ([], [("drop", "not ours")])
        outcomes.add(len(now))
        survey.done(*words)
        assert len(held(survey.folder).decisions) == len(now) + 1
    assert outcomes, many
