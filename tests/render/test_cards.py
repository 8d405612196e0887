"""Every card design at every shape with the shortest and the longest words; templates that are wrong."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.words.drawn_cards import DESIGNS, FERNHILL, LONG, SHORT, TEXTS, USUAL, WORDS, bare, blobs, card, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from reelmaker.errors import TemplateError
from reelmaker.model import Brand, Card
from reelmaker.render import cards
from reelmaker.render.cards import colours
from reelmaker.render.cards.layout import Placed
from reelmaker.render.cards.template import SAFE, Item
from reelmaker.text import layout

SIZES = [(1280, 720), (540, 960), (480, 480), (640, 480), (320, 180), (384, 480)]


def test_there_are_three_designs() -> None:
    assert {"plain", "bold", "dark"} <= set(DESIGNS)


@pytest.mark.sampled(0.3)
@pytest.mark.slow
@pytest.mark.parametrize(("design", "kind"), list(itertools.product(DESIGNS, WORDS)), ids=str)
def test_every_card_keeps_to_the_safe_area_overlaps_nothing_and_can_be_read(design: str, kind: str) -> None:
    """Each is drawn once a size: with the usual words, the shortest, the longest, and in other scripts."""
    for (words, fields), size in itertools.product(TEXTS.items(), SIZES):
        shown, where = card(kind, fields), f"{words}, {size}"
        ground, drawn = bare(shown, design, FERNHILL, size), cards.still(shown, cards.find(design), FERNHILL, size)
        _, things = cards.placed(shown, cards.find(design), FERNHILL, size)
        inside_the_safe_area(drawn, ground, where)
        apart([thing.box for thing in things if isinstance(thing.what, Item)], where)
        if size == (1280, 720):
            readable([thing for thing in things if thing.lines], ground, where)


def inside_the_safe_area(drawn: np.ndarray, ground: np.ndarray, where: str) -> None:
    ink = (drawn != ground).any(axis=2)
    assert ink.any(), where
    height, width = ink.shape
    left, top = int(width * SAFE), int(height * SAFE)
    ink[top : height - top, left : width - left] = False
    assert not ink.any(), f"{where}: ink outside at {np.argwhere(ink)[:3].tolist()}"


def apart(boxes: list[tuple[int, int, int, int]], where: str) -> None:
    for (x, y, w, h), (u, v, a, b) in itertools.combinations(boxes, 2):
        assert x + w <= u or u + a <= x or y + h <= v or v + b <= y, (where, (x, y, w, h), (u, v, a, b))


def readable(things: list[Placed], ground: np.ndarray, where: str) -> None:
    """Contrast of each text's own pixels with what is under them, and a height a room can read."""
    for thing in things:
        x, y, width, height = thing.box
        under = ground[y : y + height, x : x + max(1, width)].reshape(-1, 3)
        assert (under == under[0]).all(), f"{where}: words lie across an edge"
        hexed = "#" + "".join(f"{int(part):02x}" for part in under[0])
        assert colours.contrast(thing.colour, hexed) >= 4.5, (where, thing.words, thing.colour, hexed)
        assert thing.px >= ground.shape[0] / 40, where


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
def test_every_word_is_on_the_card(design: str) -> None:
    for kind, size in itertools.product(WORDS, SIZES):
        for words in (USUAL, SHORT):
            shown = card(kind, words)
            drawn = " ".join(thing.words for thing in texts(shown, design, FERNHILL, size))
            for name, text in shown.fields:
                if name not in ("spoke", "of", "split"):
                    assert " ".join(text.split()) in drawn, (kind, size, name)
    long = card("intro", USUAL | {"statement": LONG})
    assert LONG.strip() in " ".join(thing.words for thing in texts(long, design, FERNHILL, (1280, 720)))


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
def test_descenders_and_accents_are_whole(design: str) -> None:
    """Each line's ink, drawn alone on a large canvas, is all on the card as well."""
    for size in [(1280, 720), (720, 1280), (720, 720), (640, 360), (480, 270)]:
        shown = card("intro", USUAL | {"statement": "gyjpq ÅÇẤ gyjpq", "outcome": "ÅÇ gyjpq"})
        picture = cards.still(shown, cards.find(design), FERNHILL, size).astype(int)
        for thing in texts(shown, design, FERNHILL, size):
            assert isinstance(thing.what, Item)
            font = layout.font(thing.font, thing.px, thing.what.weight, 32 if thing.what.size >= 0.045 else 20)
            alone = Image.new("L", size)
            for line in thing.lines:
                ImageDraw.Draw(alone).text((line.x, line.y), line.text, fill=255, font=font, anchor="ls")
            solid = np.asarray(alone) > 250
            assert solid.any()
            assert (abs(picture[solid] - colours.rgb(thing.colour)).max(axis=1) <= 8).all(), thing.words


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("kind", WORDS)
def test_frames_are_exact_and_end_still(design: str, kind: str) -> None:
    template, size = cards.find(design), (320, 180)
    for duration, fps in [(4000, 30), (3510, 25), (100, 30), (33, 30), (1, 30)]:
        shown = card(kind, USUAL, duration)
        frames = list(cards.draw(shown, template, FERNHILL, size, fps))
        assert len(frames) == max(1, round(duration * fps / 1000))
        assert all(frame.shape == (180, 320, 3) and frame.dtype == np.uint8 for frame in frames)
    frames = list(cards.draw(card(kind, USUAL), template, FERNHILL, size, 30))
    settled = cards.settled_after(card(kind, USUAL), template)
    assert 0 < settled <= 1000
    rest = frames[-(-settled * 30 // 1000) :]
    assert len({id(frame) for frame in rest}) == 1, "the still part is one array, sent once"
    assert (rest[0] == cards.still(card(kind, USUAL), template, FERNHILL, size)).all()
    assert not (frames[0] == rest[0]).all(), "it moves"
    steps = [abs(a.astype(int) - b).mean() for a, b in itertools.pairwise(frames[: len(frames) - len(rest) + 1])]
    assert steps[-1] < max(steps) / 4, "the motion settles and does not jump at its end"


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
def test_the_same_words_give_the_same_pixels(design: str) -> None:
    for kind in WORDS:
        first, second = (
            list(cards.draw(card(kind, USUAL), cards.find(design), FERNHILL, (320, 180), 30)) for _ in range(2)
        )
        assert all((a == b).all() for a, b in zip(first, second, strict=True))


@pytest.mark.slow
@pytest.mark.parametrize(("spoke", "of"), [(9, 16), (0, 7), (7, 7), (1, 1), (31, 60)])
@pytest.mark.parametrize("design", DESIGNS)
def test_the_count_is_drawn(design: str, spoke: int, of: int) -> None:
    """As many filled shapes as customers who spoke of it: counted in the picture."""
    shown = card("intro", USUAL | {"spoke": str(spoke), "of": str(of)})
    size = (1280, 720)
    _, things = cards.placed(shown, cards.find(design), FERNHILL, size)
    thing = next(t for t in things if isinstance(t.what, Item) and t.what.kind == "count")
    x, y, width, height = thing.box
    picture = cards.still(shown, cards.find(design), FERNHILL, size)[y : y + height, x : x + width].astype(int)
    filled = abs(picture - colours.rgb(thing.colour)).max(axis=2) < 60
    assert blobs(filled, least=thing.px**2 // 2) == spoke


@pytest.mark.parametrize("fields", [{}, {"spoke": "3"}, {"spoke": "many", "of": "16"}, {"spoke": "0", "of": "0"}])
def test_without_numbers_there_is_no_drawn_count(fields: dict[str, str]) -> None:
    shown = Card("intro", "plain", tuple({"statement": "Late", **fields}.items()), 4000)
    _, things = cards.placed(shown, cards.find("plain"), FERNHILL, (1280, 720))
    assert all(isinstance(t.what, Item) and t.what.kind != "count" for t in things)


@pytest.mark.parametrize("design", DESIGNS)
def test_absent_words_leave_no_hole(design: str) -> None:
    """A card of one line stands where the words it has would stand, centred in its stack."""
    full = texts(card("outro", USUAL), design, FERNHILL, (1280, 720))
    alone = texts(card("outro", {"question1": USUAL["question1"]}), design, Brand(), (1280, 720))
    assert {thing.words for thing in alone} == {USUAL["question1"], "What will we do about it?"}
    assert len(alone) == len(full) - 2
    empty = Card("chapter", design, (), 1000)
    assert cards.still(empty, cards.find(design), Brand(), (320, 180)).shape == (180, 320, 3)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=300), size=st.sampled_from([(320, 180), (180, 320), (200, 200)]))
def test_any_words_can_be_drawn(text: str, size: tuple[int, int]) -> None:
    shown = card("intro", USUAL | {"statement": text})
    assert cards.still(shown, cards.find("plain"), Brand(name=text), size).shape == (size[1], size[0], 3)


def test_signs_without_a_glyph_are_left_out_and_named() -> None:
    told = "Paying 😀 is ߒߞߏ hard\u200d 𒀀 ok ⚡\ufe0f"
    assert cards.missing_glyphs(told, Brand()) >= set("😀ߒߞߏ𒀀")
    assert not cards.missing_glyphs("gyjpq ÅÇ Ελληνικά Привет עברית العربية 漢字\n\t €", Brand())
    drawn = next(t for t in texts(card("intro", {"statement": told}), "plain", Brand(), (1280, 720)))
    assert drawn.words.startswith("Paying is hard") and "  " not in drawn.words


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("colour", ["#ffff00", "#777777", "#000000", "#ffffff", "#00a0ff", "#0b6e4f"])
def test_words_can_be_read_in_any_brand(design: str, colour: str) -> None:
    brands = [
        Brand(name="B", primary=colour),
        Brand(name="B", accent=colour),
        Brand(name="B", background=colour),
        Brand(name="B", background=colour, text=colour, primary=colour, accent=colour),
    ]
    for brand, kind in itertools.product(brands, WORDS):
        shown = card(kind, USUAL)
        under = bare(shown, design, brand, (640, 360))
        for thing in texts(shown, design, brand, (640, 360)):
            x, y, width, _ = thing.box
            hexed = "#" + "".join(f"{int(part):02x}" for part in under[y, x + width // 2])
            assert colours.contrast(thing.colour, hexed) >= 4.5, (thing.words, thing.colour, hexed)


def test_the_brand_is_seen() -> None:
    brand = Brand(name="Fernhill", primary="#a01060", background="#fff8f0")
    picture = cards.still(card("intro", USUAL), cards.find("plain"), brand, (640, 360))
    seen = {tuple(int(part) for part in pixel) for pixel in picture.reshape(-1, 3)}
    assert colours.rgb("#a01060") in seen and colours.rgb("#fff8f0") in seen


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("shape", [(400, 100), (100, 400), (50, 50)])
def test_a_logo_keeps_its_shape(design: str, shape: tuple[int, int], tmp_path: Path) -> None:
    file = tmp_path / "logo.png"
    Image.new("RGB", shape, "#ff00fe").save(file)
    brand = Brand(name="Fernhill", logo=str(file))
    picture = cards.still(card("intro", USUAL), cards.find(design), brand, (1280, 720)).astype(int)
    rows, columns = np.nonzero(abs(picture - (255, 0, 254)).max(axis=2) < 6)
    across, down = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert abs(across / down / (shape[0] / shape[1]) - 1) < 0.08
    assert "Fernhill" not in [t.words for t in texts(card("intro", USUAL), design, brand, (1280, 720))]


def test_a_dark_logo_on_a_dark_ground_gets_a_plate(tmp_path: Path) -> None:
    logo = Image.new("RGBA", (300, 100))
    ImageDraw.Draw(logo).ellipse((10, 10, 290, 90), fill="#101418")
    logo.save(tmp_path / "logo.png")
    brand = Brand(logo=str(tmp_path / "logo.png"))
    picture = cards.still(card("intro", USUAL), cards.find("dark"), brand, (1280, 720))
    near = picture[:160, 500:780].astype(int)
    assert (near.min(axis=2) > 240).any() and (near.max(axis=2) < 32).any()


def test_files_that_are_no_logo_or_font_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    with pytest.raises(TemplateError, match=r"broken\.png.*logo"):
        cards.still(card("intro", USUAL), cards.find("plain"), Brand(logo=str(broken)), (320, 180))
    with pytest.raises(TemplateError, match=r"broken\.png.*font"):
        cards.still(card("intro", USUAL), cards.find("plain"), Brand(font=str(broken)), (320, 180))


def test_a_font_of_the_brand_is_used(tmp_path: Path) -> None:
    font = tmp_path / "Company, Bold.ttf"
    shutil.copy(layout.own_font(), font)
    with_it = cards.still(card("intro", USUAL), cards.find("plain"), Brand(font=str(font)), (320, 180))
    assert (with_it == cards.still(card("intro", USUAL), cards.find("plain"), Brand(), (320, 180))).all()
    assert cards.identity(cards.find("plain"), Brand(font=str(font))) != cards.identity(cards.find("plain"), Brand())


@pytest.mark.parametrize("design", DESIGNS)
def test_the_speaker_card_leaves_room(design: str) -> None:
    """The wave's box is even, empty, seen, and clear of the captions below it."""
    template = cards.find(design)
    for size in SIZES:
        speaker = cards.speaker_card("Anna, premium customer", template, FERNHILL, size)
        x, y, width, height = speaker.wave_box
        assert speaker.picture.shape == (size[1], size[0], 3) and width % 2 == height % 2 == 0
        inside = speaker.picture[y : y + height, x : x + width].reshape(-1, 3)
        assert (inside == inside[0]).all()
        ground = "#" + "".join(f"{int(part):02x}" for part in inside[0])
        assert colours.contrast(speaker.wave_colour, ground) >= 3
        lines = 2 if size[0] >= size[1] else 3
        captions = template.caption.bottom + template.caption.size * (1.3 * lines + 0.4)
        assert y + height <= size[1] * (1 - captions)
        if min(size) > 300:
            without = cards.speaker_card("", template, FERNHILL, size).picture
            assert (without != speaker.picture).any()
