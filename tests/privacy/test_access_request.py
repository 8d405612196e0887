"""What is held of one person: who is meant, that it is all of it and nothing of anybody else, that nothing changes."""

from __future__ import annotations

import json
import zipfile
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.films.videos import make_video
from helpers.machines.command_line import run
from helpers.surveys import planted
from helpers.surveys.building import prints
from helpers.surveys.small_survey import SAYINGS, captions

import reelmaker
from reelmaker.errors import ProjectError, UnknownPerson
from reelmaker.model import moment_ids
from reelmaker.privacy import access_package, access_request
from reelmaker.project.config import Project, open_project
from reelmaker.review import decisions

pytestmark = pytest.mark.slow
SCHEMA = json.loads(resources.files("reelmaker.privacy").joinpath("access_package.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The planted survey, built for both audiences, with a decision on Cleopatra's words and files of all kinds."""
    folder = planted.survey(tmp_path_factory.mktemp("held") / "survey", ["quotes"])
    uploads = folder / "uploads"
    make_video(uploads / "second visit.mp4", 6, "320x180", "30", 900)
    (uploads / "second visit.vtt").write_text(captions(["It is me again, all is well."]), "utf-8")
    (uploads / "broken of Cleo.mp4").write_bytes(b"no film")
    with (uploads / "responses.csv").open("a", encoding="utf-8") as table:
        table.write(
            "second visit.mp4,RSP-03,Cleopatra Zanzibar,,,,,internal,,,\nbroken of Cleo.mp4,RSP-03,,,,,,,,,\n"
            "never sent.mp4,RSP-03,,,,,,,,,lost@example.org\n"
        )
    reel = reelmaker.build(folder, ["checkout"], check=False)
    cleo = next(clip for clip in reel.clips if "kumquat" in clip.moment.text)
    decisions.decide(
        open_project(folder),
        "keep",
        [moment_ids.name(cleo.moment)],
        "checkout",
        "strong words",
    )
    reelmaker.build(folder, ["checkout"], check=False)
    reelmaker.build(folder, ["checkout"], check=False, audience="external")
    return folder


def gathered(folder: Path, asked: str) -> dict[str, object]:
    document = json.loads(json.dumps(access_request.gather(open_project(folder), asked)))
    jsonschema.validate(document, SCHEMA)
    return document


def test_everything_of_one_person_and_nothing_of_the_others(held: Path) -> None:
    before = prints(held)
    document = access_request.gather(open_project(held), "RSP-03")
    text = json.dumps(document, ensure_ascii=False)
    jsonschema.validate(json.loads(text), SCHEMA)
    assert prints(held) == before
    others = ("Annabel", "Bertrand", "Dorothea", "rhubarb", "charged twice", "RSP-01", "RSP-02")
    assert not [word for word in others if word in text]
    assert document["respondents"] == ["RSP-03"]
    assert [row["file"] for row in document["rows"]] == [
        "sub/Cleopatra Zanzibar.mp4",
        "second visit.mp4",
        "broken of Cleo.mp4",
        "never sent.mp4",
    ]
    first = next(a for a in document["answers"] if "Cleopatra" in a["files"][0]["file"])
    assert len(document["answers"]) == 2
    [file] = first["files"]
    assert file["there"] and file["beside"] == ["sub/Cleopatra Zanzibar.vtt"]
    assert first["facts"]["picture"] == (320, 180) and 5900 <= first["facts"]["duration_ms"] <= 6100
    assert first["consent"]["internal"] == "may be used" and first["consent"]["external"] == "not for this audience"
    assert [s["text"] for s in first["transcript"]["sentences"]][1] == planted.PEOPLE[2][7]
    [spoken] = [m for m in first["moments"] if "kumquat" in m["text"]]
    assert spoken["decided"] == {"checkout": "keep"} and "strong words" in spoken["why"]["checkout"][0]
    assert document["judged_for"] == "internal"
    [decision] = document["decisions"]
    assert decision["note"] == "strong words" and "kumquat" in decision["text"]
    [used] = document["used"]
    assert used["reel"] == "checkout" and used["audience"] == "internal" and "reel.mp4" in used["files"]
    assert [m["text"] for m in used["sentences"]] == [spoken["text"]]
    [clip] = used["clips"]
    reel = json.loads((held / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    [item] = [item for item in reel["items"] if "kumquat" in item.get("text", "")]
    assert (clip["start_ms"], clip["end_ms"]) == (item["start_ms"], item["end_ms"])
    [broken] = document["other_files"]
    assert broken["file"] == "broken of Cleo.mp4" and broken["trouble"]


@pytest.mark.parametrize(
    "asked",
    ["rsp-03", "cleopatra zanzibar", "sub/Cleopatra Zanzibar.mp4", "uploads/second visit.mp4", "never sent.mp4"],
)
def test_a_person_is_found_by_whatever_is_known(held: Path, asked: str) -> None:
    assert gathered(held, asked)["respondents"] == ["RSP-03"]


def test_by_the_beginning_of_an_id(held: Path) -> None:
    answers = access_request.gather(open_project(held), "RSP-01")["answers"]
    digits = answers[0]["response"][:8].upper()
    assert gathered(held, digits)["respondents"] == ["RSP-01"]
    with pytest.raises(UnknownPerson):
        gathered(held, digits[:3])


def test_who_is_left_out_of_reels_is_held_all_the_same(held: Path) -> None:
    """Withdrawn, expired, not understood: the right to know what is held does not hang on a consent."""
    for name in ("Dorothea Wobble", "Ephraim Gargle"):
        document = access_request.gather(open_project(held), name)
        [answer] = document["answers"]
        assert answer["files"][0]["there"] and answer["transcript"] is None
        assert answer["consent"]["internal"] in ("no consent", "consent expired")
        assert document["used"] == [] and document["judged_for"] == ""
        assert "Not transcribed." in access_package.texts(document, [])["transcript.txt"]


def test_a_withdrawal_leaves_what_was_heard_and_where_it_was_shown(small_survey: Path) -> None:
    reelmaker.build(small_survey, ["checkout"], check=False)
    table = small_survey / "uploads" / "responses.csv"
    table.write_text("file,respondent,consent\nbert.mp4,B-1,withdrawn\n", "utf-8")
    document = access_request.gather(open_project(small_survey), "B-1")
    [answer] = document["answers"]
    assert [s["text"] for s in answer["transcript"]["sentences"]] == SAYINGS["bert"]
    assert answer["moments"] == [] and len(document["used"][0]["clips"]) == 1
    words = small_survey / "uploads" / "bert.vtt"
    words.write_text(captions(["Something else was said."]), "utf-8")
    [answer] = access_request.gather(open_project(small_survey), "B-1")["answers"]
    assert answer["transcript"] is None
    assert [s["text"] for s in answer["earlier_transcripts"][0]["sentences"]] == SAYINGS["bert"]


def test_several_people_and_nobody(small_survey: Path) -> None:
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,respondent,name\nanna.mp4,A-1,Kim\nbert.mp4,B-1,Kim\n", "utf-8"
    )
    with pytest.raises(ProjectError, match="nothing has been transcribed yet"):
        gathered(small_survey, "Kim")
    reelmaker.build(small_survey, ["checkout"], dry_run=True)
    done = run("export", "Kim", folder=small_survey)
    assert done.returncode == 1 and done.stdout == ""
    assert '"Kim" matches 2 different people. Name one of A-1, B-1.' in done.stderr
    lost = run("export", "A-2", folder=small_survey)
    assert lost.returncode == 1 and "Nobody" in lost.stderr and "Did you mean A-1" in lost.stderr
    assert len(lost.stderr.strip().splitlines()) == 1


def test_the_folder_and_the_zip(held: Path, tmp_path: Path) -> None:
    done = run("export", "RSP-03", "--project", held, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = Path(done.stdout.strip())
    assert folder.parent == tmp_path and folder.name.startswith("export-")
    assert {path.name for path in folder.iterdir()} == {"README.txt", "data.json", "transcript.txt"}
    assert (
        "Answers: 2, sentences: 4, rows of responses.csv: 4, decisions: 1, finished reels: 1 (with 1 of these clips)."
        in done.stderr
    )
    assert "Zanzibar" not in done.stderr and "kumquat" not in done.stderr
    told = (folder / "README.txt").read_text("utf-8")
    assert 'shown as "Cleopatra Zanzibar, loyal customer": "My card was refused' in told
    assert 'consent: "internal"; inside the company: may be used; outside: not for this audience' in told
    assert "email: Cleopatra.secret@example.org" in told and "reel checkout (internal), in reels/checkout" in told
    spoken = (folder / "transcript.txt").read_text("utf-8")
    assert f"  0:02.0  {planted.PEOPLE[2][7]}" in spoken and "It is me again" in spoken
    again = run("export", "RSP-03", "--project", held, folder=tmp_path)
    assert again.returncode == 1 and "this already exists" in again.stderr
    out = tmp_path / "for her.zip"
    packed = run("export", "RSP-03", "--project", held, "--with-video", "--out", out, folder=tmp_path)
    assert packed.returncode == 0, packed.stderr
    with zipfile.ZipFile(out) as archive:
        originals = {name for name in archive.namelist() if name.startswith("originals/")}
        assert originals == {
            "originals/sub/Cleopatra Zanzibar.mp4",
            "originals/sub/Cleopatra Zanzibar.vtt",
            "originals/second visit.mp4",
            "originals/second visit.vtt",
            "originals/broken of Cleo.mp4",
        }
        path = held / "uploads" / "second visit.mp4"
        assert archive.read("originals/second visit.mp4") == path.read_bytes()
        jsonschema.validate(json.loads(archive.read("data.json")), SCHEMA)
    assert not list(tmp_path.glob(".*"))


def test_what_cannot_be_written_is_one_line_and_leaves_nothing(held: Path, tmp_path: Path) -> None:
    project: Project = open_project(held)
    document = access_request.gather(project, "RSP-01")
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ProjectError, match="cannot be written") as caught:
        access_package.write(project, document, tmp_path / "file" / "below")
    assert caught.value.remedy
    with pytest.raises(ProjectError, match="cannot be written"):
        access_package.write(project, document, tmp_path / "copy", [held / "uploads" / "gone.mp4"])
    assert {path.name for path in tmp_path.iterdir()} == {"file"}
