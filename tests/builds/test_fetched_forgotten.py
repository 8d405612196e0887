"""Who is forgotten is not fetched again, and what was fetched of them goes: real builds of fetched answers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from helpers.machines.serving import Served
from helpers.surveys.fetched import SOURCE, export, fetch, project, rows, said, table, uploads
from helpers.surveys.small_survey import TOML

import reelmaker
from reelmaker.build import rebuild
from reelmaker.errors import UnknownPerson
from reelmaker.ingest import responses_csv
from reelmaker.privacy import forget
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.library_fetches import Remembered
from reelmaker.project.session import Session


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    return project(tmp_path / "survey")


def test_who_was_forgotten_is_neither_fetched_nor_entered_again(
    survey: Path, served: Served, small_videos: Path
) -> None:
    offered = rows(served, small_videos)
    offered.append(
        {
            **offered[0],
            "file": served.put("/more.mp4", (small_videos / "cleo.mp4").read_bytes() + b"\0" * 8),
        }
    )
    export(survey, offered)
    fetch(survey)
    assert len(uploads(survey)) == 4
    document = forget.forget(open_project(survey), "resp-anna", rebuild)["forgotten"]
    removed = {thing["what"]: thing["many"] for thing in document["removed"]}
    assert (
        removed["files in uploads/"] == 2
        and removed["rows of responses.csv"] == 2
        and removed["records of downloads"] == 2
    )
    assert "exports/a.csv" in document["still_found"] and "source spring (exports/*.csv)" in document["still_found"]
    asked = len(served.asked)
    again = fetch(survey)
    assert (again.came, again.outcomes[0].forgotten, len(served.asked)) == (0, 2, asked)
    assert not [row for row in table(survey).values() if row["respondent"] == "resp-anna"]
    for path in survey.rglob("*"):
        if path.is_file() and path.parent.name != "exports":
            assert b"resp-anna" not in path.read_bytes() and b"Zarathustrix" not in path.read_bytes(), path


def test_a_forgotten_respondent_stays_away_though_their_video_had_been_put_there_by_hand(
    survey: Path, served: Served, small_videos: Path
) -> None:
    shutil.copy(small_videos / "anna.mp4", survey / "uploads")
    (survey / "uploads" / responses_csv.TABLE).write_text("file,respondent\nanna.mp4,resp-anna\n", "utf-8")
    forget.forget(open_project(survey), "resp-anna", rebuild)
    export(survey, rows(served, small_videos)[:1])
    again = fetch(survey)
    assert (again.came, again.outcomes[0].forgotten, served.asked) == (0, 1, [])


def test_what_was_fetched_is_found_by_file_answer_and_respondent(tmp_path: Path) -> None:
    things = [Remembered("s", f"row{at}", "p", f"{at}.mp4", f"r{at}", f"a{at}") for at in range(4)]
    with Library(tmp_path / "library.db") as library:
        library.fetched().store(things)
        found = library.erasure().fetched(("a1",), ("2.mp4",), ("r3", ""))
    assert found == {("s", "row1"), ("s", "row2"), ("s", "row3")}


@pytest.mark.slow
def test_what_is_held_of_a_customer_names_the_source(survey: Path, served: Served, small_videos: Path) -> None:
    import jsonschema

    from reelmaker.ingest import stage as ingest_stage
    from reelmaker.privacy import access_package, access_request

    offered = rows(served, small_videos)
    offered.append({**offered[0], "file": served.put("/gone", always=(410, {}))})
    export(survey, offered)
    fetch(survey)
    project = open_project(survey)
    with Library(project.library) as library:
        ingest_stage.take_in(Session(project, library))
    document = access_request.gather(project, "resp-anna")
    schema = json.loads(Path(access_request.__file__).with_name("access_package.json").read_text("utf-8"))
    jsonschema.validate(document, schema)
    assert sorted((one["source"], one["row"], one["state"]) for one in document["fetched"]) == [
        ("spring", "resp-anna", "failed"),
        ("spring", "resp-anna", "here"),
    ]
    written = access_package.write(project, document, survey / "out")
    text = (written / "README.txt").read_text("utf-8")
    assert "spring, resp-anna: spring-resp-anna-" in text and "resp-bert" not in text


def test_forgotten_by_a_file_the_row_stays_away_though_the_export_names_nobody(
    survey: Path, served: Served, small_videos: Path
) -> None:
    export(survey, [{"file": row["file"]} for row in rows(served, small_videos)])
    fetch(survey)
    name = uploads(survey)[0]
    forget.forget(open_project(survey), name, rebuild)
    again = fetch(survey)
    assert (again.came, again.outcomes[0].forgotten) == (0, 1) and name not in uploads(survey)


def test_who_is_only_known_by_a_link_that_failed_can_be_forgotten(
    survey: Path, served: Served, small_videos: Path
) -> None:
    export(survey, [{"file": served.put("/x", always=(404, {})), "respondent": "resp-dora"}])
    fetch(survey)
    removed = forget.forget(open_project(survey), "resp-dora", rebuild)["forgotten"]["removed"]
    assert {thing["what"]: thing["many"] for thing in removed} == {"records of downloads": 1}
    asked = len(served.asked)
    assert fetch(survey, retry=True).outcomes[0].forgotten == 1 and len(served.asked) == asked
    assert b"resp-dora" not in (survey / "library.db").read_bytes()
    with pytest.raises(UnknownPerson):
        forget.forget(open_project(survey), "resp-nobody", rebuild)


@pytest.mark.slow
def test_a_forgotten_video_that_comes_under_another_id_is_not_kept(
    survey: Path, served: Served, small_videos: Path
) -> None:
    offered = rows(served, small_videos)[:1]
    export(survey, offered)
    fetch(survey)
    forget.forget(open_project(survey), "resp-anna", rebuild)
    export(survey, [{**offered[0], "file": offered[0]["file"] + "?again", "respondent": "other-id"}])
    for asked in (2, 2):
        again = fetch(survey)
        assert (again.came, again.outcomes[0].forgotten, len(served.asked)) == (0, 1, asked)
    assert uploads(survey) == [] and b"other-id" not in (survey / "library.db").read_bytes()


def test_what_is_half_fetched_goes_with_whoever_is_forgotten(survey: Path, served: Served, small_videos: Path) -> None:
    offered = rows(served, small_videos)
    served.films["/bert.mp4"].breaks_after = [5000, 0, 0, 0]
    export(survey, offered[:2])
    fetch(survey)
    assert list((survey / "uploads" / ".fetching").glob("*.part"))
    forget.forget(open_project(survey), "resp-bert", rebuild)
    assert not (survey / "uploads" / ".fetching").exists()


@pytest.mark.slow
def test_what_was_erased_with_its_consent_is_not_fetched_again_until_it_is_given(
    survey: Path, served: Served, small_videos: Path
) -> None:
    """The team writes a "no" into the table, a build erases the upload; the export still says nothing of it."""
    (survey / "reelmaker.toml").write_text(TOML + SOURCE + "[privacy]\nerase_uploads = true\n", "utf-8")
    offered = [{**row, "consent": ""} for row in rows(served, small_videos)]
    export(survey, offered)
    fetch(survey)
    said(survey)
    path = survey / "uploads" / responses_csv.TABLE
    path.write_bytes(path.read_bytes().replace(b",segment", b",segment,consent").replace(b"loyal", b"loyal,no"))
    reel = reelmaker.build(survey, ["checkout"], check=False)
    assert reel.counts["checkout"].of == 2 and not any("bert" in name for name in uploads(survey))
    asked = len(served.asked)
    again = fetch(survey)
    assert (again.came, again.outcomes[0].refused, len(served.asked)) == (0, 1, asked)
    export(survey, [{**row, "consent": "internal"} for row in offered])
    assert fetch(survey).came == 1


# doctor
