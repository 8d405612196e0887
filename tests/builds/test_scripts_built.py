"""A reel of answers in five scripts, built from uploads with captions beside them: what is burnt in, what is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.videos import make_video
from helpers.surveys.small_survey import captions

import reelmaker
from reelmaker.model import Brand, Clip
from reelmaker.render import cards, pieces
from reelmaker.text import layout

pytestmark = pytest.mark.slow
SAYINGS = {
    "arabic": "رفضت الصفحة بطاقتي عند الدفع.",
    "hebrew": "הכרטיס שלי נדחה בדף התשלום.",
    "hindi": "भुगतान करते समय मेरा कार्ड अस्वीकार हो गया।",
    "thai": "บัตรของฉันถูกปฏิเสธในหน้าชำระเงิน",
    "japanese": "支払いのときにカードが拒否されました。",
    "nko": "My card was refused ߒߞߏ at the payment page.",
}
QUOTED = ", ".join(f'"{text}"' for text in SAYINGS.values())
TOML = f"""
name = "Five scripts"
[problems.checkout]
statement = "العملاء يتخلون عن الدفع"
question = ["מה יהפוך את התשלום לקל?", "支払いを簡単にするには？"]
outcome = "ลูกค้าเลิกซื้อ"
describe = "my card was refused at the payment page"
phrases = [{QUOTED}]
[reel]
length = 60
clip_min = 1
size = "640x360"
[tag]
tagger = "keywords"
threshold = 0.3
"""


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scripts") / "survey"
    (folder / "uploads").mkdir(parents=True)
    (folder / "reelmaker.toml").write_text(TOML, "utf-8")
    for number, (name, saying) in enumerate(SAYINGS.items()):
        make_video(folder / "uploads" / f"{name}.mp4", 3, "640x360", "30", 300 + 90 * number)
        (folder / "uploads" / f"{name}.vtt").write_text(captions([saying]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def reel(survey: Path) -> reelmaker.Reel:
    return reelmaker.build(survey, ["checkout"], check=False)


def flat(text: str) -> str:
    return "".join(text.split())


def test_every_answer_is_in_and_only_one_script_is_missed(reel: reelmaker.Reel) -> None:
    assert {flat(clip.moment.text) for clip in reel.clips} == {flat(text) for text in SAYINGS.values()}
    # as they were written: no space between Thai or Japanese words, one between the others
    assert {clip.moment.text for clip in reel.clips} == set(SAYINGS.values())
    assert list(reel.warnings) == ["There is no font for N'Ko: these characters are left out of the picture."]
    assert reel.document["warnings"] == list(reel.warnings)


def test_files_and_soft_track_hold_the_words_themselves(reel: reelmaker.Reel) -> None:
    assert reel.folder
    soft = measure.decode(reel.folder / "reel.mp4", "-map", "0:s:0", "-f", "webvtt").decode("utf-8")
    for found in (soft, (reel.folder / "reel.vtt").read_text("utf-8"), (reel.folder / "reel.srt").read_text("utf-8")):
        for text in SAYINGS.values():
            assert flat(text) in flat(found)


def test_captions_are_burnt_in_where_they_belong(reel: reelmaker.Reel, survey: Path) -> None:
    """Against the same reel without them: the box lies where it was measured, letters are in it, nothing elsewhere."""
    assert reel.folder
    at = [place.first_frame + 30 for place in reel.places()]
    toml, film = survey / "reelmaker.toml", reel.folder / "reel.mp4"
    burnt = [measure.frame(film, number).astype(int) for number in at]
    toml.write_text(TOML.replace("[reel]", '[reel]\ncaptions = "sidecar"'), "utf-8")
    assert not reelmaker.build(survey, ["checkout"], check=False).warnings
    bare = [measure.frame(film, number).astype(int) for number in at]
    toml.write_text(TOML, "utf-8")
    reelmaker.build(survey, ["checkout"], check=False)
    caption, path, px = (
        cards.find("plain").caption,
        layout.own_font(),
        cards.find("plain").caption.size * 360,
    )
    for place, one, other in zip(reel.places(), burnt, bare, strict=True):
        if not isinstance(place.item, Clip):
            assert np.abs(one - other).max() <= 8
            continue
        [cue] = [cue for cue in pieces.clip_cues(place.item, (640, 360)) if cue.start_ms <= 1000 < cue.end_ms]
        lines = layout.clean(cue.text, path).split("\n")
        half = max(layout.width(line, path, caption.weight, layout.PLAIN) for line in lines) * px / 2 + px / 2
        changed = np.abs(one - other).max(axis=2) > 40
        # single pixels elsewhere are the encoder's
        rows = (changed.sum(axis=1) > 100).nonzero()[0]
        columns = (changed[rows.min() : rows.max() + 1].mean(axis=0) > 0.3).nonzero()[0]
        assert abs(columns.min() - (320 - half)) <= 5 and abs(columns.max() - (320 + half)) <= 5, cue.text
        assert rows.min() > 360 * 0.6 and abs(rows.max() - 360 * (1 - caption.bottom)) <= 5, cue.text
        box = one[rows.min() + 3 : rows.max() - 3, columns.min() + 8 : columns.max() - 8]
        grey = box.mean(axis=2)
        letters = np.abs(grey - np.median(grey)) > 90
        assert 0.03 < letters.mean() < 0.5, (cue.text, letters.mean())
        across = letters.any(axis=0).nonzero()[0]
        assert np.ptp(across) > 0.85 * (2 * half - px - 16), "letters all along the line"


def test_a_second_build_does_nothing_and_latin_pieces_know_no_other_font(reel: reelmaker.Reel, survey: Path) -> None:
    again = reelmaker.build(survey, ["checkout"], check=False)
    assert again.work.rendered == 0 and again.work.joined == 0
    assert cards.fonts_identity(["Customer", "My card was refused"], Brand()) == []
