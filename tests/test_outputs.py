"""The files people take away: captions, poster, quotes, manifest; whole, well-formed, harmless, and true."""

from __future__ import annotations

import copy
import csv
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import measure
import numpy as np
import pytest
from conftest import SAYINGS, TOML, ffmpeg
from hypothesis import given, settings
from hypothesis import strategies as st

import reelmaker
from reelmaker import outputs, printing, render, searching
from reelmaker.model import Card, Clip, Count, Cue, Moment, Problem, Reel, Response, Sentence, Span, Word
from reelmaker.outputs import Finished, captions, manifest, poster, quotes

SCHEMA: dict[str, Any] = json.loads(
    resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8")
)
CHECKER = jsonschema.Draft202012Validator(SCHEMA)
ANNA, BERT = "a" * 64, "b" * 64
SAID = "My card – the “blue” one – was refused."


def build(folder: Path, **options: Any) -> reelmaker.Reel:
    return reelmaker.build(folder, ["checkout"], **options)


def text_of(path: Path) -> str:
    """As it lies on the disk, line ends included."""
    return path.read_bytes().decode("utf-8")


def clip_of(response: str, words: str, start_ms: int, label: str, why: str = "a phrase") -> Clip:
    said = tuple(
        Word(word, start_ms + 250 * at, start_ms + 250 * at + 200, 0.5)
        for at, word in enumerate(words.split(" "))
    )
    moment = Moment("checkout", (Sentence(response, 0, said),), 0.876, (why, "it sounds cross"), -0.25)
    return Clip(moment, Span(response, start_ms, said[-1].end_ms + 200), label)


def reel_of(*clips: Clip) -> Reel:
    """An intro of two seconds, the clips, an outro."""
    problem = Problem("checkout", "Customers give up", ("What now?",), "Abandoned baskets")
    intro = Card("intro", "plain", (("statement", "Customers give up"),), 2000, "checkout")
    outro = Card("outro", "plain", (("question1", "What now?"),), 1000, "checkout")
    return Reel((problem,), (intro, *clips, outro), {"checkout": Count(2, 3)}, 320, 180)


RESPONSES = {
    ANNA: Response(ANNA, "anna's 100% é.mp4", 60_000, respondent="F-1", name="Anna", segment="new", date="2026-07-06",
                   show_name=True),
    BERT: Response(BERT, "sub/b.mp4", 60_000, respondent="F-2", name="Bert", segment="loyal"),
}  # fmt: skip


