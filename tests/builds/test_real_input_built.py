"""One survey with what people really have beside their videos: it is built, counted right, and what is odd is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.films.videos import make_video
from helpers.surveys.small_survey import SAYINGS, captions

from reelmaker import build, open_project, status

ROLLING = """WEBVTT

00:00:00.000 --> 00:00:01.600
I bought a lamp.

00:00:01.600 --> 00:00:01.610
I bought a lamp.

00:00:02.000 --> 00:00:03.600
I bought a lamp.
My card was refused at the payment page.

00:00:03.600 --> 00:00:03.610
My card was refused at the payment page.

00:00:04.000 --> 00:00:05.600
My card was refused at the payment page.
The lamp is nice.
"""
DIALOGUE = """1
0:0:0,0 --> 0:0:1,6
Jane Miller: What happened at the checkout?

2
0:0:2,0 --> 0:0:3,6
[sighs] Tom Weaver: The payment failed and my card was charged twice. ♪

3
0:0:4,0 --> 0:0:5,6
That is all.
"""
TABLE = (
    "sep=;\r\nfile;Name;Segment;Date;Consent?;consent_until\r\n"
    "C:\\Users\\me\\anna.mp4;Anna;new;13/10/2026;external;\r\n"
    "BERT;Tom Weaver;loyal;03/04/2026;ja;31.12.2099\r\n"
    "cleo.mp4;Cleo;loyal;1/2/2026;x;\r\n"
    "dora.mov;Dora;new;;nein;\r\n"
)


@pytest.mark.slow
def test_a_survey_of_odd_files_is_counted_right_and_what_is_odd_is_said(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    (uploads / "anna.vtt").write_text(ROLLING, "utf-8")
    (uploads / "anna.mp4.json").write_text(json.dumps({"title": "anna.mp4", "photoTakenTime": {}}), "utf-8")
    (uploads / "bert.vtt").unlink()
    (uploads / "bert.en.SRT").write_text(DIALOGUE, "utf-16")
    (uploads / "dora.mp4").write_bytes(make_video(small_survey / "dora.mp4", 6, "320x180", "30", 900).read_bytes())
    (uploads / "dora.json").write_text(
        json.dumps({"segments": [{"start": 0, "end": 5, "text": "My card was refused at the payment page."}]}), "utf-8"
    )
    (uploads / "responses.csv").write_bytes(TABLE.encode("utf-16"))
    (uploads / "responses (1).csv").write_text("file,consent\nanna.mp4,no\n", "utf-8")
    for name in ("desktop.ini", "Thumbs.db", "IMG_1.HEIC", "anna.AAE", "emil.mp4.part"):
        (uploads / name).write_bytes(b"x")
    reel = build(small_survey, ["checkout"])
    assert reel.failures == ()
    count = reel.counts["checkout"]
    assert (count.spoke, count.of, dict(count.left_out)) == (2, 3, {"withdrawn": 1})
    quoted = {item["file"]: item["text"] for item in reel.document["items"] if item["kind"] == "clip"}
    assert quoted == {"anna.mp4": SAYINGS["anna"][1], "bert.mp4": SAYINGS["bert"][1]}
    told = "\n".join(reel.warnings)
    for part in (
        "responses (1).csv looks like a copy",
        "emil.mp4.part is not downloaded",
        '"dora.mov", which is not in',
    ):
        assert part in told, told
    dates = {one["file"]: one["date"] for one in reel.document["moments"] if one.get("date")}
    assert set(dates.values()) <= {"2026-10-13", "2026-04-03", "2026-02-01"}
    again = build(small_survey, ["checkout"])
    assert again.work.transcribed == 0 and again.work.rendered == 0 and again.failures == ()
    state = status.look(open_project(small_survey))
    assert not state.failures and state.heard == 3 and captions([]) == "WEBVTT\n\n"
