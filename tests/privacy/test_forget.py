"""Forgetting somebody: who is meant, what stays, what never comes back, and that it is finished after a crash."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from helpers.messages import one_line
from helpers.surveys import departures
from helpers.surveys.departures import answer_of, prints, run, shown_files

import reelmaker
from reelmaker.build import rebuild
from reelmaker.cli import forget as cli_forget
from reelmaker.errors import NothingFound, UnknownPerson
from reelmaker.ingest import csv_editor
from reelmaker.privacy import erasure
from reelmaker.privacy import forget as privacy_forget
from reelmaker.project import library_erasure
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.project.session import Session


def forget(folder: Path, who: str = departures.RESPONDENT, **options: Any) -> dict[str, Any]:
    return privacy_forget.forget(open_project(folder), who, rebuild, **options)["forgotten"]


def put_back(folder: Path, lived: Path, name: str = departures.FILE) -> None:
    """The same file comes in again, with its captions."""
    shutil.copy2(lived / "uploads" / departures.FILE, folder / "uploads" / name)
    beside = (lived / "uploads" / departures.FILE).with_suffix(".vtt")
    shutil.copy2(beside, (folder / "uploads" / name).with_suffix(".vtt"))


@pytest.mark.slow
@pytest.mark.parametrize("way", ["respondent", "file", "answer"])
def test_a_person_is_meant_by_respondent_file_or_answer(folder: Path, way: str) -> None:
    who = {
        "respondent": departures.RESPONDENT,
        "file": departures.FILE.upper(),
        "answer": answer_of(folder)[:8],
    }[way]
    receipt = forget(folder, who)
    assert not (folder / "uploads" / departures.FILE).exists()
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    assert departures.RESPONDENT not in (folder / "uploads" / "responses.csv").read_text("utf-8")
    assert receipt["reels"] == [{"reel": "checkout", "not_made": ""}]


@pytest.mark.slow
def test_every_file_of_a_respondent_goes_the_copies_too(folder: Path) -> None:
    uploads = folder / "uploads"
    shutil.copy2(uploads / "bert.mp4", uploads / "bert copy.mp4")
    departures.recorded(uploads / "second.mp4", "0x805040", 700, 2)  # not taken in yet
    with (uploads / "responses.csv").open("a", encoding="utf-8") as table:
        table.write("\r\nsecond.mp4;r2;;;;\r\nbert copy.mp4;;;;;")
    receipt = forget(folder, "bert.mp4")
    left = {path.name for path in uploads.iterdir()}
    assert not left & {"bert.mp4", "bert copy.mp4", "second.mp4", "bert.vtt"} and "anna.mp4" in left
    assert len(receipt["answers"]) == 2
    assert not {"r2", "bert"} & set((uploads / "responses.csv").read_text("utf-8").replace(".", ";").split(";"))


def test_who_is_not_clear_is_told_in_one_line_and_nothing_is_touched(folder: Path) -> None:
    before = prints(folder)
    for who in ("nobody@example", "resp-7731", "", "0000"):
        with pytest.raises(UnknownPerson) as caught:
            forget(folder, who)
        assert one_line(caught.value)
    with pytest.raises(UnknownPerson, match=r"Did you mean resp-7731-quux"):
        forget(folder, "resp-7731-qux")
    (folder / "uploads" / "other").mkdir()
    departures.recorded(folder / "uploads" / "other" / "anna.mp4", "0x111111", 500, 2)
    with (folder / "uploads" / "responses.csv").open("a", encoding="utf-8") as table:
        table.write("\r\nother/anna.mp4;r9;;;;")
    before["uploads/responses.csv"] = prints(folder)["uploads/responses.csv"]
    with pytest.raises(UnknownPerson, match="2 different people") as caught:
        forget(folder, "anna.mp4")
    assert one_line(caught.value) and "Name one of r1, r9." in str(caught.value)
    there = prints(folder)
    assert all(there[name] == stamp for name, stamp in before.items() if name != ".lock")


@pytest.mark.slow
@pytest.mark.parametrize("who", [departures.NAME.upper(), departures.FILE, Path(departures.FILE).stem])
def test_a_name_and_a_file_without_its_ending_do_as_well_as_an_id(folder: Path, who: str) -> None:
    receipt = forget(folder, who)
    assert receipt["answers"] and not (folder / "uploads" / departures.FILE).exists()
    assert {path.name for path in (folder / "uploads").glob("*.mp4")} == {"anna.mp4", "bert.mp4"}


def test_a_dry_run_changes_nothing_and_names_what_would_go(folder: Path) -> None:
    before = prints(folder)
    done = run(folder, "forget", departures.RESPONDENT, "--dry-run")
    assert done.exit_code == 0 and prints(folder) == before
    assert f"uploads/{departures.FILE}" in done.stdout and "reels/checkout" in done.stdout
    assert "Would erase" in done.stdout and "1 rows of responses.csv" in done.stdout


def test_without_yes_nothing_is_erased_where_nobody_can_be_asked(folder: Path) -> None:
    before = prints(folder)
    done = run(folder, "forget", departures.RESPONDENT)
    assert done.exit_code == 2 and "--yes" in done.output
    assert prints(folder) == before


@pytest.mark.slow
@pytest.mark.parametrize("said", ["n", "y"])
def test_somebody_who_is_there_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setattr(cli_forget, "is_interactive", lambda: True)
    done = run(folder, "forget", departures.RESPONDENT, stdin=f"{said}\n")
    assert "Erase this permanently?" in done.stderr and f"uploads/{departures.FILE}" in done.stderr
    assert (folder / "uploads" / departures.FILE).exists() is (said == "n")
    assert done.exit_code == (1 if said == "n" else 0)


@pytest.mark.slow
def test_older_versions_go_where_they_name_the_person_and_stay_where_they_do_not(folder: Path) -> None:
    reel, kept = folder / "reels" / "checkout", folder / "reels" / "checkout" / ".old" / "1"
    shutil.copytree(reel, folder / "reels" / ".history" / "checkout" / "2")
    kept.mkdir(parents=True)
    other = json.loads((reel / "manifest.json").read_text("utf-8"))
    other["items"] = [item for item in other["items"] if item.get("file") == "bert.mp4"]
    other["moments"], other["reel"]["files"] = [], ["reel.mp4"]
    (kept / "manifest.json").write_text(json.dumps(other), "utf-8")
    (kept / "reel.mp4").write_bytes(b"only bert")
    (folder / "reels" / ".history" / "list.json").write_text(json.dumps({"held": answer_of(folder)}), "utf-8")
    (folder / "reels" / ".history" / "other.json").write_text("{}", "utf-8")
    forget(folder)
    assert (kept / "reel.mp4").read_bytes() == b"only bert" and shown_files(folder) == {
        "anna.mp4",
        "bert.mp4",
    }
    assert [path.name for path in (folder / "reels" / ".history").rglob("*")] == ["other.json"]


@pytest.mark.slow
def test_what_was_heard_of_others_is_not_heard_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = erasure.analysis.known

    def with_voices(session: Session) -> Any:
        assert session.library.result("voices of anna") == [1]
        return known(session)

    with Library(folder / "library.db") as library:
        library.store_results({"voices of anna": [1], "voices of the other": [2]})
    monkeypatch.setattr(erasure.analysis, "known", with_voices)
    forget(folder)
    with Library(folder / "library.db") as library:
        assert library.result("voices of anna") == [1] and library.result("voices of the other") is None
    assert reelmaker.build(folder, ["checkout"]).work.transcribed == 0


@pytest.mark.slow
def test_the_receipt_names_no_file_and_says_where_copies_lie(folder: Path) -> None:
    toml = folder / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8") + '[privacy]\npublished = ["Intranet, page 7"]\n', "utf-8")
    done = run(folder, "forget", departures.RESPONDENT, "--yes")
    assert done.exit_code == 0
    assert "published at Intranet, page 7: remove it there yourself" in done.stdout
    for mark in departures.MARKS.values():
        assert mark not in done.stdout
    assert "reel checkout: rebuilt without this customer" in done.stdout
    again = run(folder, "forget", departures.RESPONDENT, "--yes")
    assert again.exit_code == 0 and "already erased earlier" in again.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", [departures.FILE, "another name.mp4"])
def test_the_same_file_does_not_come_back(folder: Path, lived: Path, name: str) -> None:
    forget(folder)
    put_back(folder, lived, name)
    for _ in range(2):
        reel = reelmaker.build(folder, ["checkout"])
        assert {clip.span.response for clip in reel.clips} == {
            answer_of(folder, "anna.mp4"),
            answer_of(folder, "bert.mp4"),
        }
        assert dict(reel.counts["checkout"].left_out) == {"withdrawn": 1}
        assert any("forgotten customer" in warning and name not in warning for warning in reel.warnings)
        assert name.encode() not in (folder / "library.db").read_bytes()
    done = run(folder, "status")
    assert "forgotten 1 files" in done.stdout and name not in done.stdout


@pytest.mark.slow
def test_a_new_file_under_the_same_respondent_is_not_used(folder: Path) -> None:
    forget(folder)
    departures.recorded(folder / "uploads" / "new.mp4", "0x101010", 500)
    shutil.copy2(folder / "uploads" / "anna.vtt", folder / "uploads" / "new.vtt")
    with (folder / "uploads" / "responses.csv").open("a", encoding="utf-8") as table:
        table.write(f"\r\nnew.mp4;{departures.RESPONDENT};;;yes;")
    reel = reelmaker.build(folder, ["checkout"])
    assert len(reel.clips) == 2 and dict(reel.counts["checkout"].left_out) == {"withdrawn": 1}
    assert b"new.mp4" not in (folder / "library.db").read_bytes()


@pytest.mark.slow
def test_a_kept_upload_is_not_touched_and_never_used(folder: Path) -> None:
    before = {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")}
    done = run(folder, "forget", departures.RESPONDENT, "--yes", "--keep-upload", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["forgotten"]["still_found"] == []
    assert {name: stamp for name, stamp in prints(folder).items() if name.startswith("uploads/")} == before
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    reel = reelmaker.build(folder, ["checkout"])
    assert not any(departures.FILE in warning for warning in reel.warnings)
    everything = prints(folder)
    reelmaker.build(folder, ["checkout"])
    assert prints(folder).keys() == everything.keys()
    assert prints(folder)["library.db"] == everything["library.db"]


@pytest.mark.slow
def test_a_reel_of_which_nothing_is_left_is_removed(folder: Path) -> None:
    forget(folder, "anna.mp4")
    forget(folder, "bert.mp4")
    receipt = forget(folder)
    assert receipt["reels"] == [{"reel": "checkout", "not_made": "there is nothing left to show"}] or (
        "no videos" in receipt["reels"][0]["not_made"]
    )
    assert not (folder / "reels" / "checkout").exists()


@pytest.mark.slow
def test_what_still_names_the_person_is_told(folder: Path) -> None:
    toml = folder / "reelmaker.toml"
    toml.write_text(f"# {departures.NAME} said so\n" + toml.read_text("utf-8"), "utf-8")
    (folder / "uploads" / "list.pdf").write_bytes(departures.RESPONDENT.encode("utf-16-le"))
    assert set(forget(folder)["still_found"]) == {"reelmaker.toml", "uploads/list.pdf"}


@pytest.mark.slow
def test_a_name_and_a_sentence_that_others_share_take_nothing_of_theirs(folder: Path) -> None:
    table = folder / "uploads" / "responses.csv"
    table.write_text(table.read_text("utf-8-sig").replace("Bért", f"{departures.NAME} jun."), "utf-8")
    reel = folder / "reels" / "checkout"
    kept = folder / "reels" / "other"
    shutil.copytree(reel, kept)
    document = json.loads((kept / "manifest.json").read_text("utf-8"))
    document["items"] = [item for item in document["items"] if item.get("file") == "bert.mp4"]
    document["moments"], document["reel"]["files"] = [], []
    (kept / "manifest.json").write_text(json.dumps(document), "utf-8")
    (kept / "quotes.csv").write_text(f"{departures.NAME} jun.: {departures.SAID}", "utf-8")
    receipt = forget(folder)
    assert "uploads/responses.csv" not in receipt["still_found"]
    assert receipt["still_found"] == ["reels/other/quotes.csv"]  # told, for a person to look at


@pytest.mark.slow
def test_a_reel_that_did_not_hold_the_person_is_left_alone(folder: Path) -> None:
    toml = folder / "reelmaker.toml"
    only = toml.read_text("utf-8").replace("[tag]", 'where = { segment = ["loyal"] }\n[tag]')
    shutil.rmtree(folder / "reels")
    toml.write_text(only, "utf-8")
    reelmaker.build(folder, ["checkout"])
    before = {name: stamp for name, stamp in prints(folder).items() if name.startswith("reels/")}
    receipt = forget(folder)
    assert receipt["reels"] == []
    assert {name: stamp for name, stamp in prints(folder).items() if name.startswith("reels/")} == before


def crash(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize("place", ["unlink", "rmtree", "write", "wipe", "compact", "again"])
@pytest.mark.parametrize("then", ["forget", "build"])
def test_what_was_cut_off_is_finished(folder: Path, monkeypatch: pytest.MonkeyPatch, place: str, then: str) -> None:
    answer = answer_of(folder)
    with monkeypatch.context() as broken:
        if place == "unlink":
            real, many = Path.unlink, iter(range(3))
            broken.setattr(
                Path,
                "unlink",
                lambda self, **k: real(self, **k) if next(many, None) is not None else crash(),
            )
        elif place == "rmtree":
            broken.setattr(erasure.shutil, "rmtree", crash)
        elif place == "write":
            broken.setattr(erasure.atomic, "write", crash)
        elif place == "again":
            broken.setattr(privacy_forget.retention, "make_again", crash)
        else:
            broken.setattr(library_erasure.Erasure, place, crash)
        with pytest.raises(KeyboardInterrupt):
            forget(folder)
    if then == "forget":
        forget(folder)
    else:
        reelmaker.build(folder, ["checkout"])
    assert not (folder / "uploads" / departures.FILE).exists()
    assert shown_files(folder) == {"anna.mp4", "bert.mp4"}
    assert departures.RESPONDENT not in (folder / "uploads" / "responses.csv").read_text("utf-8")
    raw = (folder / "library.db").read_bytes()
    assert answer.encode() not in raw and departures.FILE.encode() not in raw
    with Library(folder / "library.db") as library:
        assert library.erasure().job() is None


def test_while_it_is_cut_off_nobody_sees_the_person(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(erasure.shutil, "rmtree", crash)
        with pytest.raises(KeyboardInterrupt):
            forget(folder)
    for command in (["moments", "--json"], ["find", "zebrafish", "--json"], ["status"]):
        done = run(folder, *command)
        assert departures.SAID not in done.stdout and departures.NAME not in done.stdout


def test_rows_are_taken_out_of_the_table_and_every_other_byte_stays() -> None:
    raw = b'\xef\xbb\xbfFile,respondent\r\n"a,\nb.mp4",1\r\n\r\nc.mp4,2\rd.mp4,"3 \xc3\xa9"\nsub/c.mp4,4'
    assert csv_editor.without(raw, ["c.mp4"], []) == (
        raw.replace(b"c.mp4,2\r", b"", 1),
        [{"file": "c.mp4", "respondent": "2"}],
    )
    assert csv_editor.without(raw, ["uploads/x.mp4"], ["3 é"])[0] == raw.replace(b'd.mp4,"3 \xc3\xa9"\n', b"")
    assert csv_editor.without(raw, ["a,\nb.mp4"], [])[0] == raw.replace(b'"a,\nb.mp4",1\r\n', b"")
    assert csv_editor.without(raw, [], ["4"])[0] == raw.removesuffix(b"sub/c.mp4,4")
    assert csv_editor.without(raw, ["none.mp4"], [""]) == (raw, [])
    assert csv_editor.without(b"name;who\nc.mp4;2\n", ["c.mp4"], ["2"])[0] == b"name;who\nc.mp4;2\n"
    windows = "file;name\nk\xf6nig.mp4;K\xf6nig\nz.mp4;Z\x85\n".encode("latin-1")
    assert csv_editor.without(windows, ["König.mp4"], [])[0] == b"file;name\nz.mp4;Z\x85\n"


@pytest.mark.slow
def test_a_problem_that_nobody_else_speaks_of_ends_the_build_as_ever(folder: Path) -> None:
    forget(folder, "anna.mp4")
    forget(folder, "bert.mp4")
    with pytest.raises(NothingFound):
        reelmaker.build(folder, ["delivery"])
