"""Faces: what the network says read as boxes, boxes followed through a clip, whom it concerns. Pure, no network needed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from reelmaker import media
from reelmaker.media.pixelate import BLOCKS, MASK, areas_at, grid, masks
from reelmaker.model import blur_consent
from reelmaker.redaction import faces
from reelmaker.redaction.faces import tracker
from reelmaker.redaction.faces.detector import LEAST, apart, decoded
from reelmaker.redaction.faces.tracker import Face, areas

FPS, EACH = 30, 3
Box = tuple[float, float, float, float]


def face(x: float, y: float = 0.5, size: float = 0.1, score: float = 0.9) -> Face:
    return Face(x - size / 2, y - size / 2, x + size / 2, y + size / 2, score)


def hidden(found: Sequence[media.Area], frame: int, one: Face, grown: float = 0.2) -> bool:
    """Whether one area holds the face, and a margin of its own size around it, in that frame."""
    wide, high = (one.right - one.left) * grown, (one.bottom - one.top) * grown
    return any(
        area.first <= frame < area.end
        and area.left <= max(0, one.left - wide)
        and area.top <= max(0, one.top - high)
        and area.right >= min(1, one.right + wide)
        and area.bottom >= min(1, one.bottom + high)
        for area in found
    )


# What the network says


def said(**peaks: tuple[int, int, float, Box]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Maps of 20 x 40 places (a picture of 160 x 80) with peaks: (row, column, score, (height, width, down, right))."""
    heat, sizes, offsets = np.zeros((20, 40)), np.zeros((2, 20, 40)), np.zeros((2, 20, 40))
    for row, column, score, (high, wide, down, right) in peaks.values():
        heat[row, column] = score
        sizes[:, row, column] = np.log([high / 4, wide / 4])
        offsets[:, row, column] = down, right
    return heat, sizes, offsets


def test_a_peak_is_a_face_of_that_size_around_its_exact_middle() -> None:
    [one] = decoded(*said(a=(9, 20, 0.8, (24, 16, 0.25, -0.25))), (160, 80))
    middle_x, middle_y = (20.5 - 0.25) * 4, (9.5 + 0.25) * 4
    assert one.score == 0.8
    assert (one.left * 160, one.right * 160) == pytest.approx((middle_x - 8, middle_x + 8))
    assert (one.top * 80, one.bottom * 80) == pytest.approx((middle_y - 12, middle_y + 12))


def test_what_is_hardly_a_face_is_none_and_a_low_score_is_enough() -> None:
    weak, enough = (2, 5, LEAST - 0.01, (8, 8, 0, 0)), (12, 30, LEAST + 0.01, (8, 8, 0, 0))
    [one] = decoded(*said(a=weak, b=enough), (160, 80))
    assert one.score == pytest.approx(LEAST + 0.01) and LEAST <= 0.3


def test_a_face_at_the_edge_ends_with_the_picture() -> None:
    left, right = decoded(*said(a=(0, 0, 0.9, (40, 40, 0, 0)), b=(19, 39, 0.9, (9e9, 40, 0, 0))), (160, 80))
    assert (left.left, left.top) == (0, 0) and (right.right, right.bottom, right.top) == (1, 1, 0)


def test_of_boxes_of_one_face_the_surest_stays_and_neighbours_stay_both() -> None:
    sure, same, other = face(0.3, score=0.8), face(0.32, score=0.5), face(0.41, score=0.3)
    assert apart([same, other, sure]) == [sure, other]


# Followed through a clip


def test_a_face_is_covered_with_its_margin_in_every_frame() -> None:
    seen = [[face(0.3 + 0.01 * number)] for number in range(20)]
    found = areas(seen, EACH, 60, FPS)
    for frame in range(60):
        share = frame / EACH
        assert hidden(found, frame, face(0.3 + 0.01 * share)), frame
    assert max(area.right - area.left for area in found) < 0.3, "not half of the picture"


