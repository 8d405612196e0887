"""What is covered in a piece: nothing is left in it, nothing around it is touched, and it is as long as without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.films import measure
from helpers.films.pieces import CLIP, LOOK, RESPONSE, SEEN, source_of
from helpers.films.videos import ffmpeg
from PIL import Image

from reelmaker import media
from reelmaker.model import Reel, survey
from reelmaker.render import pieces

AREA = media.Area(0, 60, 0.4, 0.3, 0.6, 0.7)
FRAMES = 60


def cut(folder: Path, upload: Path, name: str, *areas: media.Area, size: tuple[int, int] = (320, 180)) -> Path:
    source = source_of(upload)
    piece = pieces.picture_of(source, 500, FRAMES, areas)
    piece = replace(piece, sound_track=source.facts.sound_track)
    target = folder / f"{name}.mov"
    assert media.cut_piece(piece, media.Encoding(*size, crf=8), target, folder, {}) == 0
    return target


def striped(path: Path, *extra: str, size: str = "320x180", wide: int = 8) -> Path:
    """Stripes so many pixels wide, black and white, that run to the right; and a tone."""
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"nullsrc=s={size}:r=30:d=3",
        "-f",
        "lavfi",
        "-i",
        "sine=f=500:d=3",
        "-vf",
        f"format=gray,geq=lum='255*gt(mod(X+N\\,{2 * wide})\\,{wide - 1})',format=yuv420p",
        "-c:v",
        "libx264",
        "-qp",
        "6",
        "-c:a",
        "aac",
        *extra,
        path,
    )
    return path


@pytest.mark.slow
def test_nothing_finer_than_half_a_face_is_left_in_an_area_and_all_around_it_is_as_before(
    tmp_path: Path,
) -> None:
    # The area is six blocks wide and the face about four: stripes of 8 pixels are four to a face of 40
    upload = striped(tmp_path / "a.mp4")
    plain, done = cut(tmp_path, upload, "plain"), cut(tmp_path, upload, "done", AREA)
    left, top, right, bottom = 128, 54, 192, 126
    every = [(measure.frame(plain, n).astype(float), measure.frame(done, n).astype(float)) for n in range(0, 60, 7)]
    for before, after in every:
        inside = after[top + 4 : bottom - 4, left + 4 : right - 4]
        assert before[top:bottom, left:right].std() > 80 and inside.std() < 6
        bare = np.ones(after.shape[:2], bool)
        bare[top - 6 : bottom + 6, left - 6 : right + 6] = False
        assert abs(before - after)[bare].mean() < 6, "a shift by one pixel would be 30"
    # and the mean of many pictures, each moved back by as far as the stripes have gone, brings nothing back
    back = [
        np.roll(measure.frame(done, n).astype(float), -n, 1)[top + 4 : bottom - 4, left + 20 : right - 20]
        for n in range(0, 16)
    ]
    assert np.mean(back, 0).std() < 3


def test_a_covered_piece_has_the_frames_and_the_sound_of_an_uncovered_one(tmp_path: Path, video: Path) -> None:
    plain, done = cut(tmp_path, video, "plain"), cut(tmp_path, video, "done", AREA)
    assert media.streams(done) == media.streams(plain)
    assert media.streams(done).pictures == FRAMES and media.streams(done).forward
    assert measure.decode(done, "-map", "0:a", "-f", "s16le") == measure.decode(plain, "-map", "0:a", "-f", "s16le")
    assert not measure.faults(done)


@pytest.mark.slow
def test_an_area_is_covered_in_its_frames_and_in_no_other(tmp_path: Path, video: Path) -> None:
    plain = cut(tmp_path, video, "plain")
    done = cut(tmp_path, video, "done", replace(AREA, first=20, end=40))
    apart = [
        abs(measure.frame(plain, n).astype(float) - measure.frame(done, n).astype(float))[60:120, 135:185].mean()
        for n in (0, 19, 20, 39, 40, 59)
    ]
    assert max(apart[0], apart[1], apart[4], apart[5]) < 6 < 12 < min(apart[2], apart[3]), apart


@pytest.mark.slow
@pytest.mark.parametrize("turned", [0, 90])
def test_the_blurred_sides_are_made_of_the_covered_picture(tmp_path: Path, turned: int) -> None:
    """Lights in the covered area of a dark portrait: the sides glow as those of an upload that was covered before."""
    size, upload = ("120x240", "240x120")[turned > 0], tmp_path / "a.mp4"
    boxes = ["x=96:y=12:w=48:h=16", "x=96:y=92:w=48:h=16"] if turned else ["x=12:y=96:w=16:h=48", "x=92:y=96:w=16:h=48"]
    lights = ",".join(f"drawbox={box}:c=white:t=fill" for box in boxes)
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        f"color=black:s={size}:r=30:d=3,{lights}",
        "-f",
        "lavfi",
        "-i",
        "sine=d=3",
        "-c:v",
        "libx264",
        "-qp",
        "6",
        "-pix_fmt",
        "yuv420p",
        "-c:a",
        "aac",
        tmp_path / "flat.mp4",
    )
    ffmpeg("-display_rotation", str(turned), "-i", tmp_path / "flat.mp4", "-c", "copy", upload)
    assert media.probe(upload).picture == (120, 240)
    area = media.Area(0, 60, 0.02, 0.2, 0.98, 0.8)
    done = measure.frame(cut(tmp_path, upload, "done", area), 30).astype(float)
    plain = measure.frame(cut(tmp_path, upload, "plain"), 30).astype(float)
    before = cut(tmp_path, upload, "covered", area, size=(120, 240))
    twice = measure.frame(cut(tmp_path, before, "twice"), 15).astype(float)
    sides = np.r_[0:100, 220:320]
    assert abs(done - twice)[:, sides].max() < 12 < 40 < abs(done - plain)[:, sides].max()


def test_a_still_is_covered_too(tmp_path: Path) -> None:
    upload = striped(tmp_path / "a.mp4")
    piece = pieces.picture_of(source_of(upload), 1000, 1, (replace(AREA, end=1),))
    media.still(piece, (320, 180), tmp_path / "still.png")
    with Image.open(tmp_path / "still.png") as image:
        shown = np.asarray(image.convert("RGB")).astype(float)
    assert shown[58:122, 132:188].std() < 6 and shown[58:122, :100].std() > 80


@pytest.mark.slow
def test_the_pictures_that_are_looked_at_are_those_of_the_piece(tmp_path: Path, video: Path) -> None:
    seen: list[np.ndarray] = []
    media.pictures(pieces.picture_of(source_of(video), 500, 10), 30, 3, (320, 180), lambda one: seen.append(one))
    plain = cut(tmp_path, video, "plain")
    assert len(seen) == 4
    for number, one in zip((0, 3, 6, 9), seen, strict=True):
        near = {n: abs(measure.frame(plain, n).astype(float) - one).mean() for n in range(0, 12)}
        assert min(near, key=lambda n: near[n]) == number and near[number] < 4


def test_a_clip_whose_faces_must_not_be_seen_shows_no_picture_unless_it_is_covered(tmp_path: Path) -> None:
    reel, hidden = Reel((), (CLIP,), {}, 320, 180), replace(SEEN, faces=True)

    def job(source: survey.Source, covers: dict[pieces.Stretches, tuple[media.Area, ...]]) -> pieces.Job:
        return pieces.plan(reel, {RESPONSE: source}, LOOK, tmp_path, covers=covers)[0]

    plain, card, covered = job(SEEN, {}), job(hidden, {}), job(hidden, {CLIP.stretches: (AREA,)})
    other = job(hidden, {CLIP.stretches: (replace(AREA, left=0.1),)})
    assert len({one.target for one in (plain, card, covered, other)}) == 4
    assert card.source and card.source.facts.picture is None and not card.cover
    assert covered.source and covered.source.facts.picture and covered.cover == (AREA,)
    assert job(SEEN, {CLIP.stretches: (AREA,)}).target == plain.target, "who may be seen is not covered"
    assert job(hidden, {CLIP.stretches: ()}).target == card.target, "nothing found is not nothing to hide"
    assert job(hidden, {(replace(CLIP.span, end_ms=5001),): (AREA,)}).target == card.target
