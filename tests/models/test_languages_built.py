"""A survey in four languages, heard by the real model: who is counted, what is shown, and that it says what was said.

English from the sample survey; German, Spanish and French from `samples/languages` (synthetic voices).
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from helpers.films import measure
from helpers.paths import ROOT, SAMPLES

import reelmaker
from reelmaker import media, model_files, transcribe
from reelmaker.model import Response, Transcript
from reelmaker.outputs import manifest

pytestmark = pytest.mark.slow
LANGUAGES = ROOT / "samples" / "languages"
TRUTH = {one["file"]: one for one in json.loads((LANGUAGES / "truth.json").read_text("utf-8"))["answers"]}
ENGLISH = ("alice answer FINAL.mp4", "Voice memo 14.m4a")
SPOKE = {"alice answer FINAL.mp4": "", "de-karte.opus": "de", "es-tarjeta.opus": "es"}  # of the checkout
# Whether the base model makes "la page de paiement" a page of payment or of peace is a matter of rounding
PERHAPS = "fr-paiement.opus"
SETTINGS = """
[reel]
length = 60
size = "640x360"
caption_language = "both"
[transcribe]
translate = true
"""


def captions_of(file: str) -> str:
    """The words of an answer as captions beside it, on their times."""

    def clock(ms: int) -> str:
        return f"00:00:{ms // 1000:02}.{ms % 1000:03}"

    return "WEBVTT\n\n" + "".join(
        f"{clock(s['start_ms'])} --> {clock(s['end_ms'])}\n{s['text']}\n\n" for s in TRUTH[file]["sentences"]
    )


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four languages; one of the German answers has captions beside it, which do not say their language."""
    folder = tmp_path_factory.mktemp("languages") / "survey"
    (folder / "uploads").mkdir(parents=True)
    for file in TRUTH:
        shutil.copy2(LANGUAGES / file, folder / "uploads")
    for file in ENGLISH:
        shutil.copy2(SAMPLES / "uploads" / file, folder / "uploads")
    (folder / "uploads" / "de-lieferung.vtt").write_text(captions_of("de-lieferung.opus"), "utf-8")
    problems = (SAMPLES / "reelmaker.toml").read_text("utf-8").replace('language = "en"', 'language = "auto"')
    (folder / "reelmaker.toml").write_text(problems + SETTINGS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def reel(survey: Path) -> reelmaker.Reel:
    return reelmaker.build(survey, ["checkout"])


def files_of(reel: reelmaker.Reel) -> dict[str, Any]:
    names = {item["response"]: item["file"] for item in reel.document["items"] if item["kind"] == "clip"}
    return {names[clip.span.response]: clip for clip in reel.clips}


def test_the_customers_who_spoke_of_it_are_counted_whatever_their_language(reel: reelmaker.Reel) -> None:
    found = files_of(reel).keys()
    assert found - {PERHAPS} == SPOKE.keys(), "nobody else, and nobody of another language is missed"
    assert (reel.counts["checkout"].spoke, reel.counts["checkout"].of) == (len(found), 7)
    for file, clip in files_of(reel).items():
        if file in TRUTH:
            wanted = [s["text"] for s in TRUTH[file]["sentences"] if s["label"] == "checkout"]
            wrong, total = measure.word_errors(" ".join(wanted), clip.moment.text)
            assert wrong <= 0.2 * total, "the quote is the original"
            assert any(reason.startswith("scored by its English translation") for reason in clip.moment.why)
            assert all(sentence.english for sentence in clip.moment.sentences)
    assert "card" in files_of(reel)["es-tarjeta.opus"].moment.sentences[0].english
    [warning] = reel.warnings
    assert warning.startswith("5 answers are in another language (de 2, es 2, fr 1).") and "roughly" in warning


def test_captions_beside_an_answer_are_translated_from_its_sound(reel: reelmaker.Reel) -> None:
    found = [m for m in reel.document["moments"] if m["file"] == "de-lieferung.opus"]
    assert not found, "about something else"
    survey = reel.folder.parent.parent if reel.folder else Path()
    heard = {m["text"]: m for m in reelmaker_moments(survey) if m["file"] == "de-lieferung.opus"}
    late = heard["Das Paket kam zwei Wochen zu spät."]
    assert "week" in late["english"] and "delivery" in late["above_threshold"]
    assert late["text"] == TRUTH["de-lieferung.opus"]["sentences"][1]["text"], "word for word as in the file"


def reelmaker_moments(survey: Path) -> list[dict[str, Any]]:
    from reelmaker.review import search

    document = search.moments(survey).document
    jsonschema.validate(document, json.loads(Path(manifest.__file__).with_name("schema.json").read_text("utf-8")))
    return list(document["moments"])


def test_original_and_english_agree_in_every_file(reel: reelmaker.Reel) -> None:
    assert reel.folder
    document = json.loads((reel.folder / "manifest.json").read_text("utf-8"))
    jsonschema.validate(document, json.loads(Path(manifest.__file__).with_name("schema.json").read_text("utf-8")))
    clips = {item["file"]: item for item in document["items"] if item["kind"] == "clip"}
    with (reel.folder / "quotes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    subrip = " ".join((reel.folder / "reel.srt").read_text("utf-8").split())
    soft = " ".join(measure.decode(reel.folder / "reel.mp4", "-map", "0:s:0", "-f", "webvtt").decode("utf-8").split())
    for file, language in SPOKE.items():
        assert rows[file]["quote"] == clips[file]["quote"]
        assert rows[file]["english"] == clips[file].get("english", "") and bool(rows[file]["english"]) == bool(language)
        if language:
            for sentence in files_of(reel)[file].moment.sentences:
                together = f"{sentence.text} {sentence.english}"
                assert together in subrip, "original and its English, one beneath the other"
                assert together in soft


def test_the_finished_clips_say_their_originals(reel: reelmaker.Reel) -> None:
    """The check heard each of them again in its own language."""
    check = reel.document["check"]
    assert check["listened"]
    assert not [f for f in check["findings"] if f["serious"] or "recognised differently" in f["what"]]


def test_a_second_build_translates_and_renders_nothing(
    reel: reelmaker.Reel, survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the model was opened")

    before = {path: path.read_bytes() for path in sorted(survey.rglob("*")) if path.is_file()}
    monkeypatch.setattr(transcribe, "load", never)
    again = reelmaker.build(survey, ["checkout"])
    assert (again.work.transcribed, again.work.rendered, again.work.joined) == (0, 0, 0)
    assert {path: path.read_bytes() for path in sorted(survey.rglob("*")) if path.is_file()} == before


def test_english_alone_can_be_shown_and_nothing_is_translated_again(
    reel: reelmaker.Reel, survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toml = survey / "reelmaker.toml"
    text = toml.read_text("utf-8")
    toml.write_text(text.replace('caption_language = "both"', 'caption_language = "english"'), "utf-8")
    monkeypatch.setattr(transcribe, "load", lambda *_, **__: pytest.fail("the model was opened"))
    shown = reelmaker.build(survey, ["checkout"], draft=True)
    toml.write_text(text, "utf-8")
    assert shown.folder
    subrip = " ".join((shown.folder / "reel.srt").read_text("utf-8").split())
    for file, clip in files_of(shown).items():
        for sentence in clip.moment.sentences:
            if file in TRUTH:
                assert sentence.text not in subrip
                assert set(sentence.english.split()) <= set(subrip.split())


@pytest.fixture(scope="module")
def source() -> transcribe.Source:
    return transcribe.load("whisper", model_files.find("base", "speech"), workers=2, language="", name="base")


@pytest.mark.sampled(0.4)
@pytest.mark.parametrize("file", TRUTH)
def test_each_language_is_recognised_and_written_down(file: str, source: transcribe.Source) -> None:
    facts = media.probe(LANGUAGES / file)
    sound = media.pcm(LANGUAGES / file, facts.sound_track)
    response = Response(file, file, facts.duration_ms)
    [(_, transcript)] = source.transcribe([(response, lambda: sound)])
    assert isinstance(transcript, Transcript) and transcript.language == TRUTH[file]["language"]
    wanted = " ".join(s["text"] for s in TRUTH[file]["sentences"])
    wrong, total = measure.word_errors(wanted, " ".join(s.text for s in transcript.sentences))
    assert wrong <= 0.15 * total
    [(_, english)] = source.english([(response, transcript, lambda: sound)])
    assert isinstance(english, transcribe.English) and english.language == transcript.language
    assert len(english.texts) == len(transcript.sentences) and all(english.texts)
    mine = {word for text in english.texts for word in measure.words(text)}
    assert len(mine & {"the", "i", "my", "a", "was", "it", "not"}) >= 2, "English, however rough"
