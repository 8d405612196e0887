"""The reel checks itself: what is right passes, each thing that is wrong is found and named."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.films.videos import ffmpeg, make_video
from helpers.paths import SAMPLES
from helpers.surveys.building import build, prints

import reelmaker
from reelmaker import media
from reelmaker.errors import CheckFailed
from reelmaker.model import Brand, Clip, Cue, Moment, Reel, Sentence, Span, Word, survey
from reelmaker.project.config import open_project
from reelmaker.publish import quality_check
from reelmaker.render import pieces
from reelmaker.render.cards import find
from reelmaker.review import edits
from reelmaker.transcribe.speech_model import SpeechModel

WHO = "a" * 64
LOOK = pieces.Look(find("plain"), Brand(), "blur", False, False)


def clip(start_ms: int, end_ms: int) -> Clip:
    word = Word("word", start_ms, end_ms)
    return Clip(Moment("p", (Sentence(WHO, 0, (word,)),), 1.0, ("why",)), Span(WHO, start_ms, end_ms))


def job(folder: Path, path: Path, start_ms: int = 1700, end_ms: int = 3800) -> pieces.Job:
    source = survey.Source(path, media.probe(path))
    environment = pieces.prepare(folder, Brand())
    [planned] = pieces.plan(Reel((), (clip(start_ms, end_ms),), {}, 320, 180), {WHO: source}, LOOK, folder)
    pieces.make(planned, environment)
    return planned


def found(planned: pieces.Job) -> list[str]:
    return [finding.what for finding in quality_check.check_piece(planned)]


@pytest.mark.slow
def test_a_good_clip_has_no_findings(tmp_path: Path) -> None:
    assert found(job(tmp_path, make_video(tmp_path / "a.mp4", 6))) == []


@pytest.mark.slow
def test_black_and_frozen_pictures_are_found(tmp_path: Path) -> None:
    black, still = tmp_path / "black.mp4", tmp_path / "still.mp4"
    sound = ["-f", "lavfi", "-i", "aevalsrc='0.3*sin(2*PI*300*t)*lt(mod(t,2),1.6)':s=48000:d=6"]
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "color=black:s=320x180:r=30:d=6",
        *sound,
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        black,
    )
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=s=320x180:r=30:d=6,loop=-1:1",
        "-t",
        "6",
        *sound,
        "-t",
        "6",
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
        still,
    )
    [dark] = [finding for finding in quality_check.check_piece(job(tmp_path, black)) if "black" in finding.what]
    assert dark.serious
    assert any("frozen" in what for what in found(job(tmp_path, still)))


@pytest.mark.slow
def test_silence_and_wrong_loudness_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_video(tmp_path / "a.mp4", 6)
    monkeypatch.setattr(pieces, "gain", lambda *_: -30.0)
    assert any("LUFS instead of" in what for what in found(job(tmp_path, path)))
    monkeypatch.setattr(pieces, "gain", lambda *_: -90.0)
    shutil.rmtree(tmp_path / "pieces")
    assert "there is no audible sound" in found(job(tmp_path, path))


@pytest.mark.slow
def test_an_edge_inside_the_sound_is_found(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", 6)
    assert any(what.startswith("ends") and "inside a word" in what for what in found(job(tmp_path, path, 1700, 3000)))


def test_a_damaged_piece_is_found(tmp_path: Path) -> None:
    planned = job(tmp_path, make_video(tmp_path / "a.mp4", 6))
    raw = bytearray(planned.target.read_bytes())
    for at in range(5000, len(raw) - 5000, 97):
        raw[at] ^= 0xFF
    planned.target.write_bytes(raw)
    [finding] = quality_check.check_piece(planned)
    assert finding.serious and "cannot be decoded" in finding.what


def test_captions_outside_their_clip_or_over_each_other_are_found() -> None:
    reel = Reel((), (clip(0, 2000), clip(3000, 5000)))
    assert quality_check.check_captions(reel, [Cue(0, 900, "a"), Cue(900, 2000, "b"), Cue(2000, 3000, "c")]) == []
    [outside] = quality_check.check_captions(reel, [Cue(1500, 2500, "across the cut")])
    [over] = quality_check.check_captions(reel, [Cue(0, 900, "a"), Cue(800, 1000, "b")])
    assert outside.serious and "outside every clip" in outside.what
    assert over.serious and "before the last one ends" in over.what


@pytest.mark.slow
def test_a_reel_that_is_not_as_long_as_its_pieces_is_found(tmp_path: Path) -> None:
    planned = job(tmp_path, make_video(tmp_path / "a.mp4", 6))
    video = tmp_path / "reel.mp4"
    pieces.join([planned], video, None, [], "T", "en")
    reel = Reel((), (clip(1700, 3800),), {}, 320, 180)
    assert quality_check.check_reel(video, reel) == []
    [finding] = [
        f
        for f in quality_check.check_reel(video, replace(reel, items=(clip(1700, 3900),)))
        if "frames instead" in f.what
    ]
    assert finding.serious
    late = tmp_path / "late.mp4"
    ffmpeg("-i", video, "-af", "apad=pad_dur=1", "-c:v", "copy", "-c:a", "aac", late)
    assert any("ms apart" in f.what for f in quality_check.check_reel(late, reel))


@pytest.mark.parametrize(
    ("caption", "heard", "serious"),
    [
        ("I paid twice, it's true.", "i paid twice its true", None),
        ("I paid twice for one lamp and a chair", "I paid twice for one lamb and the chair", False),
        ("I paid twice for one lamp", "the weather was fine over there today", True),
        ("I paid twice", "", True),
    ],
)
def test_words_are_compared(caption: str, heard: str, serious: bool | None) -> None:
    verdict = quality_check.compared(caption, heard)
    assert (verdict[0][0] if verdict else None) is serious


@pytest.mark.slow
def test_a_serious_finding_keeps_the_old_reel_and_names_the_clip(
    small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(small_survey)
    assert first.folder and first.document["check"] == {
        "listened": True,
        "findings": first.document["check"]["findings"],
    }
    before = prints(first.folder)
    monkeypatch.setattr(
        quality_check,
        "check_piece",
        lambda planned: [quality_check.Finding(0, planned.source is not None, "is broken")],
    )
    monkeypatch.setattr(quality_check, "VERSION", 99)
    with pytest.raises(CheckFailed, match=r"(anna|bert)\.mp4: is broken\. The new reel was not published"):
        build(small_survey, size="9:16")
    assert prints(first.folder) == before


@pytest.mark.slow
def test_what_was_checked_is_not_checked_again(small_survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(small_survey)
    assert first.folder
    (first.folder / "quotes.csv").unlink()
    monkeypatch.setattr(quality_check, "check_piece", lambda _: pytest.fail("checked again"))
    assert build(small_survey).document["check"] == first.document["check"]


@pytest.mark.slow
def test_findings_stand_in_the_manifest_and_the_listening_can_be_left_out(small_survey: Path) -> None:
    reel = build(small_survey, check=False)
    assert reel.folder
    document = json.loads((reel.folder / "manifest.json").read_text("utf-8"))
    assert document["check"]["listened"] is False and isinstance(document["check"]["findings"], list)


@pytest.mark.slow
def test_clips_are_heard_again_and_a_wrong_caption_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two real answers; then the caption of one is swapped for other words."""
    project = tmp_path / "survey"
    (project / "uploads").mkdir(parents=True)
    for name in ("maya-fernhill.mp4", "Video 12.mp4"):
        shutil.copy(SAMPLES / "uploads" / name, project / "uploads")
    shutil.copy(SAMPLES / "reelmaker.toml", project)
    assert reelmaker.build(project, ["checkout"]).document["check"]["listened"]
    heard = quality_check.retranscribed

    def misheard(jobs: list[pieces.Job], source: object) -> list[str]:
        return ["something else was said in this place today", *heard(jobs, source)[1:]]  # type: ignore[arg-type]

    monkeypatch.setattr(quality_check, "retranscribed", misheard)
    with pytest.raises(CheckFailed, match="recognised differently from its caption"):
        reelmaker.build(project, ["checkout"], size="1:1")
    for clip in ("checkout/1", "checkout/2"):
        edits.trim(open_project(project), clip, edits.Edge(), edits.Edge(time="-0.4"))
    findings = reelmaker.build(project, ["checkout"], size="1:1").document["check"]["findings"]
    assert [f["serious"] for f in findings if "recognised differently" in f["what"]] == [False], (
        "what the team cut itself goes out, with a note"
    )


@pytest.mark.slow
def test_where_whisper_stops_too_early_the_rest_is_heard_in_parts() -> None:
    """Two answers with a pause between them, which Whisper's `base` model takes for the end."""
    import numpy as np

    from reelmaker.model import Response

    parts = []
    for name, start, end in (("IMG_4821.MOV", 4630, 18_800), ("Video 12.mp4", 2960, 13_970)):
        path = SAMPLES / "uploads" / name
        parts += [media.pcm(path, media.probe(path).sound_track, start, end), np.zeros(19_200, np.float32)]
    sound = np.concatenate(parts)
    [(_, transcript)] = SpeechModel("base")("en").transcribe(
        [(Response("0" * 64, "two", len(sound) // 16), lambda: sound)]
    )
    assert not isinstance(transcript, Exception)
    said = " ".join(sentence.text for sentence in transcript.sentences)
    assert "pay button" in said and "charged me twice" in said and "rent money" in said
