"""`fetch` in a project: what comes and what does not, what is remembered, and that nothing comes twice or half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.films.videos import make_video
from helpers.machines.serving import Film, Served, serving
from helpers.messages import one_line
from helpers.surveys.fetched import SOURCE, export, fetch, table, uploads
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
from reelmaker.sources import fetch as sources_fetch
from reelmaker.sources import settings as source_settings
from reelmaker.status import look


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    folder = tmp_path / "survey"
    (folder / "uploads").mkdir(parents=True)
    (folder / "exports").mkdir()
    (folder / "reelmaker.toml").write_text(TOML + SOURCE, "utf-8")
    return folder


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Three short films, each of its own content."""
    folder = tmp_path_factory.mktemp("films")
    return [make_video(folder / f"{at}.mp4", 1, "160x90", "10", 300 + 100 * at).read_bytes() for at in range(3)]


def test_what_is_new_comes_with_its_row_and_only_once(survey: Path, served: Served, films: list[bytes]) -> None:
    export(
        survey,
        [
            {"file": served.put("/a.mp4", films[0]), "respondent": "r1", "segment": "new", "consent": "external"},
            {
                "file": served.put(
                    "/v", films[1], headers={"Content-Disposition": 'attachment; filename="../../evil.webm"'}
                ),
                "respondent": "r2",
                "segment": "",
                "consent": "",
            },
            {
                "file": served.put("/w?F=1", b"").removesuffix("?F=1") + "?F=1",
                "respondent": "r3",
                "segment": "",
                "consent": "",
            },
        ],
    )
    served.put("/w", films[2], kind="audio/webm; codecs=opus")
    result = fetch(survey)
    assert (result.came, result.failed, result.exit_code) == (3, 0, 0)
    names = uploads(survey)
    assert len(names) == 3 and all(name.startswith("spring-r") and "/" not in name for name in names)
    assert [Path(name).suffix for name in names] == [".mp4", ".webm", ".webm"]
    assert [(survey / "uploads" / name).read_bytes() for name in names] == films
    rows = table(survey)
    assert (
        rows[names[0]]["respondent"] == "r1"
        and rows[names[0]]["consent"] == "external"
        and rows[names[0]]["segment"] == "new"
    )
    before, raw = len(served.asked), (survey / "uploads" / responses_csv.TABLE).read_bytes()
    again = fetch(survey)
    assert (again.came, again.outcomes[0].known, len(served.asked)) == (0, 3, before), "nothing is asked for again"
    assert (survey / "uploads" / responses_csv.TABLE).read_bytes() == raw
    (survey / "uploads" / names[0]).unlink()
    assert fetch(survey).came == 0, "what somebody took away stays away"


def test_a_dry_run_asks_for_nothing_and_changes_nothing(survey: Path, served: Served, films: list[bytes]) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1"}])
    result = fetch(survey, dry_run=True)
    assert result.outcomes[0].came == ["r1"] and served.asked == []
    assert uploads(survey) == [] and not (survey / "library.db").exists()


def test_nobody_without_consent_is_fetched(survey: Path, served: Served, films: list[bytes]) -> None:
    link = served.put("/a.mp4", films[0])
    export(
        survey,
        [
            {"file": link, "respondent": "r1", "consent": "no", "consent_until": ""},
            {"file": link + "?v=2", "respondent": "r2", "consent": "perhaps", "consent_until": ""},
            {"file": link + "?v=3", "respondent": "r3", "consent": "yes", "consent_until": "2020-01-01"},
            {"file": link + "?v=4", "respondent": "r4", "consent": "yes", "consent_until": "soon"},
        ],
    )
    result = fetch(survey)
    assert result.outcomes[0].refused == 4 and served.asked == [] and uploads(survey) == []


