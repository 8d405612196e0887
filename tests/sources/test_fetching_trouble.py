"""`fetch` cut off, on a full disk, beside a build, and what the command says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.machines.serving import Film, Served
from helpers.messages import one_line
from helpers.surveys.fetched import SOURCE, export, fetch, uploads
from helpers.surveys.small_survey import TOML

from reelmaker import media
from reelmaker.cli.app import main
from reelmaker.errors import AnotherBuild, DiskFull, ProjectError
from reelmaker.ingest import responses_csv
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.lock import one_builder
from reelmaker.sources import download
from reelmaker.sources import settings as source_settings


@pytest.mark.slow
def test_killed_in_the_middle_it_goes_on_and_there_is_one_whole_file(
    survey: Path, served: Served, films: list[bytes]
) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0], pause_s=0.02, piece=1000), "respondent": "r1"}])
    run = subprocess.Popen(
        [sys.executable, "-m", "reelmaker", "fetch", "-q", "--project", str(survey)], stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while served.sent.get("/a.mp4", 0) < 20_000 and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    assert [name for name in uploads(survey) if not name.startswith(".fetching/")] == [], (
        "nothing half lies in uploads/"
    )
    assert ingest_uploads.files(survey / "uploads") == ([], []), "and no build takes in what is on its way"
    [part] = (survey / "uploads" / ".fetching").glob("*.part")
    here = part.stat().st_size
    assert 0 < here < len(films[0])
    served.films["/a.mp4"] = Film(films[0])
    time.sleep(0.2)
    served.sent.clear()
    assert fetch(survey).came == 1
    [name] = uploads(survey)
    assert (survey / "uploads" / name).read_bytes() == films[0] and not (survey / "uploads" / ".fetching").exists()
    assert served.sent["/a.mp4"] == len(films[0]) - here, "only the rest is sent"


def test_a_full_disk_ends_it_with_one_line_and_keeps_what_came(
    survey: Path, served: Served, films: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(survey, [{"file": served.put(f"/{at}.mp4", films[at]), "respondent": f"r{at}"} for at in range(2)])
    real = download.PartialFile.room

    def room(self: download.PartialFile, needed: int, most: int) -> None:
        if needed == len(films[1]):
            raise self.full()
        real(self, needed, most)

    monkeypatch.setattr(download.PartialFile, "room", room)
    with pytest.raises(DiskFull) as told:
        fetch(survey)
    assert one_line(told.value) and len(uploads(survey)) == 1
    monkeypatch.undo()
    assert fetch(survey).came == 1


def test_a_thousand_that_are_here_cost_little(survey: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from reelmaker.project.library_fetches import Remembered
    from reelmaker.sources.listing import offers

    rows = [{"file": f"{served.url}/{at}.mp4", "respondent": f"r{at}", "consent": "internal"} for at in range(1000)]
    export(survey, rows)
    project = open_project(survey)
    (survey / "uploads" / responses_csv.TABLE).write_text(
        "file,respondent,consent\n" + "".join(f"spring-r{at}.mp4,r{at},internal\n" for at in range(1000)),
        "utf-8",
    )
    for at in range(1000):
        (survey / "uploads" / f"spring-r{at}.mp4").write_bytes(b"x")
    with Library(project.library) as library:
        library.fetched().store(
            [
                Remembered("spring", one.row, one.part, f"spring-{one.row}.mp4", one.row, "f" * 64, one.version)
                for one in offers(project, source_settings.of(project)[0], None)
            ]
        )
    looked: list[object] = []
    monkeypatch.setattr("reelmaker.sources.fetch.checksum", looked.append)
    monkeypatch.setattr(media, "probe", looked.append)
    result = fetch(survey)
    assert result.outcomes[0].known == 1000 and served.asked == []
    assert looked == [], "no film that is here is opened again"


def test_nothing_is_done_while_a_build_runs(survey: Path, served: Served, films: list[bytes]) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1"}])
    with one_builder(survey), pytest.raises(AnotherBuild):
        fetch(survey)
    assert served.asked == []


def test_one_source_that_fails_leaves_the_others_be(survey: Path, served: Served, films: list[bytes]) -> None:
    text = SOURCE.replace("spring", "autumn").replace("exports/*.csv", "none/*.csv")
    (survey / "reelmaker.toml").write_text(TOML + text + SOURCE, "utf-8")
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1"}])
    result = fetch(survey)
    assert "none/*.csv" in result.outcomes[0].trouble and len(result.outcomes[1].came) == 1 and result.exit_code == 1
    assert len(fetch(survey, names=["spring"]).outcomes) == 1
    with pytest.raises(ProjectError, match='Did you mean "spring"'):
        fetch(survey, names=["sprung"])


def test_a_variable_that_is_not_set_is_one_line(survey: Path, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    more = 'header_env = { X-Key = "REELS_TEST_KEY" }\nheader_hosts = ["127.0.0.1"]\n'
    (survey / "reelmaker.toml").write_text(TOML + SOURCE + more, "utf-8")
    export(survey, [{"file": served.put("/a.mp4", always=(404, {})), "respondent": "r1"}])
    monkeypatch.delenv("REELS_TEST_KEY", raising=False)
    assert "REELS_TEST_KEY is not set" in fetch(survey).outcomes[0].trouble and served.asked == []
    monkeypatch.setenv("REELS_TEST_KEY", "s3cret")
    fetch(survey)
    assert served.asked[0][1]["x-key"] == "s3cret"
    assert b"s3cret" not in (survey / "library.db").read_bytes()


# the command


def run(survey: Path, *words: str) -> Any:
    return CliRunner().invoke(main, ["fetch", "--project", str(survey), *words])


def test_the_command_says_what_came_and_what_did_not(survey: Path, served: Served, films: list[bytes]) -> None:
    import jsonschema

    export(
        survey,
        [
            {"file": served.put("/a.mp4", films[0]), "respondent": "r1"},
            {"file": served.put("/b.mp4", always=(404, {})), "respondent": "r2"},
        ],
    )
    dry = run(survey, "--dry-run", "-q")
    assert dry.exit_code == 0 and dry.stdout == "r1\nr2\n"
    done = run(survey)
    assert done.exit_code == 3 and done.stdout == uploads(survey)[0] + "\n"
    assert (
        "spring, row r2: there is nothing at the link (404); retry after" in done.stderr
        and "1 downloaded" in done.stderr
    )
    told = json.loads(run(survey, "--json").stdout)
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    jsonschema.validate(told, schema)
    assert told["kind"] == "fetch" and told["fetched"]["sources"][0]["missed"][0]["row"] == "r2"


def test_without_a_source_it_says_so(survey: Path) -> None:
    (survey / "reelmaker.toml").write_text(TOML, "utf-8")
    done = run(survey)
    assert done.exit_code == 1 and "no [[source]]" in done.stderr
