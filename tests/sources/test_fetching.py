"""What `fetch` brings: rows, consent, links that are dead, and only what is new."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from helpers.films.videos import make_video
from helpers.machines.serving import Film, Served
from helpers.surveys.fetched import SOURCE, export, fetch, table, uploads
from helpers.surveys.small_survey import TOML

from reelmaker.ingest import responses_csv
from reelmaker.project.config import open_project
from reelmaker.sources import download
from reelmaker.sources import fetch as sources_fetch
from reelmaker.status import look


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


@pytest.mark.slow
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


@pytest.mark.slow
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
