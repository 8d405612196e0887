"""Real speech, the real model, the real ffmpeg: a reel is built, then heard again, and the secrets are gone from it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from helpers import robustness
from helpers.paths import ROOT
from helpers.surveys import planted
from helpers.surveys.small_survey import TOML

import reelmaker
from reelmaker import media
from reelmaker.model import Response
from reelmaker.model.survey import Said
from reelmaker.redaction.pii.leak_check import leaks
from reelmaker.transcribe.speech_model import SpeechModel

pytestmark = pytest.mark.slow  # the real model, and every output
SAMPLES = ROOT / "samples" / "redaction"
# file -> kind, the secret, what else is said
SAID = {
    "phone": ("phone", "oh seven seven oh oh nine oh oh two one four", "that was the third time i said it"),
    "email": ("email", "tom underscore baker at gmail dot com", "the page said it already exists"),
    "card": ("card", "5260 3634 1241 8762", "it is declined every time"),
    "name": ("names", "Cleopatra Zanzibar", "the checkout is far too slow"),
}
SETTINGS = """
[redact]
words = ["email", "phone", "card", "names"]
names = ["Cleopatra Zanzibar"]
"""


def heard(path: Path) -> str:
    """What Whisper hears in a film."""
    track = media.probe(path).sound_track
    response = Response("0" * 64, path.name, media.probe(path).duration_ms)
    [(_, transcript)] = SpeechModel("base")("en").transcribe([(response, lambda: media.pcm(path, track))])
    assert not isinstance(transcript, Exception)
    return " ".join(sentence.text for sentence in transcript.sentences)


def secrets_in(text: str) -> list[str]:
    said = [Said(kind, 0, 1, 0, 1, secret, True) for kind, secret, _ in SAID.values()]
    return leaks(text, said, " ".join(rest for _, _, rest in SAID.values()), "en")


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("spoken") / "survey"
    (folder / "uploads").mkdir(parents=True)
    for name in SAID:
        shutil.copy2(SAMPLES / f"{name}.opus", folder / "uploads")
    problem = TOML.replace(
        'describe = "payment card refused failed charged"',
        'describe = "phone number email page declined checkout slow speaking"',
    )
    phrases = 'phrases = ["my phone number is", "I signed up with", "the long number is declined", "this is speaking", "the checkout is slow"]'
    problem = re.sub(r"phrases = .*", phrases, problem).replace("length = 40", "length = 90")
    outputs = 'outputs = ["captions", "quotes", "documents", "deck", "otio", "page", "teaser", "clips"]\n'
    limit = 'tagger = "keywords"\nthreshold = 0.05'
    (folder / "reelmaker.toml").write_text(outputs + problem.replace('tagger = "keywords"', limit) + SETTINGS, "utf-8")
    return folder


def test_what_is_bleeped_cannot_be_heard_again_anywhere_and_the_rest_can(survey: Path) -> None:
    reel = reelmaker.build(survey, ["checkout"])
    folder = survey / "reels" / "checkout"
    assert reel.document["check"]["listened"] and not [f for f in reel.document["check"]["findings"] if f["serious"]]
    assert sum(bool(clip.bleeps) for clip in reel.clips) >= 3

    # The ear must be able to hear them: it does in the uploads
    uploads = " ".join(heard(survey / "uploads" / f"{name}.opus") for name in SAID)
    assert secrets_in(uploads) == ["email", "phone", "card", "names"]
    films = [folder / "reel.mp4", folder / "teaser.mp4", *sorted((folder / "clips").glob("*.mp4"))]
    assert len(films) >= 2 + len(reel.clips)
    for film in (films[0], *robustness.share(films[1:], 0.3)):
        assert secrets_in(heard(film)) == [], film.name
    said = re.sub(r"[^a-z]", "", heard(folder / "reel.mp4").lower())
    for name in ("email", "card", "name"):
        assert SAID[name][2].replace(" ", "") in said, said

    # No file says them, in any of the forms that Whisper wrote
    words = (
        "5260, 3634",
        "5260 3634",
        "52603634",
        "3634, 1241",
        "1241, 8762",
        "900214",
        "0-0-214",
        "tom_baker",
        "baker at gmail",
        "gmail",
        "zanzibar",
        "cleopatra",
    )
    assert planted.found(folder, words) == {}
    captions = (folder / "reel.srt").read_text("utf-8")
    assert "number]" in captions and "[e-mail address]" in captions.replace("\n", " ")

    # With its bleep each clip is as loud as any
    levels = [
        media.loudness(path, media.probe(path).sound_track, 0, media.probe(path).duration_ms)
        for path in sorted((folder / "clips").glob("*.mp4"))
    ]
    assert all(abs(level.integrated + 16) < 1.6 and level.peak < -1 for level in levels), levels
