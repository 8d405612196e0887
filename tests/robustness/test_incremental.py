"""A survey that was edited and built again and again gives the reel that a clean build of the same gives."""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import robustness
from helpers.surveys import edits
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from reelmaker import media
from reelmaker.errors import ReelmakerError

MEMORY = Path("/dev/shm")  # where there is one: the library waits for the disk at every step
NUMBER = st.integers(0, 200)
EDIT = st.tuples(st.sampled_from(edits.EDITS), NUMBER, NUMBER, NUMBER)
AUDIENCE = st.sampled_from(["internal", "internal", "external"])
PROBLEMS = st.sampled_from([["checkout"], ["checkout", "delivery"], ["delivery"]])
PHASES = (Phase.generate, Phase.shrink)
# In full the same examples each time, by seeds of Hypothesis' own, from the test's name; a share of them by ours
QUIET = settings(
    deadline=None,
    derandomize=robustness.FULL,
    database=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


drawn = (lambda test: test) if robustness.FULL else seed(robustness.SEED)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """The answers; each content is looked at and listened to once, which the program itself does for each project."""
    made = edits.films(tmp_path_factory.mktemp("films"))
    remember = pytest.MonkeyPatch()
    for name in ("probe", "pcm"):
        remember.setattr(media, name, _once_a_content(getattr(media, name)))
    yield made
    remember.undo()


def _once_a_content(look: Callable[..., Any]) -> Callable[..., Any]:
    known: dict[Any, Any] = {}

    def looked(path: Path, *more: Any) -> Any:
        key = (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.name if path.stat().st_size < 200 else "",
            more,
        )
        if key not in known:
            try:
                known[key] = look(path, *more)
            except ReelmakerError as problem:
                known[key] = problem
        if isinstance(known[key], Exception):
            raise known[key]
        return known[key]

    return looked


def same(
    films: list[Path],
    work: list[edits.Edit],
    audience: str,
    problems: list[str],
    *,
    real: bool = False,
    tagger: str = "keywords",
) -> dict[str, Any]:
    """Do the edits, build; build at once; both must be the same. Gives what was made."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as room:
        survey = edits.Survey(Path(room) / "edited", films, real=real, tagger=tagger)
        for edit in work:
            survey.do(edit)
        clean = edits.at_once(survey, Path(room) / "clean")
        edited = edits.made(survey.folder, audience, problems, real=real)
        assert edited == edits.made(clean, audience, problems, real=real)
        return edited


def tried(
    films: list[Path],
    many: int,
    longest: int,
    *,
    real: bool = False,
    tagger: str = "keywords",
    phases: tuple[Phase, ...] = PHASES,
) -> Counter[str]:
    """So many lists of edits; gives how many of the surveys came to what, so that a test can see that it saw something."""
    seen: Counter[str] = Counter()

    @drawn
    @settings(QUIET, max_examples=many, phases=phases)
    @given(work=st.lists(EDIT, min_size=6, max_size=longest), audience=AUDIENCE, problems=PROBLEMS)
    def each(work: list[edits.Edit], audience: str, problems: list[str]) -> None:
        made = same(films, work, audience, problems, real=real, tagger=tagger)
        items = made["document"]["items"] if "document" in made else []
        clips = [item for item in items if item["kind"] == "clip"]
        seen["reels"] += bool(clips)
        for what in ("trimmed", "struck", "placed", "decided"):
            seen[what] += any(what in clip for clip in clips)
        seen["several"] += len(clips) > 2
        seen["refused"] += "error" in made

    each()
    return seen


@pytest.mark.slow
def test_a_few_edited_surveys_give_the_plan_of_a_clean_build(films: list[Path]) -> None:
    assert tried(films, 25, 20)["reels"] > (10 if robustness.FULL else 4)


@pytest.mark.slow
def test_every_edited_survey_gives_the_plan_of_a_clean_build(films: list[Path]) -> None:
    seen = tried(films, 400 if robustness.FULL else 30, 30)
    if robustness.FULL:
        assert seen["reels"] > 200 and seen["several"] > 80, seen
        assert (
            seen["struck"] > 5
            and seen["trimmed"] > 25
            and seen["placed"] > 20
            and seen["decided"] > 10
            and seen["refused"]
        ), seen
    else:
        assert seen["reels"] > 6, seen


@pytest.mark.slow
def test_edited_surveys_that_are_judged_by_meaning_and_learn_from_decisions_too(films: list[Path]) -> None:
    seen = tried(films, 30 if robustness.FULL else 10, 20, tagger="meaning", phases=(Phase.generate,))
    assert (seen["reels"] > 15 and seen["decided"]) if robustness.FULL else seen["reels"], seen


@pytest.mark.slow
def test_edited_surveys_give_the_frames_of_a_clean_build(films: list[Path]) -> None:
    # each takes seconds: what fails is told as it is, not made shorter
    many = 10 if robustness.FULL else 4
    assert tried(films, many, 14, real=True, phases=(Phase.generate,))["reels"] >= (5 if robustness.FULL else 1)
