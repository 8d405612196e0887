"""Right to left, without spaces, with marks above and below: looked at in pixels, drawn by us and by libass."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.words.drawn_cards import bare
from helpers.words.drawn_words import extent, ink
from helpers.words.other_scripts import LONG, OWN, SIZE, WORDS, burn, dark, drawn, found_at, light, one_each
from PIL import Image, ImageFont, features

from reelmaker.model import Brand, Card, Cue
from reelmaker.render import cards, overlay
from reelmaker.render.cards.template import SAFE
from reelmaker.text import bidi, fonts, layout, shaping
from reelmaker.text.layout import Flow


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Shared ink of two pictures as a share of all their ink, cut to their ink, moved by a pixel where that helps."""
    cut = []
    for mask in (one > 127, other > 127):
        left, top, right, bottom = extent(mask)
        cut.append(mask[top : bottom + 1, left : right + 1])
    height, width = (max(part.shape[axis] for part in cut) + 2 for axis in (0, 1))
    first, second = (np.pad(part, ((1, height - part.shape[0] - 1), (1, width - part.shape[1] - 1))) for part in cut)
    moved = [np.roll(second, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
    return max(float((first & other).sum() / (first | other).sum()) for other in moved)


@pytest.mark.parametrize("rtl", [False, True])
def test_levels_are_those_of_the_unicode_algorithm(rtl: bool) -> None:
    """Against unicode-bidi (Rust), on letters, numbers, brackets and marks of both directions."""
    from bidi import get_display

    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    for _ in range(3000):
        line = "".join(dice.choice("abאבgعر12٣٤ .,:-+%$()[]!/\u0301\u064b") for _ in range(dice.randint(1, 16)))
        order = bidi.order(bidi.levels(line, rtl))
        assert "".join(line[at] for at in order) == get_display(line, base_dir="R" if rtl else "L"), line


@pytest.mark.slow
@pytest.mark.parametrize("weight", [400, 600, 700])
def test_libass_draws_each_script_where_it_was_measured(weight: int, tmp_path: Path) -> None:
    """Edges of the ink to two pixels, and the same letters as HarfBuzz draws for the cards."""
    template = dark(weight)
    px = template.caption.size * SIZE[1]
    frames = burn(tmp_path, one_each(list(WORDS.values())), "", template, SIZE)
    for (script, text), frame in zip(WORDS.items(), frames, strict=True):
        flow = layout.flow_of(text)
        box = shaping.box(text, OWN, weight, layout.PLAIN, flow)
        begin = SIZE[0] / 2 - shaping.width(text, OWN, weight, layout.PLAIN, flow) * px / 2
        left, top, right, bottom = extent(light(frame))
        assert abs(left - begin - box[0] * px) <= 2 and abs(right + 1 - begin - box[2] * px) <= 2, script
        assert abs((bottom + 1 - top) - (box[3] - box[1]) * px) <= 3, script
        assert likeness(light(frame) * 255, drawn(text, weight, px, flow)[0]) > 0.7, script
        edges = extent(ink(frame))
        pads = left - edges[0], edges[2] - right, top - edges[1], edges[3] - bottom
        assert min(pads[:2]) > 0.3 * px and min(pads[2:]) >= 2, (script, pads)


def test_every_script_that_comes_along_is_tried() -> None:
    named = {block[2] for block in fonts.BLOCKS if block[3]} - {"Chinese, Japanese or Korean"}
    assert named <= set(WORDS)
    for text in WORDS.values():
        assert not layout.missing(text, OWN) and layout.clean(text, OWN) == unicodedata.normalize("NFC", text)


@pytest.mark.skipif(not features.check("raqm"), reason="Pillow has no raqm here to compare with")
@pytest.mark.parametrize("script", ["Arabic", "Hebrew", "Devanagari", "Thai", "Tamil", "Khmer"])
def test_letters_are_shaped_as_raqm_shapes_them(script: str) -> None:
    text, px = WORDS[script], 80
    flow = layout.flow_of(text)
    [face] = layout.used(text, OWN)
    ours = drawn(text, 400, px, flow)[0]
    font = ImageFont.truetype(str(face.path), px, layout_engine=ImageFont.Layout.RAQM)
    font.set_variation_by_axes([400])

    def theirs(words: str, direction: str) -> np.ndarray:
        box = font.getbbox(words, direction=direction, features=["-kern"])
        return (
            np.asarray(Image.Image()._new(font.getmask(words, direction=direction, features=["-kern"])))
            if box
            else np.zeros((1, 1))
        )

    assert likeness(ours, theirs(text, "rtl" if flow.rtl else "ltr")) > 0.8
    if script in ("Arabic", "Hebrew"):
        apart = np.concatenate(
            [np.pad(drawn(sign, 400, px, Flow())[0], ((0, 0), (2, 2)))[:20] for sign in text if sign != " "],
            1,
        )
        assert likeness(ours, apart) < 0.5, "single letters from left to right look otherwise"


def test_joined_arabic_is_narrower_than_its_letters() -> None:
    joined = layout.width("بطاقة", OWN, 600)
    assert joined < 0.9 * sum(layout.width(sign, OWN, 600) for sign in "بطاقة")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "parts", "last"),
    [
        ("שלום abc 123", ["abc 123", "שלום"], ""),
        ("abc שלום 123", ["abc", "123", "שלום"], ""),
        ("קניתי 357 כרטיסים (ב-Visa)!", ["Visa", "כרטיסים", "357", "קניתי"], "!"),
        ("دفعت 4242 دينار.", ["دينار", "4242", "دفعت"], "."),
    ],
)
def test_ink_stands_in_the_order_it_is_read(text: str, parts: list[str], last: str, tmp_path: Path) -> None:
    """Each part, drawn alone, is found in the burnt caption, from left to right; the full stop ends it."""
    [frame] = burn(tmp_path, one_each([text]), "", dark(), SIZE)
    picture = light(frame)
    places = [found_at(part, layout.flow_of(part).rtl, picture) for part in parts]
    assert places == sorted(set(places))
    if last:
        columns = picture.any(axis=0).nonzero()[0]
        first = next(at for at, (one, other) in enumerate(pairwise(columns)) if other > one + 1) + 1
        face = shaping.faces(text, OWN, "")[-1]
        assert face
        box = shaping.box(last, OWN, 600, layout.PLAIN, Flow()) if face.path == OWN else None
        wide = (box[2] - box[0]) * dark().caption.size * SIZE[1] if box else first
        assert abs(first - wide) <= 2 and first < 0.3 * dark().caption.size * SIZE[1]


