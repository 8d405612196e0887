"""A survey that was edited and built again and again gives the reel that a clean build of the same gives."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import edits
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from reelmaker import media
from reelmaker.errors import ReelmakerError

MEMORY = Path("/dev/shm")  # where there is one: the library waits for the disk at every step
NUMBER = st.integers(0, 200)
EDIT = st.tuples(st.sampled_from(edits.EDITS), NUMBER, NUMBER, NUMBER)
AUDIENCE = st.sampled_from(["internal", "internal", "external"])
PROBLEMS = st.sampled_from([["checkout"], ["checkout", "delivery"], ["delivery"]])
# the same examples each time, so that what fails fails again; the seeds are Hypothesis' own, from the test's name
QUIET = settings(
    deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip


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
    films: list[Path], work: list[edits.Edit], audience: str, problems: list[str], *, real: bool = False
) -> dict[str, Any]:
    """Do the edits, build; build at once; both must be the same. Gives what was made."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as room:
        survey = edits.Survey(Path(room) / "edited", films, real=real)
        for edit in work:
            survey.do(edit)
        clean = edits.at_once(survey, Path(room) / "clean")
        edited = edits.made(survey.folder, audience, problems, real=real)
        assert edited == edits.made(clean, audience, problems, real=real)
        return edited


@settings(QUIET, max_examples=25)
@given(work=st.lists(EDIT, min_size=5, max_size=20), audience=AUDIENCE, problems=PROBLEMS)
def test_a_few_edited_surveys_give_the_plan_of_a_clean_build(
    films: list[Path], work: list[edits.Edit], audience: str, problems: list[str]
) -> None:
    same(films, work, audience, problems)


@pytest.mark.slow
@settings(QUIET, max_examples=400)
@given(work=st.lists(EDIT, min_size=8, max_size=30), audience=AUDIENCE, problems=PROBLEMS)
def test_every_edited_survey_gives_the_plan_of_a_clean_build(
    films: list[Path], work: list[edits.Edit], audience: str, problems: list[str]
) -> None:
    same(films, work, audience, problems)


@pytest.mark.slow
@settings(QUIET, max_examples=12)
@given(work=st.lists(EDIT, min_size=6, max_size=16), problems=PROBLEMS)
def test_edited_surveys_give_the_frames_of_a_clean_build(
    films: list[Path], work: list[edits.Edit], problems: list[str]
) -> None:
    same(films, [*work, ("build", 0, 0, 0)], "internal", problems, real=True)
