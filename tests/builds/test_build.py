"""The whole walk on a small survey with the real ffmpeg: what is made, what is not made again, what survives."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest
from helpers.films import measure
from helpers.films.videos import make_video
from helpers.surveys.building import FILES, add, build, check, prints
from helpers.surveys.small_survey import SAYINGS, with_every_output

import reelmaker
from reelmaker import media
from reelmaker.cli import format_results
from reelmaker.errors import NothingFound, ProjectError, UnknownProblem
from reelmaker.model import Clip


@pytest.mark.slow
def test_a_build_makes_the_reel_and_all_that_goes_with_it(small_survey: Path) -> None:
    reel = build(with_every_output(small_survey))
    assert reel.folder == small_survey / "reels" / "checkout"
    assert {path.name for path in reel.folder.iterdir()} == FILES
    check(reel)
    assert (reel.counts["checkout"].spoke, reel.counts["checkout"].of) == (2, 3)
    texts = {clip.moment.text for clip in reel.clips}
    assert texts == {SAYINGS["anna"][1], SAYINGS["bert"][1]}
    rows = list(csv.DictReader((reel.folder / "quotes.csv").read_text("utf-8-sig").splitlines()))
    assert {row["quote"] for row in rows} == texts and all(row["why"] for row in rows)
    assert (reel.folder / "reel.vtt").read_text("utf-8").startswith("WEBVTT\n\n00:00:")
    assert (reel.folder / "poster.jpg").read_bytes()[:2] == b"\xff\xd8"
    intro = reel.document["items"][0]
    assert intro["fields"]["evidence"] == "2 of 3 customers spoke of this"


@pytest.mark.slow
def test_each_clip_in_the_reel_is_that_stretch_of_the_upload(small_survey: Path) -> None:
    (small_survey / "reelmaker.toml").write_text(
        (small_survey / "reelmaker.toml")
        .read_text("utf-8")
        .replace('size = "320x180"', 'size = "320x180"\ncaptions = "sidecar"'),
        "utf-8",
    )
    (small_survey / "uploads" / "responses.csv").write_text("file\n", "utf-8")
    reel = build(small_survey)
    assert reel.folder
    for place in reel.places():
        if not isinstance(place.item, Clip):
            continue
        source = (
            small_survey
            / "uploads"
            / next(
                item["file"]
                for item in reel.document["items"]
                if item.get("start_ms") == place.start_ms and item["kind"] == "clip"
            )
        )
        late = place.frames - 5  # the speaker's label has gone by then
        seen = measure.frame(reel.folder / "reel.mp4", place.first_frame + late).astype(float)
        there = measure.frame(source, round(place.item.span.start_ms * 30 / 1000) + late).astype(float)
        error = ((seen - there) ** 2).mean()
        assert 10 * __import__("math").log10(255**2 / max(error, 1e-9)) >= 20
        loud, peak = measure.loudness(reel.folder / "reel.mp4", place.start_ms / 1000, place.frames / 30)
        assert abs(loud + 16) <= 1.5 and peak <= -1


@pytest.mark.slow
def test_a_second_build_does_nothing_and_changes_no_byte(small_survey: Path) -> None:
    first = build(small_survey)
    before = prints(small_survey)
    second = build(small_survey)
    assert (second.work.taken_in, second.work.transcribed, second.work.rendered, second.work.joined) == (
        0,
        0,
        0,
        0,
    )
    assert prints(small_survey) == before and second.document == first.document
    assert second.items == first.items


@pytest.mark.slow
def test_a_new_upload_costs_only_what_is_new(small_survey: Path) -> None:
    first = build(small_survey)
    add(
        small_survey,
        "dora",
        ["I want to pay by card.", "The payment page refused my card three times.", "Goodbye now."],
    )
    second = build(small_survey)
    assert second.work.taken_in == 1 and len(second.clips) == len(first.clips) + 1
    assert second.work.rendered == 2, "the new clip, and the intro with its new count"
    assert (second.counts["checkout"].spoke, second.counts["checkout"].of) == (3, 4)
    check(second)


@pytest.mark.slow
def test_a_removed_upload_leaves_the_reel(small_survey: Path) -> None:
    build(small_survey)
    (small_survey / "uploads" / "anna.mp4").unlink()
    reel = build(small_survey)
    assert len(reel.clips) == 1 and reel.counts["checkout"].of == 2
    assert "anna" not in (reel.folder / "manifest.json").read_text("utf-8")  # type: ignore[operator]


@pytest.mark.slow
def test_bad_uploads_stop_nothing_and_are_named(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    whole = (uploads / "anna.mp4").read_bytes()
    (uploads / "broken.mp4").write_bytes(whole[:300])
    (uploads / "empty.mov").write_bytes(b"")
    shutil.copy(uploads / "anna.mp4", uploads / "anna again.mp4")
    reel = build(small_survey)
    assert {failure.file for failure in reel.failures} == {"broken.mp4", "empty.mov"}
    assert all(failure.reason for failure in reel.failures)
    assert reel.counts["checkout"].of == 3, "a copy is the same customer"
    assert len(reel.document["failures"]) == 2
    check(reel)
    before = prints(small_survey)
    build(small_survey)
    assert prints(small_survey) == before


@pytest.mark.slow
def test_a_dry_run_renders_nothing_and_says_the_same(small_survey: Path) -> None:
    dry = build(small_survey, dry_run=True)
    assert dry.folder is None and not (small_survey / "reels").exists() and not (small_survey / "cache").exists()
    real = build(small_survey)
    assert dry.items == real.items and dry.document["items"] == real.document["items"]
    assert dry.document["kind"] == "dry-run"


@pytest.mark.slow
def test_a_draft_is_small_and_leaves_the_real_reel_alone(small_survey: Path) -> None:
    real = build(small_survey)
    assert real.folder
    before = prints(real.folder)
    (small_survey / "reelmaker.toml").write_text(
        (small_survey / "reelmaker.toml").read_text("utf-8").replace('"320x180"', '"1280x720"'), "utf-8"
    )
    draft = build(small_survey, draft=True)
    assert draft.folder == small_survey / "reels" / "checkout.draft" and (draft.width, draft.height) == (
        640,
        360,
    )
    assert prints(real.folder) == before
    check(draft)


@pytest.mark.slow
def test_several_problems_are_one_reel_with_chapters(small_survey: Path) -> None:
    add(
        small_survey,
        "dora",
        ["Good morning.", "My parcel came late with the courier delivery.", "That is it."],
    )
    reel = build(small_survey, "checkout", "delivery")
    assert reel.folder and reel.folder.name == "checkout+delivery"
    kinds = [item.get("card", "clip") for item in reel.document["items"]]
    assert kinds == ["intro", "chapter", "clip", "clip", "outro", "chapter", "clip", "outro"]
    everything = reelmaker.build(small_survey, all_problems=True)
    assert everything.folder and everything.folder.name == "all" and everything.items == reel.items
    assert everything.work.rendered == 0


@pytest.mark.slow
@pytest.mark.parametrize("size", ["9:16", "1:1"])
def test_other_shapes(small_survey: Path, size: str) -> None:
    reel = build(small_survey, size=size, draft=True)
    assert reel.folder
    width, height = media.probe(reel.folder / "reel.mp4").picture or (0, 0)
    assert (width, height) == ((360, 640) if size == "9:16" else (360, 360))
    check(reel)


def test_nothing_speaks_to_it(small_survey: Path) -> None:
    with pytest.raises(NothingFound, match="Nothing that 3 customers said") as caught:
        build(small_survey, "delivery")
    assert caught.value.exit_code == 4


@pytest.mark.slow
def test_filters_and_consent_choose_whose_answers_count(small_survey: Path) -> None:
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,name,segment,consent,show_name,date\nanna.mp4,Anna,new,yes,yes,2026-07-01\nbert.mp4,Bert,new,withdrawn,yes,\n"
        "cleo.mp4,Cleo,loyal,,no,\nnobody.mp4,,,,,\n",
        "utf-8",
    )
    reel = build(small_survey)
    assert [clip.label for clip in reel.clips] == ["Anna, new customer"] and reel.counts["checkout"].of == 2
    assert any("nobody.mp4" in warning for warning in reel.warnings)
    assert "Bert" not in json.dumps(reel.document) and "Cleo" not in json.dumps(reel.document)
    with pytest.raises(NothingFound):
        build(small_survey, where={"segment": ["loyal"]})


@pytest.mark.slow
def test_the_count_holds_up_and_says_who_is_left_out(small_survey: Path) -> None:
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,segment,consent,date,score\nanna.mp4,new,yes,2026-07-01,3\nbert.mp4,new,withdrawn,2026-07-02,1\n"
        "cleo.mp4,loyal,,2026-08-01,9\n",
        "utf-8",
    )
    (small_survey / "uploads" / "broken.mp4").write_bytes(b"no video")
    make_video(small_survey / "uploads" / "mute.mp4", 4)
    (small_survey / "uploads" / "mute.vtt").write_text("WEBVTT\n\n", "utf-8")
    reel = build(small_survey)
    found = reel.document["problems"][0]["prevalence"]
    assert (found["spoke"], found["of"], found["share"]) == (1, 2, 0.5)
    assert found["low"] == pytest.approx(0.0945, abs=1e-4) and found["high"] == pytest.approx(0.9055, abs=1e-4)
    assert [(p["value"], p["spoke"], p["of"]) for p in found["by_segment"]] == [
        ("loyal", 0, 1),
        ("new", 1, 1),
    ]
    assert [(p["value"], p["spoke"], p["of"]) for p in found["by_month"]] == [
        ("2026-07", 1, 1),
        ("2026-08", 0, 1),
    ]
    assert found["left_out"] == {"silent": 1, "withdrawn": 1, "expired": 0, "audience": 0, "failed": 1, "filtered": 0}
    assert reel.document["items"][0]["fields"]["evidence"] == "1 of 2 customers spoke of this"
    first = format_results.summary(reel)[0]
    assert first == (
        "checkout: 1 of 2 customers spoke of this. Counted by the program: 50 %, 95 % interval 9–91 %. "
        "Left out: 1 without speech, 1 without consent, 1 that could not be used."
    )
    [sample] = reel.document["reel"]["sample"]
    assert sample["reel"]["customers"] == 1 and sample["survey"]["score"] == 6.0
    check(reel)
    filtered = build(small_survey, where={"segment": ["new"]}, dry_run=True)
    # a file without a row has no segment, so the filter leaves it out too
    assert dict(filtered.counts["checkout"].left_out) == {"withdrawn": 1, "failed": 1, "filtered": 2}


@pytest.mark.slow
def test_a_contrast_is_shown_or_marked_everywhere(small_survey: Path) -> None:
    add(
        small_survey,
        "dora",
        ["I want a lamp.", "The payment page refused my card.", "But it was my fault."],
    )
    more = "I waited a whole morning for the payment that failed at the counter."
    make_video(small_survey / "uploads" / "emil.mp4", 14)
    (small_survey / "uploads" / "emil.vtt").write_text(
        f"WEBVTT\n\n00:00:00.000 --> 00:00:06.000\n{more}\n\n00:00:06.500 --> 00:00:13.500\nBut nobody was rude to me.\n\n",
        "utf-8",
    )
    toml = small_survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8").replace("clip_min = 1", "clip_min = 1\nclip_max = 8"), "utf-8")
    reel = build(small_survey)
    texts = {item["file"]: item for item in reel.document["items"] if item["kind"] == "clip"}
    assert texts["dora.mp4"]["text"] == "The payment page refused my card. But it was my fault."
    assert texts["emil.mp4"]["text"] == more and texts["emil.mp4"]["quote"] == f"{more} …"
    assert texts["emil.mp4"]["why"][0] == 'context lost: the next sentence begins with "But"'
    assert reel.folder and "counter. …" in (reel.folder / "reel.srt").read_text("utf-8").replace("\n", " ")
    assert f"{more} …" in (reel.folder / "quotes.csv").read_text("utf-8-sig")
    assert "context lost" in format_results.cue_sheet(reel) and f"{more} …" in format_results.cue_sheet(reel)
    check(reel)


@pytest.mark.slow
def test_a_voice_to_the_contrary_comes_before_the_question_or_a_line_says_there_is_none(
    small_survey: Path,
) -> None:
    toml = small_survey / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8").replace("clip_min = 1", "clip_min = 1\ndissent = true"), "utf-8")
    none = build(small_survey, dry_run=True)
    assert any("nobody clearly says the opposite" in line for line in format_results.summary(none))
    assert none.samples[0].contrary is False
    add(
        small_survey,
        "dora",
        ["Hello from the coast.", "Getting charged once was brilliant and easy.", "That is all."],
    )
    reel = build(small_survey)
    *_, last, outro = reel.items
    assert isinstance(last, Clip) and last.moment.dissent and "brilliant" in last.moment.text
    assert outro.kind == "outro"  # type: ignore[union-attr]
    assert sum(clip.moment.dissent for clip in reel.clips) == 1
    assert reel.counts["checkout"].spoke == 2, "it is not counted as a speaker of the problem"
    assert reel.document["items"][-2]["dissent"] and "dissenting voice" in reel.document["items"][-2]["why"][0]
    assert any("is shown before the question" in line for line in format_results.summary(reel))
    check(reel)


def test_places_are_shared_out_over_any_column(small_survey: Path) -> None:
    add(small_survey, "dora", ["I want a lamp.", "The payment failed and my card was refused.", "Bye now."])
    (small_survey / "uploads" / "responses.csv").write_text(
        "file,country\nanna.mp4,FR\nbert.mp4,GB\ndora.mp4,GB\n", "utf-8"
    )
    toml = small_survey / "reelmaker.toml"
    plain = toml.read_text("utf-8")
    toml.write_text(plain.replace("length = 40", 'length = 15\nbalance = "Country"'), "utf-8")
    reel = build(small_survey, dry_run=True)
    files = [item["file"] for item in reel.document["items"] if item["kind"] == "clip"]
    assert "anna.mp4" in files and len(files) == 2, "one place for each country"
    assert reel.samples[0].column == "country" and ("GB", 2) in reel.samples[0].survey.parts
    toml.write_text(plain.replace("length = 40", 'length = 40\nbalance = "planet"'), "utf-8")
    reel = build(small_survey, dry_run=True)
    assert any('no response has a column "planet"' in w.lower() for w in reel.warnings) and len(reel.clips) == 3


def test_unknown_problem_and_empty_uploads(small_survey: Path) -> None:
    with pytest.raises(UnknownProblem, match='"checkout"'):
        build(small_survey, "chekcout")
    with pytest.raises(ProjectError, match="which problem"):
        reelmaker.build(small_survey)
    shutil.rmtree(small_survey / "uploads")
    with pytest.raises(ProjectError, match="this folder does not exist"):
        build(small_survey)
    (small_survey / "uploads").mkdir()
    with pytest.raises(ProjectError, match="no videos"):
        build(small_survey)


@pytest.mark.slow
def test_a_broken_caption_file_is_named_and_its_answer_listened_to(small_survey: Path) -> None:
    (small_survey / "uploads" / "bert.vtt").write_bytes(b"WEBVTT\n\nnot a time --> at all\nhello\n")
    for _ in range(2):  # and it is not read again
        reel = build(small_survey)
        [failure] = reel.failures
        assert (failure.file, failure.step) == ("bert.vtt", "captions") and len(reel.clips) == 1
        assert failure.reason.startswith("line 3: not valid caption times. The answer is transcribed from its sound")
        assert dict(reel.counts["checkout"].left_out) == {"silent": 1}, (
            "its tone is no speech; and it is no failure twice"
        )


@pytest.mark.slow
def test_originals_are_never_touched_and_may_be_read_only(small_survey: Path) -> None:
    uploads = small_survey / "uploads"
    before = prints(uploads)
    for path in uploads.iterdir():
        path.chmod(0o444)
    uploads.chmod(0o555)
    try:
        build(small_survey)
        assert prints(uploads) == before
    finally:
        uploads.chmod(0o755)


@pytest.mark.slow
def test_an_output_no_longer_asked_for_is_removed_and_what_others_put_there_stays(
    small_survey: Path,
) -> None:
    reel = build(with_every_output(small_survey))
    assert reel.folder
    (reel.folder / "my notes.txt").write_text("mine", "utf-8")
    settings = small_survey / "reelmaker.toml"
    settings.write_text('outputs = ["captions"]\n' + settings.read_text("utf-8"), "utf-8")
    again = build(small_survey)
    have = {path.name for path in reel.folder.iterdir()}
    kept = {"reel.mp4", "reel.srt", "reel.vtt", "chapters.vtt", "changes.md", "manifest.json"}
    assert have == {*kept, "my notes.txt"}
    assert again.document["reel"]["files"] == sorted(kept)
    assert again.work.rendered == 0
    settings.write_text(settings.read_text("utf-8").replace('"captions"', '"caption"'), "utf-8")
    with pytest.raises(ProjectError, match='no output "caption"'):
        build(small_survey)
