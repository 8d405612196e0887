"""From an export to a reel and back: what is fetched is built, what is withdrawn is left out, who is forgotten stays away."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.machines.no_network import alone
from helpers.machines.serving import Served
from helpers.paths import SAMPLES
from helpers.results.workbooks import as_workbook
from helpers.surveys.fetched import SOURCE, export, fetch, project, responses, rows, said, uploads
from helpers.surveys.small_survey import SAYINGS, TOML, captions

import reelmaker
from reelmaker.automation import watch
from reelmaker.automation.watch import Wanted
from reelmaker.cli.console import ConsoleProgress
from reelmaker.cli.watching.display import WatchDisplay
from reelmaker.doctor import examine
from reelmaker.ingest import responses_csv
from reelmaker.sources.fetch import Fetched


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    return project(tmp_path / "survey")


@pytest.mark.slow
def test_an_export_becomes_a_reel_and_a_withdrawal_leaves_its_customer_out(
    survey: Path, served: Served, small_videos: Path
) -> None:
    (survey / "reelmaker.toml").write_text(
        TOML
        + SOURCE.replace("*.csv", "*.xlsx").replace(
            "\nprivate", '\nlayout = "typeform"\ncolumns = { file = "Film", consent = "May we?" }\nprivate'
        ),
        "utf-8",
    )

    def told(consent: str, name: str) -> None:
        head = ["#", "Film", "segment", "May we?", "Submit Date (UTC)", "Network ID", "Tags"]
        body = [
            [row["respondent"], row["file"], row["segment"], row["consent"], "2026-11-02 08:00:00", "n", ""]
            for row in rows(served, small_videos, consent)
        ]
        as_workbook(survey / "exports" / name, [head, *body])

    told("external", "1.xlsx")
    assert fetch(survey).came == 3
    said(survey)
    reel = reelmaker.build(survey, ["checkout"], check=False)
    assert (reel.counts["checkout"].spoke, reel.counts["checkout"].of, len(reel.clips)) == (2, 3, 2)
    assert {clip.moment.sentences[0].response for clip in reel.clips} == {
        response.id for response in responses(survey) if response.respondent in ("resp-anna", "resp-bert")
    }
    told("withdrawn", "2.xlsx")
    assert fetch(survey).outcomes[0].narrowed == 1
    reel = reelmaker.build(survey, ["checkout"], check=False)
    assert (reel.counts["checkout"].spoke, reel.counts["checkout"].of, len(reel.clips)) == (1, 2, 1)


@pytest.mark.slow
def test_clips_of_the_sample_are_fetched_heard_and_built(tmp_path: Path, served: Served) -> None:
    survey = tmp_path / "survey"
    (survey / "uploads").mkdir(parents=True)
    (survey / "exports").mkdir()
    (survey / "reelmaker.toml").write_text((SAMPLES / "reelmaker.toml").read_text("utf-8") + SOURCE, "utf-8")
    told = responses_csv.read_table(SAMPLES / "uploads").rows
    names = ("maya-fernhill.mp4", "Video 12.mp4")
    export(
        survey,
        [
            {
                "file": served.put(f"/{at}", (SAMPLES / "uploads" / name).read_bytes()),
                **{k: v for k, v in told[name.lower()].items() if k != "file"},
            }
            for at, name in enumerate(names)
        ],
    )
    assert fetch(survey).came == 2
    reel = reelmaker.build(survey, ["checkout"], dry_run=True)
    assert reel.counts["checkout"].of == 2 and len(reel.clips) >= 1 and not reel.failures


@pytest.mark.slow
def test_a_build_with_sources_opens_no_socket(small_survey: Path, tmp_path: Path, served: Served) -> None:
    (small_survey / "exports").mkdir()
    (small_survey / "reelmaker.toml").write_text(TOML + SOURCE, "utf-8")
    export(small_survey, [{"file": served.url + "/a.mp4", "respondent": "r1"}])
    assert alone(small_survey, "checkout", tmp_path) == "2 []"
    assert served.asked == []


# watching


class Quiet(WatchDisplay):
    """Keeps what it heard."""

    def __init__(self) -> None:
        super().__init__(ConsoleProgress(-1))
        self.visits: list[Fetched] = []
        self.reels: list[int] = []

    def fetched(self, what: Fetched) -> None:
        self.visits.append(what)

    def ended(self, outcome: watch.Outcome) -> None:
        super().ended(outcome)
        if outcome.reel:
            self.reels.append(outcome.reel.counts["checkout"].of)


@pytest.mark.slow
def test_a_scheduled_run_fetches_builds_and_survives_a_source_that_fails(
    survey: Path, served: Served, small_videos: Path
) -> None:
    export(
        survey,
        [
            *rows(served, small_videos),
            {"file": served.put("/gone", always=(404, {})), "respondent": "Secret Name"},
        ],
    )
    broken = SOURCE.replace("spring", "broken").replace("exports/*.csv", "none.csv")
    (survey / "reelmaker.toml").write_text(TOML + broken + SOURCE, "utf-8")
    for (
        name,
        sayings,
    ) in SAYINGS.items():  # the captions are there first, under the names that the films will have
        shutil.copy(small_videos / f"{name}.mp4", survey / "exports")
        (survey / f"{name}.vtt").write_text(captions(sayings), "utf-8")
    fetch(survey)
    said(survey)
    for name in [name for name in uploads(survey) if name.endswith(".mp4")]:
        (survey / "uploads" / name).unlink()
    (survey / "library.db").unlink()
    run = subprocess.run(
        [
            sys.executable,
            *"-m reelmaker watch --once --log --settle 0.3 --problem checkout --project".split(),
            str(survey),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    log = (survey / "reelmaker.log").read_text("utf-8")
    assert (
        "broken: could not be read; spring: 3 downloaded, 0 already present, 1 failed; there is nothing at the link (404) (1)"
        in log
    )
    assert "2 of 3 customers" in log
    for word in ("Secret", "Zarathustrix", "resp-", "127.0.0.1", ".mp4"):
        assert word not in log + run.stderr, word


def test_a_watch_visits_each_source_when_it_is_due(
    survey: Path, served: Served, small_videos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reelmaker.sources import polling

    (survey / "reelmaker.toml").write_text(TOML + SOURCE + "fetch_every = 30\n", "utf-8")
    export(survey, rows(served, small_videos)[:1])
    now = [1000.0]
    monkeypatch.setattr(polling.time, "monotonic", lambda: now[0])
    quiet = Quiet()
    visits = polling.Visits(survey, quiet)
    for later, came in ((0, [1]), (60, [1]), (1739, [1]), (1801, [1, 0]), (1802, [1, 0])):
        now[0] = 1000.0 + later
        visits.make()
        assert [visit.came for visit in quiet.visits] == came, later


def test_a_watch_without_sources_visits_nothing(survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reelmaker.sources import fetch as sources_fetch
    from reelmaker.sources import polling

    (survey / "reelmaker.toml").write_text(TOML, "utf-8")
    monkeypatch.setattr(sources_fetch, "fetch", lambda *_, **__: pytest.fail("nothing is to be fetched"))
    assert polling.Visits(survey, Quiet()).make() is False


def test_surprises_while_fetching_end_no_watch(
    survey: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from reelmaker.sources import fetch as sources_fetch
    from reelmaker.sources import polling

    def surprise(*_: object, **__: object) -> None:
        raise RuntimeError("Anna Zarathustrix")

    monkeypatch.setattr(sources_fetch, "fetch", surprise)
    assert polling.Visits(survey, Quiet()).make() is False
    assert "RuntimeError" in capsys.readouterr().err


def test_the_watch_itself_fetches_before_it_looks(survey: Path, served: Served, small_videos: Path) -> None:
    export(survey, rows(served, small_videos)[:1])
    quiet = Quiet()
    (survey / "reelmaker.toml").write_text(TOML.replace("[problems", "[problems") + SOURCE, "utf-8")
    watch.watch(survey, Wanted(("checkout",)), 60, quiet, ends=lambda: bool(quiet.visits))
    assert [visit.came for visit in quiet.visits] == [1] and len(uploads(survey)) == 1


# forgetting


def test_doctor_looks_at_sources_without_asking_for_them(
    survey: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = 'header_env = { X-Key = "REELS_TEST_KEY" }\nheader_hosts = ["127.0.0.1"]\n'
    (survey / "reelmaker.toml").write_text(
        TOML + SOURCE + more + '[[source]]\nname = "box"\naddress = "nosuch://x"\n', "utf-8"
    )
    monkeypatch.delenv("REELS_TEST_KEY", raising=False)

    def found() -> dict[str, tuple[bool, str]]:
        return {
            one.subject: (one.ok, one.found + one.remedy) for one in examine(survey) if one.subject.startswith("source")
        }

    assert not found()["source spring"][0] and "exports/*.csv" in found()["source spring"][1]
    export(survey, [{"file": served.url + "/a.mp4"}])
    assert "REELS_TEST_KEY" in found()["source spring"][1] and "nosuch" in found()["source box"][1]
    monkeypatch.setenv("REELS_TEST_KEY", "1")
    assert found()["source spring"] == (True, "exports/a.csv") and served.asked == []