def test_dead_links_are_named_remembered_and_left_alone(survey: Path, served: Served, films: list[bytes]) -> None:
    link = served.put("/gone.mp4", always=(410, {}))
    export(
        survey,
        [
            {"file": link, "respondent": "Anna Schmidt"},
            {"file": served.put("/page.mp4", b"<html>Sign in"), "respondent": "r2"},
            {"file": served.put("/noise.mp4", b"\0" * 5000), "respondent": "r3"},
            {"file": served.put("/a.mp4", films[0]), "respondent": "r4"},
        ],
    )
    result = fetch(survey)
    assert (result.came, result.exit_code) == (1, 3)
    reasons = {missed.row: missed.reason for missed in result.outcomes[0].missed}
    assert (
        "removed (410)" in reasons["Anna Schmidt"]
        and "sign in or export the links again" in reasons["r2"]
        and "not a readable video" in reasons["r3"]
    )
    assert not any(path.startswith(".fetching") and path.endswith(".part") and "r3" in path for path in uploads(survey))
    asked = len(served.asked)
    again = fetch(survey)
    assert len(served.asked) == asked and again.exit_code == 3 and len(again.outcomes[0].waiting) == 3
    failures = [failure for failure in look(open_project(survey)).failures if failure.step == "fetch"]
    assert len(failures) == 3 and any("removed (410)" in one.reason and "next after" in one.reason for one in failures)
    served.films["/gone.mp4"] = Film(films[1])
    assert fetch(survey, retry=True).came == 1
    export(survey, [{"file": link + "?v=9", "respondent": "r2"}])
    assert fetch(survey).came == 1, "a new link of an old row is tried at once"


def test_links_that_nobody_offers_any_more_are_no_trouble(survey: Path, served: Served, films: list[bytes]) -> None:
    link = served.put("/a.mp4", films[0], breaks_after=[5000, 0, 0, 0])
    export(
        survey,
        [
            {"file": link, "respondent": "r1"},
            {"file": served.put("/b.mp4", always=(404, {})), "respondent": "r2"},
        ],
    )
    assert fetch(survey).failed == 2 and list((survey / "uploads" / ".fetching").glob("*.part"))
    export(survey, [{"file": served.put("/c.mp4", films[1]), "respondent": "r1"}])
    assert fetch(survey).exit_code == 0
    assert len(uploads(survey)) == 1, "nor does anything of them stay"
    assert not [failure for failure in look(open_project(survey)).failures if failure.step == "fetch"]


def test_the_limits_on_uploads_hold_for_what_is_fetched(survey: Path, served: Served, tmp_path: Path) -> None:
    film = make_video(tmp_path / "large.mp4", 1, "640x360", "10").read_bytes()
    (survey / "reelmaker.toml").write_text(TOML + SOURCE + "[limits]\nmegapixels = 0.1\n", "utf-8")
    export(survey, [{"file": served.put("/a.mp4", film), "respondent": "r1"}])
    [missed] = fetch(survey).outcomes[0].missed
    assert "megapixels" in missed.reason and uploads(survey) == []


