"""The picture beside a quote: from the original, at the right moment, upright, in its own shape, with no words on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.videos import ffmpeg, make_video
from helpers.results.taken import ANNA, clip_of, reel_of
from PIL import Image

from reelmaker import media
from reelmaker.model import Brand, Place
from reelmaker.outputs import Finished, stills
from reelmaker.render import cards


def still(
    finished: Finished, original: Path | None, start_ms: int, folder: Path, words: str = "a b c d e f g"
) -> np.ndarray:
    """The still of a clip of so many words of 250 ms, as (height, width, 3)."""
    reel = reel_of(clip_of(ANNA, words, start_ms, "Anna, new customer"))
    originals = {ANNA: (original, media.probe(original))} if original else {}
    place: Place = list(reel.places())[1]
    clip = reel.clips[0]
    path = stills.of_clip(replace(finished, reel=reel, originals=originals), place, clip, folder / "still.jpg")
    assert [item.name for item in folder.iterdir() if item.is_file()] == ["still.jpg"]
    with Image.open(path) as image:
        assert image.format == "JPEG"
        return np.asarray(image.convert("RGB")).astype(int)


@pytest.mark.slow
def test_it_is_the_original_in_the_middle_of_the_clip(finished: Finished, video: Path, tmp_path: Path) -> None:
    shown = still(finished, video, 2000, tmp_path)  # until 3900: the middle is 2950
    assert shown.shape == (180, 320, 3)
    apart = {n: abs(shown - measure.frame(video, n).astype(int)).mean() for n in (60, 86, 88, 89, 91, 117)}
    assert min(apart[88], apart[89]) < 6 and min(apart, key=apart.__getitem__) in (88, 89)
    assert apart[60] > 2 * apart[88] and apart[117] > 2 * apart[88]


@pytest.mark.slow
def test_an_upright_picture_stays_upright_and_whole(finished: Finished, portrait: Path, tmp_path: Path) -> None:
    shown = still(finished, portrait, 500, tmp_path, "a b")
    assert shown.shape == (640, 360, 3)
    white = shown.min(2) > 200
    rows, columns = np.flatnonzero(white.any(1)), np.flatnonzero(white.any(0))
    assert abs(np.ptp(rows) - 159) <= 2 and abs(np.ptp(columns) - 159) <= 2, "the square is square"
    assert abs(shown[20, 20] - (0xE0, 0x70, 0x20)).max() < 8, "in its colours"


def test_a_phone_held_on_its_side_is_turned(finished: Finished, portrait: Path, tmp_path: Path) -> None:
    phone = tmp_path / "phone" / "a.mp4"
    phone.parent.mkdir()
    ffmpeg("-display_rotation", "90", "-i", portrait, "-c", "copy", phone)
    assert still(finished, phone, 500, tmp_path, "a b").shape == (360, 640, 3)


@pytest.mark.slow
def test_a_large_picture_is_made_smaller(finished: Finished, tmp_path: Path) -> None:
    large = make_video(tmp_path / "large" / "a.mp4", 1, "2560x1440", "10")
    assert still(finished, large, 0, tmp_path, "a b").shape == (720, 1280, 3)


def test_a_voice_alone_has_its_card(finished: Finished, tmp_path: Path) -> None:
    voice = tmp_path / "voice" / "a.wav"
    voice.parent.mkdir()
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", voice)
    with_card = replace(finished, template=cards.find("plain"), brand=Brand("Fernhill", background="#102030"))
    shown = still(with_card, voice, 500, tmp_path)
    assert shown.shape == (720, 1280, 3)
    assert abs(shown[5, 5] - (0x10, 0x20, 0x30)).max() < 4 and shown.std() > 5, "with the label on it"


@pytest.mark.slow
@pytest.mark.parametrize("how", ["none", "gone", "broken"])
def test_where_the_original_cannot_be_read_it_is_the_reels_own_frame(
    how: str, finished: Finished, video: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "uploads"
    folder.mkdir()
    original = folder / "a.mp4"
    original.write_bytes(video.read_bytes())
    known = (original, media.probe(original))
    if how == "gone":
        original.unlink()
    elif how == "broken":
        original.write_bytes(b"\x00" * 5000)
    reel = reel_of(clip_of(ANNA, "a b c", 1000, "x"))
    this = replace(finished, reel=reel, originals={} if how == "none" else {ANNA: known})
    path = stills.of_clip(this, list(reel.places())[1], reel.clips[0], tmp_path / "still.jpg")
    with Image.open(path) as image:
        red, _, blue = np.asarray(image.convert("RGB")).reshape(-1, 3).mean(0)
    assert red > 200 and blue < 60, "the reel is red there"


def test_where_the_picture_ends_before_the_sound_it_is_from_before_the_end(
    finished: Finished, video: Path, tmp_path: Path
) -> None:
    reel = reel_of(clip_of(ANNA, "a b c d e f g", 4000, "x"))
    facts = replace(media.probe(video), picture_ms=4500)
    this = replace(finished, reel=reel, originals={ANNA: (video, facts)})
    path = stills.of_clip(this, list(reel.places())[1], reel.clips[0], tmp_path / "still.jpg")
    with Image.open(path) as image:
        shown = np.asarray(image.convert("RGB")).astype(int)
    near = [abs(shown - measure.frame(video, n).astype(int)).mean() for n in (127, 148)]
    assert near[0] < 6 < near[1], "4.25 s, not 4.95 s"