def test_no_sign_is_a_box() -> None:
    """Each sign's ink is another than that of the font's box for what it lacks."""
    for text in WORDS.values():
        for sign in set(text) - {" "}:
            if unicodedata.category(sign)[0] not in "LN":
                continue
            face = fonts.face_of(sign, OWN, layout.flow_of(text).region)
            assert face, sign
            font, buffer = shaping.shape_run(sign, face, 400, layout.PLAIN, False)
            assert all(info.codepoint for info in buffer.glyph_infos), sign
            box = font.get_glyph_extents(0)
            picture = font.get_glyph_extents(buffer.glyph_infos[0].codepoint)
            assert picture and (picture.width, picture.height) != (box.width, box.height), sign


def test_emoji_are_left_out(tmp_path: Path) -> None:
    frames = burn(tmp_path, one_each(["My card 😀🇩🇪 was refused 👩\u200d💻", "My card was refused"]), "", dark(), SIZE)
    assert (frames[0] == frames[1]).all()


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (854, 480), (540, 960), (320, 180)], ids=str)
def test_descenders_and_marks_of_captions_are_whole(size: tuple[int, int], tmp_path: Path) -> None:
    """Nothing is cut: the ink is as high as the outlines are, and the box lies around it."""
    texts = ["gyjpq ÅÇ", "ปู่ญี่ปุ่นกู้", "बुद्धिमत्ता र्स्थिति", "ًٌٍَُِّْبَّ", "ប្រាក់ស្រ្តី"]
    template = dark()
    for text, frame in zip(texts, burn(tmp_path, one_each(texts), "", template, size), strict=True):
        edges = extent(ink(frame))
        inner = frame[edges[1] + 2 : edges[3] - 1, edges[0] + 2 : edges[2] - 1].min(axis=2)
        left, top, right, bottom = extent(inner > 60)  # thin strokes are faint
        script = overlay.ass(one_each([text]), "", 900, template, Brand(), size)
        assert script.count("Dialogue: 2") >= 1
        px = max(template.caption.size, 1 / 20) * size[1]
        flow = layout.flow_of(layout.clean(text, OWN))
        box = shaping.box(layout.clean(text, OWN), OWN, 600, layout.PLAIN, flow)
        assert abs((bottom + 1 - top) - (box[3] - box[1]) * px) <= 0.08 * px + 3, (text, size)
        # below a dozen pixels an em, the air under a mark is less than one of them
        assert left > 1 and right < inner.shape[1] - 2 and (bottom < inner.shape[0] - 1 or px < 12), (
            text,
            size,
        )


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1280, 720), (540, 960), (480, 480)], ids=str)
@pytest.mark.parametrize("place", ["top-left", "bottom-left"])
def test_long_words_stay_in_the_safe_area(place: str, size: tuple[int, int], tmp_path: Path) -> None:
    template = cards.find("dark")
    template = replace(template, lower_third=replace(template.lower_third, place=place))
    for text in LONG.values():
        cues = [Cue(0, 2000, text)]
        # the name of the very script that has both, its captions taken out
        caption = ink(burn(tmp_path, cues, "", template, size)[0])
        name = ink(burn(tmp_path, cues, text, template, size, keep="\\fad")[0])
        assert not (caption & name).any()
        for mask in (caption, name):
            left, top, right, bottom = extent(mask)
            assert left >= size[0] * SAFE - 1 and right <= size[0] * (1 - SAFE)
            assert top >= size[1] * SAFE - 1 and bottom <= size[1] * (1 - SAFE)


def test_what_is_read_from_the_right_begins_there(tmp_path: Path) -> None:
    """The name at the right, and a card's words; centred words stay in the middle."""
    [frame] = burn(tmp_path, [Cue(0, 2000, "😀")], "אנה, לקוחת פרימיום", dark(), SIZE)
    left, _, right, _ = extent(ink(frame))
    assert left > SIZE[0] / 2 and abs(right - SIZE[0] * (1 - SAFE)) <= 2
    for design, centred in (("plain", False), ("bold", False), ("dark", True)):
        edges = []
        for text in ("Customers give up", "לקוחות מוותרים"):
            shown = Card("intro", design, (("statement", text),), 1000)
            picture = cards.still(shown, cards.find(design), Brand(), SIZE)
            edges.append(extent((picture != bare(shown, design, Brand(), SIZE)).any(axis=2)))
        if centred:
            assert all(abs((left + right) / 2 - SIZE[0] / 2) <= 3 for left, _, right, _ in edges)
        else:
            assert abs(edges[0][0] + edges[1][2] - SIZE[0]) <= 0.02 * SIZE[0], "mirrored"