def test_how_long_a_dead_link_is_left_alone_grows(
    survey: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(survey, [{"file": served.put("/a.mp4", always=(404, {})), "respondent": "r1"}])
    now = time.time()
    for wait in (*sources_fetch.DEAD_S, sources_fetch.DEAD_S[-1]):
        monkeypatch.setattr(sources_fetch.time, "time", lambda now=now: now)
        [missed] = fetch(survey).outcomes[0].missed
        assert missed.again == pytest.approx(now + wait, abs=1)
        now = missed.again + 1


def test_a_host_that_asks_for_hours_gets_them(survey: Path, served: Served) -> None:
    export(survey, [{"file": served.put("/a.mp4", always=(429, {"Retry-After": "90000"})), "respondent": "r1"}])
    [missed] = fetch(survey).outcomes[0].missed
    assert missed.again == pytest.approx(time.time() + 90_000, abs=60)


@pytest.mark.parametrize(
    "place", ["../../etc/passwd", "file:///etc/passwd", "/etc/passwd", "ftp://127.0.0.1/x.mp4", "~/x.mp4"]
)
def test_links_that_lead_elsewhere_are_refused(survey: Path, place: str) -> None:
    export(survey, [{"file": place, "respondent": "r1"}])
    result = fetch(survey)
    assert result.exit_code == 3 and uploads(survey) == []


def test_names_of_files_mean_those_in_uploads_or_beside_the_export(
    survey: Path, films: list[bytes], tmp_path: Path
) -> None:
    (survey / "uploads" / "Film one.mp4").write_bytes(films[0])
    (survey / "exports" / "films").mkdir()
    (survey / "exports" / "films" / "zwei – 100%.mp4").write_bytes(films[1])
    (tmp_path / "out.mp4").write_bytes(films[2])
    (survey / "exports" / "link.mp4").symlink_to(tmp_path / "out.mp4")
    names = ["Film one.mp4", "films/zwei – 100%.mp4", "link.mp4", "none.mp4"]
    export(survey, [{"file": name, "respondent": f"r{at}"} for at, name in enumerate(names)])
    result = fetch(survey)
    assert (result.came, [missed.row for missed in result.outcomes[0].missed]) == (2, ["r2", "r3"])
    rows = table(survey)
    assert rows["Film one.mp4"]["respondent"] == "r0"
    [other] = [name for name in uploads(survey) if name != "Film one.mp4"]
    assert rows[other]["respondent"] == "r1" and (survey / "uploads" / other).read_bytes() == films[1]
    assert (survey / "exports" / "films" / "zwei – 100%.mp4").is_file(), "the original stays"
    assert fetch(survey).outcomes[0].known == 2


@pytest.mark.slow
def test_names_are_safe_whatever_the_export_calls_its_rows(survey: Path, served: Served, films: list[bytes]) -> None:
    rows = ["../../x", "a/b\\c", "x" * 500, "CON", "你好", "-rf", "two\nlines", ".hidden", "same", "Same"]
    export(survey, [{"file": served.put(f"/{at}", films[0]), "respondent": row} for at, row in enumerate(rows)])
    assert fetch(survey).came == len(rows)
    names = uploads(survey)
    assert len({name.lower() for name in names}) == len(rows), "none clashes, also where case does not count"
    assert all(len(name) < 100 and name.isascii() and name.startswith("spring-") and "/" not in name for name in names)


def test_a_narrower_consent_of_the_next_export_reaches_the_table(
    survey: Path, served: Served, films: list[bytes]
) -> None:
    row = {"file": served.put("/a.mp4", films[0]), "respondent": "r1", "consent": "external"}
    export(survey, [row])
    fetch(survey)
    [name] = uploads(survey)
    raw = (survey / "uploads" / responses_csv.TABLE).read_bytes()
    export(survey, [{**row, "consent": "withdrawn"}], "b.csv")
    os.utime(survey / "exports" / "a.csv", (1, 1))
    result = fetch(survey)
    assert result.outcomes[0].narrowed == 1 and len(served.asked) == 1
    assert (survey / "uploads" / responses_csv.TABLE).read_bytes() == raw.replace(b"external", b"withdrawn")
    export(survey, [row], "c.csv")
    os.utime(survey / "exports" / "b.csv", (2, 2))
    assert fetch(survey).outcomes[0].narrowed == 0 and table(survey)[name]["consent"] == "withdrawn"


def test_of_all_exports_the_latest_word_counts(survey: Path, served: Served, films: list[bytes]) -> None:
    (survey / "reelmaker.toml").write_text(TOML + SOURCE + 'take = "all"\n', "utf-8")
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1", "consent": "yes"}], "1.csv")
    export(survey, [{"file": served.put("/b.mp4", films[1]), "respondent": "r2", "consent": "yes"}], "2.csv")
    os.utime(survey / "exports" / "1.csv", (1, 1))
    assert fetch(survey).came == 2
    export(survey, [{"file": served.url + "/a.mp4", "respondent": "r1", "consent": "no"}], "3.csv")
    assert fetch(survey).outcomes[0].narrowed == 1


def test_the_row_is_there_before_the_film(
    survey: Path, served: Served, films: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1", "consent": "internal"}])
    seen: list[tuple[list[str], list[str]]] = []
    landed = download.PartialFile.landed

    def looked(self: download.PartialFile, target: Path) -> None:
        seen.append(([name for name in uploads(survey) if not name.startswith(".")], list(table(survey))))
        landed(self, target)

    monkeypatch.setattr(download.PartialFile, "landed", looked)
    fetch(survey)
    assert seen == [([], uploads(survey))]


def test_a_row_that_somebody_deleted_comes_back_so_that_its_consent_holds(
    survey: Path, served: Served, films: list[bytes]
) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1", "consent": "internal"}])
    fetch(survey)
    (survey / "uploads" / responses_csv.TABLE).unlink()
    fetch(survey)
    assert table(survey)[uploads(survey)[0]]["consent"] == "internal"


def test_a_lost_library_doubles_nothing(survey: Path, served: Served, films: list[bytes]) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1"}])
    fetch(survey)
    before = uploads(survey)
    (survey / "library.db").unlink()
    assert fetch(survey).came == 1 and uploads(survey) == before and len(table(survey)) == 1


def test_another_file_of_that_name_is_never_overwritten(survey: Path, served: Served, films: list[bytes]) -> None:
    export(survey, [{"file": served.put("/a.mp4", films[0]), "respondent": "r1"}])
    fetch(survey)
    [name] = uploads(survey)
    (survey / "uploads" / name).write_bytes(b"somebody's own")
    (survey / "library.db").unlink()
    fetch(survey)
    assert (survey / "uploads" / name).read_bytes() == b"somebody's own"
    assert sorted(uploads(survey)) == sorted([name, f"{Path(name).stem}-2.mp4"])


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


# shares


@pytest.fixture
def memory() -> Iterator[Any]:
    import fsspec

    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


def share(survey: Path, address: str) -> None:
    (survey / "reelmaker.toml").write_text(f'{TOML}\n[[source]]\nname = "box"\naddress = "{address}"\n', "utf-8")


@pytest.mark.parametrize("where", ["memory", "file"])
def test_films_below_an_address_come_with_what_a_table_there_says(
    survey: Path, films: list[bytes], where: str, memory: Any, tmp_path: Path
) -> None:
    told = b"\xef\xbb\xbffile;respondent;consent;segment\nmon/a b.mp4;r1;external;new\nc.mp4;r2;no;\n"
    things = {
        "mon/a b.mp4": films[0],
        "c.mp4": films[1],
        "tue/a b.mp4": films[2],
        "responses.csv": told,
        "x.pdf": b"x",
    }
    for name, body in things.items():
        if where == "memory":
            memory.pipe(f"/box/{name}", body)
        else:
            (tmp_path / "box" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "box" / name).write_bytes(body)
    share(survey, "memory://box" if where == "memory" else f"file://{tmp_path}/box")
    result = fetch(survey)
    assert result.came == 2 and result.outcomes[0].refused == 1
    one, two = uploads(survey)
    assert one.startswith("box-mon-a-b-") and two.startswith("box-tue-a-b-")
    assert (survey / "uploads" / one).read_bytes() == films[0]
    assert table(survey)[one]["respondent"] == "r1" and table(survey)[one]["segment"] == "new"
    again = fetch(survey)
    assert (again.came, again.outcomes[0].known) == (0, 2)


@pytest.mark.slow
def test_a_film_that_changed_at_its_address_takes_the_place_of_the_one_of_before(
    survey: Path, films: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a.mp4"
    path.write_bytes(films[0][:2000])  # still being copied there
    share(survey, f"file://{tmp_path}/box")
    assert fetch(survey).failed == 1 and not [name for name in uploads(survey) if not name.startswith(".")]
    path.write_bytes(films[0])
    assert fetch(survey).came == 1
    [name] = uploads(survey)
    path.write_bytes(films[1])
    os.utime(path, (1, 1))
    assert fetch(survey).came == 1 and uploads(survey) == [name]
    assert (survey / "uploads" / name).read_bytes() == films[1] and len(table(survey)) == 1