def finished_of(reel: Reel, video: Path, cues: tuple[Cue, ...] | None = None) -> Finished:
    if cues is None:
        cues = tuple(
            Cue(place.start_ms + cue.start_ms, place.start_ms + cue.end_ms, cue.text)
            for place in reel.places()
            if isinstance(place.item, Clip)
            for cue in render.clip_cues(place.item, (reel.width, reel.height))
        )
    document = manifest.document(
        "build", {"name": "Übung", "language": "en"}, reel.problems, reel.counts, RESPONSES, reel=reel,
        moments=[clip.moment for clip in reel.clips], thresholds={"checkout": 0.5},
    )  # fmt: skip
    return Finished(reel, video, RESPONSES, cues, document)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A reel whose video goes from blue to red after 1.2 seconds, so that a still says from when it is."""
    video = tmp_path_factory.mktemp("finished") / "reel.mp4"
    reel = reel_of(
        clip_of(ANNA, SAID, 61_000, "Anna, new customer"),
        clip_of(BERT, "Paying took me three tries in all", 500, "Loyal customer"),
    )
    seconds = reel.duration_ms / 1000
    ffmpeg(
        "-f", "lavfi", "-i", f"color=blue:s=320x180:r=30:d={seconds},drawbox=t=fill:c=red:enable='gte(t,1.2)'",
        "-f", "lavfi", "-i", f"sine=d={seconds}", "-c:v", "libx264", "-c:a", "aac", video,
    )  # fmt: skip
    return finished_of(reel, video)


# ---- the contract of every output ------------------------------------------------------------------


@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_writes_the_files_it_promises_and_nothing_else(
    name: str, finished: Finished, tmp_path: Path
) -> None:
    folder = tmp_path / "it's a 100% %d [Übung] #1"
    folder.mkdir()
    before = {path: path.read_bytes() for path in finished.video.parent.iterdir()}
    written = outputs.load(name)(finished, folder)
    assert written == [folder / file for file in outputs.REGISTRY[name][1]]
    assert sorted(folder.iterdir()) == sorted(written)
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
    assert all(path.is_file() and path.stat().st_size for path in written)
    assert {path: path.read_bytes() for path in finished.video.parent.iterdir()} == before


@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_written_twice_is_the_same(name: str, finished: Finished, tmp_path: Path) -> None:
    first = {path.name: path.read_bytes() for path in outputs.load(name)(finished, tmp_path)}
    second = {path.name: path.read_bytes() for path in outputs.load(name)(finished, tmp_path)}
    assert first == second


@pytest.mark.parametrize("name", outputs.REGISTRY)
def test_an_output_comes_to_terms_with_a_reel_in_which_nobody_speaks(
    name: str, finished: Finished, tmp_path: Path
) -> None:
    silent = finished_of(reel_of(), finished.video)
    assert silent.cues == ()
    for path in outputs.load(name)(silent, tmp_path):
        assert path.is_file()
    if name == "captions":
        assert text_of(tmp_path / "reel.srt") == "" and text_of(tmp_path / "reel.vtt") == "WEBVTT\n\n"
    if name == "quotes":
        assert len(text_of(tmp_path / "quotes.csv").splitlines()) == 1


def test_all_outputs_together_are_all_names_but_the_video_the_manifest_last(
    finished: Finished, tmp_path: Path
) -> None:
    written = outputs.write_all(finished, tmp_path)
    assert [outputs.VIDEO, *(path.name for path in written)] == outputs.names()
    assert written[-1].name == "manifest.json"
    assert len(set(outputs.names())) == len(outputs.names())
    assert {path.name for path in tmp_path.iterdir()} == set(outputs.names()) - {outputs.VIDEO}


# ---- captions --------------------------------------------------------------------------------------


def ms_of(stamp: str, mark: str) -> int:
    match = re.fullmatch(rf"(\d\d):([0-5]\d):([0-5]\d){re.escape(mark)}(\d\d\d)", stamp)
    assert match, stamp
    hours, minutes, seconds, rest = map(int, match.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def parse_vtt(text: str) -> list[Cue]:
    """Every caption of a WebVTT file, read as strictly as the standard says."""
    lines = re.split(r"\r\n|\n|\r", text)
    assert lines[0] == "WEBVTT" and lines[1] == ""
    found = []
    for block in "\n".join(lines[2:]).split("\n\n"):
        if not block.strip("\n"):
            continue
        head, *body = block.strip("\n").split("\n")
        start, arrow, end = head.partition(" --> ")
        assert arrow, f"not a caption: {block!r}"
        for line in body:
            assert "-->" not in line and "<" not in line
            assert not re.search(r"&(?!amp;|lt;|gt;)", line), line
        found.append(Cue(ms_of(start, "."), ms_of(end, "."), html.unescape("\n".join(body))))
    return found


def parse_srt(text: str) -> list[Cue]:
    """Every caption of a SubRip file; the numbers must count from one."""
    found = []
    for block in filter(None, re.split("\n{2,}", text)):
        number, head, *body = block.split("\n")
        assert number == str(len(found) + 1), block
        start, arrow, end = head.partition(" --> ")
        assert arrow and not any("-->" in line for line in body), block
        found.append(Cue(ms_of(start, ","), ms_of(end, ","), "\n".join(body)))
    return found


def test_captions_read_back_are_the_captions_given(finished: Finished, tmp_path: Path) -> None:
    captions.write(finished, tmp_path)
    srt, vtt = text_of(tmp_path / "reel.srt"), text_of(tmp_path / "reel.vtt")
    assert parse_srt(srt) == parse_vtt(vtt) == list(finished.cues)
    assert "\r" not in srt + vtt and not (srt + vtt).startswith("\ufeff")
    assert SAID in " ".join(cue.text.replace("\n", " ") for cue in parse_vtt(vtt))


def test_captions_of_a_built_reel_say_the_words_of_each_clip_while_it_is_on(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder and reel.clips
    srt = parse_srt(text_of(reel.folder / "reel.srt"))
    assert srt == parse_vtt(text_of(reel.folder / "reel.vtt"))
    assert all(cue.start_ms < cue.end_ms for cue in srt)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(srt)), "one after the other"
    seconds = len(measure.luma(reel.folder / "reel.mp4")) / 30
    assert srt[0].start_ms > 0 and srt[-1].end_ms <= seconds * 1000 + 1
    shown = 0
    for place in reel.places():
        own = [cue for cue in srt if place.start_ms <= cue.start_ms < place.end_ms]
        if isinstance(place.item, Clip):
            assert " ".join(" ".join(cue.text for cue in own).split()) == place.item.moment.text
            assert own[-1].end_ms <= place.end_ms
            late = own[0].start_ms - (
                place.start_ms + place.item.moment.words[0].start_ms - place.item.span.start_ms
            )
            assert abs(late) <= 1, "a caption begins with its first word"
            shown += len(own)
        else:
            assert own == [], "nobody speaks on a card"
    assert shown == len(srt)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("I paid <b>twice</b> & left", "I paid <b>twice</b> & left"),
        ("&lt; is no tag &amp; &nbsp;", "&lt; is no tag &amp; &nbsp;"),
        ("page 1 --> page 2", "page 1 → page 2"),
        ("a ---> b --> c -->", "a -→ b → c →"),
        ("00:00:01.000 --> 00:00:02.000", "00:00:01.000 → 00:00:02.000"),
        ("one\n\n\ntwo", "one\ntwo"),
        ("one\r\n \t\r\ntwo\u2028three\x85four", "one\ntwo\nthree\nfour"),
        ("NOTE this\nSTYLE that", "NOTE this\nSTYLE that"),
        ("7", "7"),
        ("WEBVTT", "WEBVTT"),
    ],
)
def test_signs_that_mean_something_to_a_player_do_no_harm(said: str, shown: str) -> None:
    cues = [Cue(0, 900, "before"), Cue(1000, 1900, said), Cue(2000, 2900, "after")]
    expected = [cues[0], Cue(1000, 1900, shown), cues[2]]
    assert parse_vtt(captions.vtt(cues)) == expected
    assert parse_srt(captions.srt(cues)) == expected


def test_ffmpeg_reads_hostile_captions_as_so_many_captions(tmp_path: Path) -> None:
    words = [
        "a <c.red>b</c> & c",
        "x --> y",
        "one\n\n00:00:09.000 --> 00:00:09.900\ntwo",
        "&amp;",
        "NOTE",
        "<",
    ]
    cues = [Cue(1000 * at, 1000 * at + 900, text) for at, text in enumerate(words)]
    for name, written in (("reel.vtt", captions.vtt(cues)), ("reel.srt", captions.srt(cues))):
        (tmp_path / name).write_text(written, "utf-8", newline="\n")
        read = parse_srt(ffmpeg("-i", tmp_path / name, "-f", "srt", "-").decode().replace("\r\n", "\n"))
        assert [(cue.start_ms, cue.end_ms) for cue in read] == [(c.start_ms, c.end_ms) for c in cues], name
        assert read[1].text == "x → y", name


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 9000), st.text(max_size=40)), max_size=6),
    st.integers(0, 50_000_000),
)
def test_any_words_at_any_time_can_be_read_back(rows: list[tuple[int, int, str]], begin: int) -> None:
    cues = []
    for gap, length, text in rows:
        cues.append(Cue(begin + gap, begin + gap + length, text))
        begin += gap + length
    srt, vtt = parse_srt(captions.srt(cues)), parse_vtt(captions.vtt(cues))
    assert srt == vtt
    assert [(cue.start_ms, cue.end_ms) for cue in vtt] == [(cue.start_ms, cue.end_ms) for cue in cues]
    for cue, read in zip(cues, vtt, strict=True):
        assert read.text.split() == cue.text.replace("-->", "→").split()


# ---- quotes.csv ------------------------------------------------------------------------------------


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_table_of_quotes_says_what_where_who_and_why(finished: Finished, tmp_path: Path) -> None:
    [path] = quotes.write(finished, tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbfreel_start,"), "spreadsheets need the mark"
    first, second = rows_of(path)
    assert first == {
        "reel_start": "0:02.0", "reel_end": "0:04.4", "problem": "checkout", "quote": SAID,
        "speaker": "Anna, new customer", "respondent": "F-1", "segment": "new", "date": "2026-07-06",
        "file": "anna's 100% é.mp4", "source_start": "1:01.0", "source_end": "1:03.4",
        "score": "0.88", "tone": "-0.25", "intensity": "0.00", "why": "a phrase; it sounds cross",
    }  # fmt: skip
    assert second["speaker"] == "Loyal customer" and second["source_start"] == "0:00.5"
    assert second["reel_start"] == first["reel_end"] and second["date"] == ""


@pytest.mark.parametrize(
    "evil",
    [
        '=cmd|" /C calc"!A0', '=HYPERLINK("http://x","y")', "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "@SUM(1,1)", "\t=1+1",
        "\r=1+1", "=", "+", "-", "- and then it failed",
    ],
)  # fmt: skip
def test_no_cell_is_run_as_a_formula_by_a_spreadsheet(
    evil: str, finished: Finished, tmp_path: Path
) -> None:
    responses = {
        ANNA: replace(RESPONSES[ANNA], file=evil, respondent=evil, segment=evil, date=evil, name=evil)
    }
    clip = clip_of(ANNA, evil, 0, evil, why=evil)
    [path] = quotes.write(replace(finished, reel=reel_of(clip), responses=responses), tmp_path)
    [row] = rows_of(path)
    for column in ("quote", "speaker", "respondent", "segment", "date", "file"):
        assert row[column] == f"'{evil}", column
    assert row["why"].startswith(f"'{evil}")
    assert row["tone"] == "-0.25", "a number stays one"


@pytest.mark.parametrize(
    "plain", ["-5", "+0.25", "-1e3", "", "a=b", "3-4", "me@example.com", "'quoted'", "'"]
)
def test_cells_that_are_no_formula_stay_as_they_are(plain: str) -> None:
    assert quotes.harmless(plain) == plain


def test_quotes_with_commas_quotation_marks_and_line_breaks_stay_in_their_cell(
    finished: Finished, tmp_path: Path
) -> None:
    said = 'He said "no",; then\nleft\r\nfor ever'
    [path] = quotes.write(replace(finished, reel=reel_of(clip_of(ANNA, said, 0, "x"))), tmp_path)
    [row] = rows_of(path)
    assert row["quote"] == said and row["speaker"] == "x" and None not in row


def test_a_name_is_shown_only_where_the_customer_agreed(small_survey: Path) -> None:
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,respondent,name,segment,show_name\nanna.mp4,F-1,Annabella,new,yes\nbert.mp4,F-2,Humbertus,loyal,no\n"
        "cleo.mp4,F-3,Cleopatra,,\n",
        "utf-8",
    )
    reel = build(small_survey)
    assert reel.folder
    speakers = {row["file"]: row["speaker"] for row in rows_of(reel.folder / "quotes.csv")}
    assert speakers == {"anna.mp4": "Annabella, new customer", "bert.mp4": "Loyal customer"}
    for path in reel.folder.iterdir():
        content = path.read_bytes()
        assert b"Humbertus" not in content and b"Cleopatra" not in content, path.name
    for name in ("quotes.csv", "manifest.json", "reel.mp4"):
        assert b"Annabella" in (reel.folder / name).read_bytes(), name
    for found in (searching.moments(small_survey), searching.find(small_survey, "cats and boxes")):
        said = manifest.text(found.document)
        assert "Humbertus" not in said and "Cleopatra" not in said


# ---- poster ----------------------------------------------------------------------------------------


def test_the_poster_is_a_jpeg_of_the_reels_size_from_late_in_the_intro(
    finished: Finished, tmp_path: Path
) -> None:
    from PIL import Image

    [path] = poster.write(finished, tmp_path)
    with Image.open(path) as image:
        assert image.format == "JPEG" and image.size == (320, 180) and image.mode == "RGB"
        red, _, blue = np.asarray(image).reshape(-1, 3).mean(0)
    assert red > 200 and blue < 60, "at three quarters of the two seconds the video is red"


@pytest.mark.slow
@pytest.mark.parametrize("size", ["9:16", "1:1"])
def test_the_poster_of_a_built_reel_shows_its_intro(small_survey: Path, size: str) -> None:
    from PIL import Image

    reel = build(small_survey, size=size, draft=True)
    assert reel.folder
    intro = next(reel.places())
    with Image.open(reel.folder / "poster.jpg") as image:
        assert image.format == "JPEG" and image.size == (reel.width, reel.height)
        shown = np.asarray(image.convert("RGB")).astype(int)
    there = measure.frame(reel.folder / "reel.mp4", intro.frames * 3 // 4).astype(int)
    assert abs(shown - there).mean() < 6
    assert shown.std() > 10, "with words on it"


# ---- the document ----------------------------------------------------------------------------------

KINDS = ("build", "dry-run", "find", "moments", "build --json")


@pytest.fixture(scope="module")
def documents(
    tmp_path_factory: pytest.TempPathFactory, small_videos: Path
) -> Iterator[dict[str, dict[str, Any]]]:
    """One document of each kind, of the small survey with all that can be in it: tables, filters, failures."""
    folder = tmp_path_factory.mktemp("documents")
    uploads = folder / "uploads"
    uploads.mkdir()
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    for name, sayings in SAYINGS.items():
        (uploads / f"{name}.mp4").write_bytes((small_videos / f"{name}.mp4").read_bytes())
        lines = [
            f"{at + 1}\n00:00:{2 * at:02},000 --> 00:00:{2 * at + 1:02},600\n{text}\n"
            for at, text in enumerate(sayings)
        ]
        (uploads / f"{name}.srt").write_text("\n".join(lines), "utf-8")
    (uploads / "broken.mp4").write_bytes(b"\0not a video" * 100)
    (uploads / "responses.csv").write_text(
        "file,segment\nanna.mp4,new\nbert.mp4,new\ncleo.mp4,new\ngone.mp4,new\n", "utf-8"
    )
    where = {"segment": ["new"]}
    built = build(folder, where=where)
    yield {
        "build": dict(built.document),
        "dry-run": dict(build(folder, dry_run=True).document),
        "find": dict(searching.find(folder, "paid twice", 4).document),
        "moments": dict(searching.moments(folder).document),
        "build --json": json.loads(printing.build_json(built)),
    }


def test_the_schema_is_itself_valid_and_lets_no_unknown_key_pass() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for where, part in objects_of(SCHEMA):
        assert part.get("additionalProperties") is not None or "properties" not in part, where


def objects_of(part: Any, where: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object that the schema describes."""
    if isinstance(part, dict):
        if part.get("type") == "object":
            yield where, part
        for name, inner in part.items():
            yield from objects_of(inner, f"{where}/{name}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_keeps_to_the_schema(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    document = documents[kind]
    CHECKER.validate(document)
    assert document["kind"] == kind.removesuffix(" --json") and document["schema"] == manifest.SCHEMA
    assert json.loads(manifest.text(document)) == document, "nothing in it that JSON cannot hold"


def test_the_documents_hold_what_they_are_for(documents: dict[str, dict[str, Any]]) -> None:
    built, dry, found, judged = (documents[kind] for kind in KINDS[:4])
    assert [item["kind"] for item in built["items"]] == ["card", "clip", "clip", "card"]
    assert built["reel"]["files"] == sorted(outputs.names()) and built["reel"]["folder"] == "reels/checkout"
    assert dry["reel"]["files"] == [] and dry["reel"]["folder"] == ""
    assert dry["items"] == built["items"] and "made_with" in built and "made_with" not in dry
    assert built["project"]["where"] == {"segment": ["new"]} and "where" not in dry["project"]
    assert [failure["file"] for failure in built["failures"]] == ["broken.mp4"]
    assert any("gone.mp4" in warning for warning in built["warnings"])
    [problem] = built["problems"]
    assert (problem["slug"], problem["spoke"], problem["of"]) == ("checkout", 2, 3)
    assert {moment["text"] for moment in built["moments"]} == {SAYINGS["anna"][1], SAYINGS["bert"][1]}
    assert found["query"] == "paid twice" and found["problems"] == [] == found["items"]
    assert 1 <= len(found["moments"]) <= 4
    assert {tuple(moment["scores"]) for moment in found["moments"]} == {("find",)}
    assert {problem["slug"] for problem in judged["problems"]} == {"checkout", "delivery"}
    assert [moment["text"] for moment in judged["moments"]] == [
        text for sayings in SAYINGS.values() for text in sayings
    ]
    assert all(set(moment["scores"]) == {"checkout", "delivery"} for moment in judged["moments"])
    assert documents["build --json"]["work"]["joined"] == 1 and "work" not in built


def test_a_moment_is_above_the_threshold_of_exactly_the_problems_it_reaches(
    documents: dict[str, dict[str, Any]],
) -> None:
    judged = documents["moments"]
    thresholds = {problem["slug"]: problem["threshold"] for problem in judged["problems"]}
    for moment in judged["moments"]:
        reached = [slug for slug, score in moment["scores"].items() if score >= thresholds[slug]]
        assert sorted(moment["above_threshold"]) == sorted(reached), moment["text"]
    assert any(moment["above_threshold"] for moment in judged["moments"])
    assert not all(moment["above_threshold"] for moment in judged["moments"])


def test_the_clips_of_a_document_follow_the_reel_and_the_answers(small_survey: Path) -> None:
    reel = build(small_survey)
    assert reel.folder
    document = json.loads(text_of(reel.folder / "manifest.json"))
    CHECKER.validate(document)
    places = list(reel.places())
    assert [(item["start_ms"], item["end_ms"]) for item in document["items"]] == [
        (place.start_ms, place.end_ms) for place in places
    ]
    assert document["items"][-1]["end_ms"] == document["reel"]["duration_ms"] == reel.duration_ms
    for item, place in zip(document["items"], places, strict=True):
        if isinstance(place.item, Clip):
            assert item["text"] == " ".join(word["text"] for word in item["words"])
            assert item["source_start_ms"] <= item["words"][0]["start_ms"]
            assert item["words"][-1]["end_ms"] <= item["source_end_ms"]
            assert item["text"] in SAYINGS[Path(item["file"]).stem]
    assert {path.name for path in reel.folder.iterdir()} == set(document["reel"]["files"])


def test_the_manifest_is_text_that_a_person_can_read(finished: Finished, tmp_path: Path) -> None:
    [path] = manifest.write(finished, tmp_path)
    text = text_of(path)
    assert text.endswith("}\n") and "\r" not in text and SAID in text and "Übung" in text
    assert json.loads(text) == finished.document
    CHECKER.validate(json.loads(text))


def holders(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a document."""
    for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from holders(inner, (*path, name))


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        document = document[name]
    return document


# what a document may lack: it is there only for some kinds, or a map of the user's own names
MAY_LACK = {
    ("query",), ("reel",), ("made_with",), ("check",), ("failures",), ("warnings",), ("work",), ("project", "where"),
    ("work", "seconds"),
}  # fmt: skip
# what reelmaker/1 has gained since its first documents: an older one without it stays valid
GAINED = ("prevalence", "sample", "quote", "intensity", "dissent", "contrary")
OWN_NAMES = ("where", "made_with", "seconds", "fields", "scores", "why")


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_that_lacks_a_key_is_refused(kind: str, documents: dict[str, dict[str, Any]]) -> None:
    removed = 0
    for path in holders(documents[kind]):
        if isinstance(path[-1], int) or path in MAY_LACK or path[-1] in GAINED:
            continue
        if any(name in OWN_NAMES for name in path[:-1]):
            continue
        broken = copy.deepcopy(documents[kind])
        del at(broken, path[:-1])[path[-1]]
        assert not CHECKER.is_valid(broken), f"without {path}"
        removed += 1
    assert removed > 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_with_a_value_of_another_type_is_refused(
    kind: str, documents: dict[str, dict[str, Any]]
) -> None:
    tried = 0
    for path in holders(documents[kind]):
        good = at(documents[kind], path)
        wrong: list[Any] = [{}, "text", 7, True, None, 0.5, []]
        number = isinstance(good, float) or (good is None and may_be_unknown(path))
        kinds = (int, float) if number else (type(good),)
        for value in wrong:
            if type(value) in kinds or (value is None and may_be_unknown(path)):
                continue
            if isinstance(good, int) and isinstance(value, float) and path[-1] in number_keys():
                continue
            broken = copy.deepcopy(documents[kind])
            at(broken, path[:-1])[path[-1]] = value
            assert not CHECKER.is_valid(broken), f"{path}: {value!r} instead of {good!r}"
            tried += 1
    assert tried > 100


def may_be_unknown(path: tuple[Any, ...]) -> bool:
    """True for what is null where nothing is known: counts of `find`, shares of nobody, scores without a table."""
    return path[-1] in ("spoke", "of", "share") or ("sample" in path and path[-1] in ("score", "tone"))


def number_keys() -> tuple[str, ...]:
    """Keys whose value may be a fraction though it happens to be whole."""
    return (
        "threshold", "score", "tone", "confidence", *SAYINGS, "checkout", "delivery", "find", "intensity", "share", "low", "high",
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_with_a_key_of_its_own_is_refused(
    kind: str, documents: dict[str, dict[str, Any]]
) -> None:
    tried = 0
    for path in [(), *holders(documents[kind])]:
        if not isinstance(at(documents[kind], path), dict) or any(name in OWN_NAMES for name in path):
            continue
        broken = copy.deepcopy(documents[kind])
        at(broken, path)["surprise"] = 1
        assert not CHECKER.is_valid(broken), f"one more in {path}"
        tried += 1
    assert tried >= 4


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "reelmaker/2"),
        (("kind",), "guess"),
        (("problems", 0, "threshold"), 1.5),
        (("problems", 0, "kind"), "sorrow"),
        (("problems", 0, "spoke"), -1),
        (("items", 0, "card"), "poster"),
        (("items", 0, "kind"), "clip"),
        (("items", 0, "start_ms"), -1),
        (("items", 1, "kind"), "card"),
        (("items", 1, "score"), 1.01),
        (("items", 1, "tone"), -1.01),
        (("items", 1, "words", 0, "confidence"), 2),
        (("items", 1, "source_start_ms"), 0.5),
        (("moments", 0, "scores", "checkout"), -0.1),
        (("moments", 0, "end_ms"), -1),
        (("reel", "duration_ms"), -1),
    ],
    ids=str,
)
def test_a_value_out_of_its_range_is_refused(
    path: tuple[Any, ...], value: Any, documents: dict[str, dict[str, Any]]
) -> None:
    broken = copy.deepcopy(documents["build"])
    assert type(at(broken, path)) is type(value) or isinstance(value, int | float)
    at(broken, path[:-1])[path[-1]] = value
    assert not CHECKER.is_valid(broken)