@pytest.mark.parametrize("missed", [range(5, 7), range(4, 16), range(1, 25)])
def test_a_face_that_is_missed_between_two_finds_is_covered_all_along(missed: range) -> None:
    way = [face(0.3 + 0.004 * number) for number in range(30)]
    seen = [[] if number in missed else [one] for number, one in enumerate(way)]
    found = areas(seen, EACH, 90, FPS)
    assert all(hidden(found, frame, way[frame // EACH]) for frame in range(90))


def test_a_face_is_covered_before_it_is_found_first_and_after_it_is_found_last() -> None:
    other = face(0.8, 0.3)
    seen = [[other, *([face(0.3)] if 30 <= number < 40 else [])] for number in range(100)]
    found = areas(seen, EACH, 300, FPS)
    before, after = 30 * EACH, 40 * EACH
    covered = {frame for frame in range(300) if hidden(found, frame, face(0.3))}
    assert set(range(before - 15, after + 12)) <= covered, "half a second on both sides"
    assert not {before - 40, after + 40} & covered, "and not for ever while somebody else is seen"


def test_where_no_face_is_found_any_more_the_last_place_stays_covered_and_the_next_is_already() -> None:
    first, last = face(0.2), face(0.8)
    seen = [[first] if number < 10 else [last] if number >= 90 else [] for number in range(100)]
    found = areas(seen, EACH, 300, FPS)
    assert all(hidden(found, frame, first) for frame in range(250)), "until the next is covered"
    assert all(hidden(found, frame, last) for frame in range(60, 300))
    seen = [[first] if 40 <= number < 50 else [] for number in range(100)]
    assert all(hidden(areas(seen, EACH, 300, FPS), frame, first) for frame in range(300))


def test_two_faces_that_cross_are_both_covered() -> None:
    ways = [
        [face(0.2 + 0.02 * number, 0.4) for number in range(30)],
        [face(0.8 - 0.02 * number, 0.5) for number in range(30)],
    ]
    seen = [[one, other] if number % 4 else [other] for number, (one, other) in enumerate(zip(*ways, strict=True))]
    found = areas(seen, EACH, 90, FPS)
    for frame in range(3, 87):
        for way in ways:
            assert hidden(found, frame, way[frame // EACH]), frame


def test_one_weak_find_is_a_wall_and_two_are_a_face() -> None:
    weak, sure = face(0.5, score=tracker.SURE - 0.05), face(0.1)
    once, twice = (areas([[sure], [weak], found, []], EACH, 12, FPS) for found in ([], [weak]))
    assert hidden(twice, 4, weak) and not hidden(once, 4, weak) and hidden(once, 4, sure)
    assert areas([[], [weak], [weak], []], EACH, 12, FPS) == [], "nothing sure: the picture is not shown"
    assert areas([[], [face(0.5, score=tracker.SURE)], [], []], EACH, 12, FPS)


def test_areas_lie_inside_the_picture_and_the_clip() -> None:
    found = areas([[face(0.02, 0.97, 0.3)]] * 4, EACH, 11, FPS)
    assert found and {area.first for area in found} == {0, 3, 6, 9}
    for area in found:
        assert 0 <= area.first < area.end <= 11
        assert 0 <= area.left < area.right <= 1 and 0 <= area.top < area.bottom <= 1
    assert areas([[], []], EACH, 6, FPS) == []


def test_a_leap_to_another_place_is_another_face() -> None:
    tracks = tracker.tracked([[face(0.1)], [face(0.9)], [face(0.1)]], 0.1)
    assert [[number for number, _ in track] for track in tracks] == [[0, 2], [1]]


def test_a_face_that_is_found_in_one_picture_of_five_is_found_and_one_in_a_corner_of_the_clip_is_not() -> None:
    small = [[face(0.5)] if number % 5 == 0 else [] for number in range(50)]
    assert faces.found(small) == pytest.approx(1, abs=0.05)
    assert faces.found([[face(0.5)]] * 10 + [[]] * 40) == pytest.approx(0.24)
    assert faces.found([]) == 0


# What is painted


def test_masks_are_one_for_each_frame_white_where_it_is_covered() -> None:
    wide, high = MASK
    found = [media.Area(1, 3, 0.5, 0.25, 0.503, 0.5), media.Area(2, 4, 0.0, 0.9, 1.0, 1.0)]
    shown = [np.frombuffer(raw, np.uint8).reshape(high, wide) for raw in masks(found, 5)]
    assert [set(np.unique(mask)) for mask in shown] == [{0}, {0, 255}, {0, 255}, {0, 255}, {0}]
    rows, columns = np.nonzero(shown[1])
    assert (rows.min(), rows.max()) == (high // 4, high // 2 - 1)
    assert columns.min() == wide // 2 and columns.max() + 1 >= 0.503 * wide, "never smaller than the area"
    assert shown[2][rows, columns].all() and shown[2][-1].all() and not shown[3][rows, columns].any()


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (320, 180)])
def test_blocks_are_as_large_as_the_largest_area_needs(size: tuple[int, int]) -> None:
    small, large = media.Area(0, 1, 0.1, 0.1, 0.15, 0.15), media.Area(0, 1, 0.2, 0.2, 0.6, 0.7)
    blocks = grid([small, large], size)
    side = min(0.4 * size[0], 0.5 * size[1])
    for whole, many in zip(size, blocks, strict=True):
        assert side / BLOCKS * 0.8 < whole / many
    assert grid([media.Area(0, 1, 0, 0, 1, 1)], size) >= (2, 2)


def test_a_single_picture_is_covered_as_the_frames_next_to_it() -> None:
    found = [
        media.Area(0, 30, 0, 0, 0.1, 0.1),
        media.Area(32, 60, 0.5, 0.5, 0.6, 0.6),
        media.Area(40, 60, 0, 0, 1, 1),
    ]
    assert areas_at(found, 30) == (media.Area(0, 1, 0, 0, 0.1, 0.1), media.Area(0, 1, 0.5, 0.5, 0.6, 0.6))
    assert areas_at(found, 10) == (media.Area(0, 1, 0, 0, 0.1, 0.1),)


def test_the_size_that_is_looked_at_grows_with_what_is_shown() -> None:
    assert faces.size((1920, 1080), (1280, 720)) == (1280, 720)
    assert faces.size((320, 180), (320, 180)) == (640, 360), "small pictures are enlarged"
    assert faces.size((320, 180), (1280, 720)) == (640, 360), "but not more than helps"
    assert faces.size((1080, 1920), (1280, 720)) == (720, 1280)
    assert [max(faces.size((3840, 2160), (width, 9))) for width in (1600, 3840)] == [1600, 1920]


# Whom it concerns


@pytest.mark.parametrize(
    ("word", "commonly", "inside", "outside"),
    [
        ("", "none", False, False),
        ("", "faces", True, True),
        ("", "external", False, True),
        ("faces", "none", True, True),
        (" Yes ", "none", True, True),
        ("no", "faces", False, False),
        ("None", "external", False, False),
        ("external", "none", False, True),
        ("external", "faces", False, True),
        ("perhaps", "none", True, True),
        ("nope", "faces", True, True),
    ],
)
def test_the_row_goes_before_the_setting_and_what_is_unclear_is_blurred(
    word: str, commonly: str, inside: bool, outside: bool
) -> None:
    assert (blur_consent.wanted(word, commonly, False), blur_consent.wanted(word, commonly, True)) == (inside, outside)
    assert blur_consent.wanted(blur_consent.plain(word), commonly, True) == outside, (
        "the same once it is written plainly"
    )


@pytest.mark.parametrize("word", [*sorted(blur_consent.YES | blur_consent.NO), "EXTERNAL", "", "Faces "])
def test_known_words_are_no_trouble(word: str) -> None:
    assert not blur_consent.unclear({"blur": word})


def test_an_unknown_word_is_told_with_what_follows() -> None:
    [told] = blur_consent.unclear({"blur": "perhaps"})
    assert '"perhaps"' in told and "blurred" in told


def test_of_two_words_the_one_that_shows_less_holds() -> None:
    order = ["faces", "external", "", "no"]
    for strict, loose in pairwise(order):
        assert blur_consent.stricter(strict, loose) == blur_consent.stricter(loose, strict) == strict
    assert blur_consent.stricter("no", "whatever") == "whatever"
