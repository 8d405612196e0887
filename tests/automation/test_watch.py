"""A folder is watched with the real system, the real ffmpeg: what arrives becomes part of the reel, errors end nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from helpers.machines.watch_command import run
from helpers.surveys.small_survey import SAYINGS, TOML, captions

from reelmaker.automation import arrivals
from reelmaker.automation import watch as automation_watch
from reelmaker.automation.watch import Outcome, Wanted, watch
from reelmaker.errors import AnotherBuild, ProjectError
from reelmaker.project.lock import one_builder

CHECKOUT = Wanted(("checkout",))
PATIENT_S = 60.0


class Script:
    """A `Tell` that plays a script: each `yield` of it waits for a condition; at its end the watch is stopped."""

    def __init__(self, play: Callable[[Script], Iterator[Callable[[], object]]]) -> None:
        self.outcomes: list[Outcome] = []
        self.warnings: list[str] = []
        self.state = (0, 0, False)
        self._play = play(self)
        self._until = next(self._play)
        self._began = time.monotonic()

    @property
    def reels(self) -> list[int]:
        """Of each reel newly made: how many customers were heard."""
        made = [outcome.reel for outcome in self.outcomes if outcome.reel and outcome.reel.work.joined]
        return [reel.counts["checkout"].of for reel in made]

    @property
    def errors(self) -> list[str]:
        return [str(outcome.error) for outcome in self.outcomes if outcome.error]

    def step(self, name: str, total: int) -> None: ...

    def advance(self, done: int = 1) -> None: ...

    def info(self, message: str) -> None: ...

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def begins(self, name: str) -> None: ...

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._on()

    def idle(self, files: int, growing: int, waits: bool) -> None:
        self.state = (files, growing, waits)
        self._on()

    def _on(self) -> None:
        assert time.monotonic() - self._began < PATIENT_S, (self.outcomes, self.state)
        while self._until():
            try:
                self._until = next(self._play)
            except StopIteration:
                raise KeyboardInterrupt from None


def play(folder: Path, script: Callable[[Script], Iterator[Callable[[], object]]], **options: bool) -> Script:
    told = Script(script)
    with pytest.raises(KeyboardInterrupt):
        watch(folder, CHECKOUT, 0.6, told, **options)
    return told


def put(folder: Path, name: str, video: Path, sayings: list[str]) -> None:
    (folder / "uploads" / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    # other bytes at the end make it another answer
    (folder / "uploads" / f"{name}.mp4").write_bytes(video.read_bytes() + name.encode())


@pytest.mark.slow
@pytest.mark.parametrize("polling", [False, True])
def test_a_burst_of_arrivals_becomes_one_new_reel(
    small_survey: Path, small_videos: Path, polling: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automation_watch, "SCAN_S", 1e9)  # it is the notices that tell, or the polling
    monkeypatch.setattr(automation_watch, "POLL_MS", 300)

    def script(told: Script) -> Iterator[Callable[[], object]]:
        yield lambda: told.reels == [3] and told.state == (6, 0, False)
        for name in ("dora", "emil", "fred"):
            put(small_survey, name, small_videos / "bert.mp4", SAYINGS["bert"])
        yield lambda: told.reels == [3, 6] and told.state == (12, 0, False)

    told = play(small_survey, script, polling=polling)
    assert told.errors == [] and len(told.outcomes) == 2
    assert all("4 customers say the same in nearly the same words" in warning for warning in told.warnings)
    assert (small_survey / "reels" / "checkout" / "reel.mp4").is_file()


@pytest.mark.slow
def test_a_file_that_grows_is_left_alone_until_it_is_all_there(
    small_survey: Path, small_videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "PATIENCE_S", 1.5)
    data = (small_videos / "bert.mp4").read_bytes() + b"greta"
    target = small_survey / "uploads" / "greta.mp4"

    def script(told: Script) -> Iterator[Callable[[], object]]:
        yield lambda: told.reels == [3]
        put(small_survey, "dora", small_videos / "bert.mp4", SAYINGS["bert"])
        (small_survey / "uploads" / "greta.vtt").write_text(captions(SAYINGS["bert"]), "utf-8")
        at = 0

        def grows() -> bool:
            nonlocal at
            with target.open("ab") as file:
                file.write(data[at : at + 1])
            at += 1
            return told.reels == [3, 4]

        yield grows  # dora is in, greta is not, and nobody calls her damaged
        assert target.stat().st_size < len(data) and not told.outcomes[-1].reel.failures  # type: ignore[union-attr]
        target.write_bytes(data)
        yield lambda: told.reels == [3, 4, 5]

    told = play(small_survey, script)
    assert told.errors == []
    assert all(not outcome.reel.failures for outcome in told.outcomes if outcome.reel)


@pytest.mark.slow
def test_broken_settings_are_told_in_one_line_and_the_watch_goes_on(small_survey: Path) -> None:
    toml = small_survey / "reelmaker.toml"

    def script(told: Script) -> Iterator[Callable[[], object]]:
        yield lambda: told.reels == [3]
        toml.write_text("[reel\n", "utf-8")
        yield lambda: len(told.errors) == 1
        toml.write_text(TOML.replace("length = 40", "length = 1"), "utf-8")
        yield lambda: len(told.errors) == 2
        toml.write_text(TOML.replace("Customers give up", "People give up"), "utf-8")
        yield lambda: told.reels == [3, 3]

    told = play(small_survey, script)
    assert "line 1" in told.errors[0] and "length" in told.errors[1]
    assert all("\n" not in error for error in told.errors) and len(told.errors) == 2


@pytest.mark.slow
def test_while_another_build_is_running_it_waits_and_tries_again(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automation_watch, "RETRY_S", 0.3)

    def script(told: Script) -> Iterator[Callable[[], object]]:
        with one_builder(small_survey):
            yield lambda: len(told.outcomes) >= 2 and told.state[2]
            assert all(isinstance(outcome.error, AnotherBuild) for outcome in told.outcomes)
        yield lambda: told.reels == [3] and not told.state[2]

    play(small_survey, script)


@pytest.mark.slow
def test_a_folder_that_goes_away_and_comes_back_is_watched_again(
    small_survey: Path, small_videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(automation_watch, "SCAN_S", 0.2)
    uploads, away = small_survey / "uploads", small_survey / "away"

    def script(told: Script) -> Iterator[Callable[[], object]]:
        yield lambda: told.reels == [3]
        uploads.rename(away)
        yield lambda: len(told.errors) == 1
        uploads.mkdir()  # the place of a share that is not there: no reason to build a reel of nobody
        yield lambda: told.state[0] == 0
        uploads.rmdir()
        away.rename(uploads)
        put(small_survey, "dora", small_videos / "bert.mp4", SAYINGS["bert"])
        yield lambda: told.reels == [3, 4]

    # `idle` is not called while the folder is away, so the script goes on by the error itself
    told = play(small_survey, script)
    assert told.errors == [told.errors[0]] and "uploads" in told.errors[0]


@pytest.mark.slow
def test_a_surprise_ends_its_own_reel_only(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build, broken = automation_watch.build, [True]

    def surprising(*args: object, **options: object) -> object:
        if broken.pop() if broken else False:
            raise ValueError("no such thing")
        return build(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(automation_watch, "build", surprising)

    def script(told: Script) -> Iterator[Callable[[], object]]:
        yield lambda: len(told.errors) == 1
        (small_survey / "reelmaker.toml").write_text(TOML + "\n", "utf-8")
        yield lambda: told.reels == [3]

    told = play(small_survey, script)
    assert "ValueError: no such thing" in told.errors[0]


@pytest.mark.slow
def test_a_reel_does_not_flicker_while_it_is_watched(small_survey: Path, small_videos: Path) -> None:
    toml = TOML.replace("[tag]", 'refresh_when = "2 better moments"\n[tag]')
    (small_survey / "reelmaker.toml").write_text(toml, "utf-8")
    made = run("--once", "--settle", "0.2", "--project", small_survey, "--problem", "checkout")
    assert "new reel" in made.stderr
    reel = (small_survey / "reels" / "checkout" / "reel.mp4").read_bytes()
    put(small_survey, "dora", small_videos / "bert.mp4", SAYINGS["bert"])
    kept = run("--once", "--settle", "0.2", "--project", small_survey)
    assert "The current reel is kept" in kept.stderr and "new reel" not in kept.stderr
    assert (small_survey / "reels" / "checkout" / "reel.mp4").read_bytes() == reel
    assert run("--once", "--settle", "0.2", "--log", "--project", small_survey).returncode == 0
    assert "the current reel is kept" in (small_survey / "reelmaker.log").read_text("utf-8")


@pytest.mark.slow
def test_which_reels_are_kept_up_to_date(small_survey: Path) -> None:
    import reelmaker

    project = reelmaker.open_project(small_survey)
    with pytest.raises(ProjectError, match="no reel to keep"):
        automation_watch.requested_reels(project, Wanted())
    with pytest.raises(ProjectError, match="no problem is called"):
        automation_watch.requested_reels(project, Wanted(("nope",)))
    reelmaker.build(project, ["checkout"])
    reelmaker.build(project, ["checkout"], draft=True)
    reelmaker.build(project, all_problems=True)
    assert automation_watch.requested_reels(project, Wanted()) == [Wanted((), True), CHECKOUT]
    shutil.rmtree(small_survey / "reels" / "all")
    assert automation_watch.requested_reels(project, Wanted()) == [CHECKOUT]
    assert automation_watch.requested_reels(project, Wanted((), True))[0].name == "all"
