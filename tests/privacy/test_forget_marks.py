"""Marks planted in one customer's answer are everywhere before `forget` and nowhere after it."""

from __future__ import annotations

import json
import sqlite3
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from helpers.films import markers
from helpers.surveys import departures

from reelmaker.cli.app import main


def packed_words(library: Path) -> list[bytes]:
    """Pieces of the marked customer's transcripts as they lie in the file, packed."""
    db = sqlite3.connect(library)
    bodies = [body for (body,) in db.execute("SELECT body FROM transcripts")]
    db.close()
    marked = [body for body in bodies if departures.SAID.split()[1].encode() in markers.zlib.decompress(body)]
    assert marked
    return [body[at : at + 24] for body in marked for at in range(0, len(body) - 24, 24)]


@pytest.mark.slow
def test_what_was_planted_is_found_everywhere_before_and_nowhere_after(tmp_path: Path) -> None:
    folder = departures.lived_in(departures.survey(tmp_path / "survey", departures.OUTPUTS))
    marks = dict(departures.MARKS)
    with departures.Library(folder / "library.db") as library:
        marks["answer"] = library.uploads()[departures.FILE].response
    marks["start of answer"] = marks["answer"][:12]
    pieces = packed_words(folder / "library.db")

    # The search must be able to fail: before, it finds each mark in each kind of place
    before = markers.words(folder, marks)
    assert all(before.values()), before
    assert {"library.db", "library.before-2.db"} <= before["file"] & before["name"] & before["answer"]
    assert "uploads/responses.csv" in before["respondent"] & before["name"]
    assert {
        "library.db",
        "library.before-2.db",
        "reels/checkout/reel.pptx",
        "reels/checkout/quotes.docx",
        "reels/checkout/reel.mp4",
        "reels/checkout/index.html",
        "reels/checkout.draft/manifest.json",
        "reels/.history/checkout/1/quotes.csv",
        "reels/all/reel.srt",
    } <= before["sentence"] | before["word"]
    assert {"reels/checkout/reel.otio", "reels/checkout/manifest.json"} <= before["file"]
    assert any(name.startswith("reels/checkout/clips/") for name in before["word"])
    heard, seen = markers.seen_and_heard(folder, tmp_path / "aside-1")
    places = {
        "reels/checkout/reel.mp4",
        "reels/checkout.draft/reel.mp4",
        "reels/all/reel.mp4",
        "reels/half/reel.mp4",
        "reels/.history/checkout/1/reel.mp4",
        "cache/aside-checkout/reel.mp4",
        f"uploads/{departures.FILE}",
    }
    assert places <= heard and places <= seen
    assert any(name.startswith("cache/pieces/") for name in heard & seen)
    assert any("!ppt/media/" in name for name in heard) and any("!ppt/media/" in name for name in seen)
    assert {"reels/checkout/teaser.gif"} <= seen and {"reels/checkout/teaser.mp4"} <= heard
    untouched = {name: (folder / "uploads" / name).read_bytes() for name in ("anna.mp4", "bert.mp4", "anna.vtt")}

    done = CliRunner().invoke(main, ["forget", departures.RESPONDENT, "--yes", "--json", "--project", str(folder)])
    assert done.exit_code == 0, done.output
    receipt = json.loads(done.stdout)
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    jsonschema.validate(receipt, schema)
    assert receipt["forgotten"]["still_found"] == []
    assert {reel["reel"]: reel["not_made"] for reel in receipt["forgotten"]["reels"]} == {
        "all": "",
        "checkout": "",
    }

    after = markers.words(folder, marks)
    assert not any(after.values()), after
    raw = (folder / "library.db").read_bytes()
    assert not any(piece in raw for piece in [*pieces, b"vector of a sentence"])
    assert markers.seen_and_heard(folder, tmp_path / "aside-2") == (set(), set())

    # The others are as they were, and the reels are there again
    assert untouched == {name: (folder / "uploads" / name).read_bytes() for name in untouched}
    marked_row = next(line for line in departures.TABLE.split("\r\n") if departures.RESPONDENT in line) + "\r\n"
    assert (folder / "uploads" / "responses.csv").read_bytes() == departures.TABLE.replace(marked_row, "").encode()
    for reel in ("checkout", "all"):
        document = json.loads((folder / "reels" / reel / "manifest.json").read_text("utf-8"))
        assert {item["file"] for item in document["items"] if item["kind"] == "clip"} == {
            "anna.mp4",
            "bert.mp4",
        }
        assert {problem["of"] for problem in document["problems"]} == {2}
    assert not (folder / "reels" / "checkout.draft").exists() and not (folder / "reels" / "half").exists()
    assert not (folder / "reels" / ".history").exists()
