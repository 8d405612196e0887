"""How cards look, measured in their pixels: contrast, sizes, the drawn count and its split, brand hues, no lonely words."""

from __future__ import annotations

import colorsys
import itertools
from pathlib import Path

import numpy as np
import pytest
from helpers.paths import ROOT
from helpers.words.drawn_cards import DESIGNS, FERNHILL, TEXTS, USUAL, WORDS, bare, blobs, card, texts
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from reelmaker.errors import TemplateError
from reelmaker.model import Brand, Count
from reelmaker.project.config import open_project
from reelmaker.render import cards, contact_sheet, preview
from reelmaker.render.cards import colours, pictograms
from reelmaker.render.cards.layout import Placed
from reelmaker.render.cards.template import SAFE, Item

PALE = Brand(name="Fernhill", primary="#fff3b0", accent="#ffe680")
BRANDS = {
    "own": FERNHILL,
    "pale yellow": PALE,
    "green": Brand("Fernhill", primary="#1f5f4a", accent="#e9a23b"),
}


def hexed(pixel: np.ndarray) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in pixel)


@pytest.mark.slow
@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("design", DESIGNS)
def test_the_ink_itself_stands_out_from_its_ground(design: str, brand: str) -> None:
    """From pixels alone: the solid part of every text against what is under it, as a projector shows it."""
    size = (1280, 720)
    for kind, words in itertools.product(WORDS, ("usual", "arabic")):
        shown = card(kind, TEXTS[words])
        picture = cards.still(shown, cards.find(design), BRANDS[brand], size)
        under = bare(shown, design, BRANDS[brand], size)
        for thing in texts(shown, design, BRANDS[brand], size):
            x, y, width, height = thing.box
            cut, ground = (a[y : y + height, x : x + max(1, width)].reshape(-1, 3) for a in (picture, under))
            if isinstance(thing.what, Item) and thing.what.kind == "split":
                continue  # its bars are no words; its text has the card's own colour
            far = abs(cut.astype(int) - ground[0]).sum(axis=1)
            solid = cut[far >= np.percentile(far[far > 0], 90)]  # edges are blends of ink and ground
            mean = hexed(np.median(solid, axis=0))
            assert colours.contrast(mean, hexed(ground[0])) >= 4.4, (kind, thing.words, mean)


@pytest.mark.slow
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)], ids=str)
def test_a_burnt_caption_is_as_high_as_a_room_needs_and_inside_the_safe_area(
    design: str, size: tuple[int, int], tmp_path: Path
) -> None:
    """Measured in the picture that ffmpeg made: two or three lines take a twentieth of the height each."""
    project = open_project(ROOT / "samples" / "fernhill")
    wanted = preview.wanted(project, "checkout", design, f"{size[0]}x{size[1]}")
    clip = preview.picture("clip", wanted).astype(int)
    ink = abs(clip - preview.stand_in(size)).max(axis=2) > 24
    rows, columns = np.nonzero(ink)
    assert rows.min() >= size[1] * SAFE - 1 and rows.max() <= size[1] * (1 - SAFE)
    assert columns.min() >= size[0] * SAFE - 1 and columns.max() <= size[0] * (1 - SAFE)
    low = np.nonzero(ink[size[1] // 2 :].any(axis=1))[0]
    lines = 2 if size[0] >= size[1] else 3
    assert np.ptp(low) + 1 >= lines * size[1] / 20


@pytest.mark.slow
@pytest.mark.parametrize(("spoke", "of"), [(9, 16), (0, 7), (7, 7), (1, 1), (31, 40)])
@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (720, 720)], ids=str)
def test_each_customer_can_be_counted_on_the_card_of_the_count(
    design: str, spoke: int, of: int, size: tuple[int, int]
) -> None:
    shown = card("evidence", USUAL | {"spoke": str(spoke), "of": str(of)})
    _, things = cards.placed(shown, cards.find(design), FERNHILL, size)
    [thing] = [t for t in things if isinstance(t.what, Item) and t.what.kind == "count"]
    x, y, width, height = thing.box
    cut = cards.still(shown, cards.find(design), FERNHILL, size)[y : y + height, x : x + width].astype(int)
    filled = abs(cut - colours.rgb(thing.colour)).max(axis=2) < 60
    assert blobs(filled, least=max(12, thing.px**2 // 1500 if thing.plan.ring else thing.px**2 // 2)) == spoke  # type: ignore[union-attr]
    ground = cut[0, 0]
    drawn = abs(cut - ground).max(axis=2) > 60
    assert drawn.any() and (spoke == of or (drawn & ~filled).sum() > drawn.sum() * (of - spoke) / of / 12)


@given(
    style=st.sampled_from(["dots", "squares", "people", "ring", "bar"]),
    size=st.floats(4, 200),
    of=st.integers(1, 5000),
    width=st.integers(40, 2000),
)
def test_a_drawn_count_has_room_for_everybody_and_is_never_too_wide(
    style: str, size: float, of: int, width: int
) -> None:
    plan = pictograms.plan(style, size, of, width)
    assert plan.width <= max(width, plan.px) and plan.height > 0
    if plan.row:
        assert of <= pictograms.MOST and -(-of // plan.row) <= pictograms.MOST_ROWS
        assert plan.px >= pictograms.SMALLER * round(size) - 1 or size < 6


def test_a_ring_grows_clockwise_and_ends_whole() -> None:
    full, hollow = (np.asarray(mask) for mask in pictograms.ring((9, 16), 200))
    assert not (full & hollow).any() and full[100:, 100:].any() and hollow[:100, :100].any()
    half = np.asarray(pictograms.swept(Image.fromarray(full), 0.5))
    assert (half[:, 105:] == full[:, 105:]).all() and not half[:, :95].any()
    assert (np.asarray(pictograms.swept(Image.fromarray(full), 1.0)) == full).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_the_split_draws_each_segments_own_share(design: str) -> None:
    """The filled part of each bar is as long as its count says, from the side where its name begins."""
    for names, rtl in ((("Loyal", "New"), False), (("عملاء جدد", "عملاء دائمون"), True)):
        shown = card("evidence", USUAL | {"split": f"2 8 {names[0]}\n6 8 {names[1]}"})
        template, size = cards.find(design), (1280, 720)
        [thing] = [t for t in texts(shown, design, FERNHILL, size) if t.bars]
        picture = cards.still(shown, template, FERNHILL, size).astype(int)
        assert [line.text for line in thing.lines if line.marks] == ["2 of 8", "6 of 8"]
        for (x, y, width, height), spoke, of in thing.bars:
            row = abs(picture[y + height // 2, x : x + width] - colours.rgb(thing.colour)).max(axis=1) < 30
            assert row.sum() == pytest.approx(width * spoke / of, abs=height)
            assert row[-height] if rtl else row[height]
        for line in thing.lines:
            if line.marks:
                assert (line.x < thing.box[0] + thing.box[2] / 2) is rtl, "its count is at the other side"


@pytest.mark.parametrize("text", ["", "nonsense", "3 0 nobody", "x 3 some"])
def test_a_split_that_says_nothing_leaves_its_room_to_the_count(text: str) -> None:
    def figure(split: str) -> Placed:
        shown = card("evidence", USUAL | {"split": split})
        return next(t for t in texts(shown, "plain", FERNHILL, (1280, 720)) if t.words == "9 of 16")

    alone = texts(card("evidence", USUAL | {"split": text}), "plain", FERNHILL, (1280, 720))
    assert not any(thing.bars for thing in alone)
    assert figure(text).px == figure(USUAL["split"]).px


def test_a_long_segment_name_is_cut_and_keeps_clear_of_its_count() -> None:
    [thing] = [t for t in texts(card("evidence", TEXTS["longest"]), "plain", FERNHILL, (1280, 720)) if t.bars]
    name, number = thing.lines[:2]
    assert name.text.endswith("…") and number.text == "99 of 120"
    under = bare(card("evidence", TEXTS["longest"]), "plain", FERNHILL, (1280, 720))
    picture = cards.still(card("evidence", TEXTS["longest"]), cards.find("plain"), FERNHILL, (1280, 720))
    ink = (picture != under).any(axis=2)[number.y - thing.px // 2 : number.y, number.x - thing.px // 2 : number.x]
    assert not ink.any()


@pytest.mark.parametrize("colour", ["#fff3b0", "#ffe680", "#bfe3ff", "#8a1f5c", "#123f2f", "#ff7a00"])
@pytest.mark.parametrize("ground", ["#faf8f4", "#0e1218", "#2a2be2", "#ffd21e", "#808080"])
def test_a_brand_colour_that_cannot_be_read_keeps_its_hue(colour: str, ground: str) -> None:
    found = colours.toned(colour, ground, 4.5)
    assert colours.contrast(found, ground) >= 4.5
    if found in (colours.BLACK, colours.WHITE, "#000000"):
        return
    hue, hue_found = (colorsys.rgb_to_hls(*(p / 255 for p in colours.rgb(c)))[0] for c in (colour, found))
    assert min(abs(hue - hue_found), 1 - abs(hue - hue_found)) < 0.03
    assert colours.contrast(colour, ground) < 4.5 or found == colour


def test_a_pale_brand_stays_a_brand() -> None:
    """Not black: the name on a pale ground is a dark gold."""
    named = colours.palette(cards.find("plain").palette, PALE)
    red, green, blue = colours.rgb(colours.resolve("primary", named, "#faf8f4", 4.5))
    assert red > blue + 60 and green > blue + 60


@pytest.mark.parametrize("design", DESIGNS)
def test_a_question_does_not_end_in_a_lonely_word_where_that_can_be_helped(design: str) -> None:
    shown = card("outro", USUAL | {"question1": "What would make paying for it easy?"})
    for size in [(1280, 720), (720, 720)]:
        thing = next(t for t in texts(shown, design, FERNHILL, size) if t.words.startswith("What would"))
        assert len(thing.lines[-1].text.split()) > 1, [line.text for line in thing.lines]


def test_a_design_of_nothing_but_colours_has_every_card(tmp_path: Path) -> None:
    """What a design leaves out is drawn as `plain` has it, in the design's own colours."""
    (tmp_path / "mine").mkdir()
    colour = {"background": "#102030", "text": "#ffffff", "primary": "#ffb0c0", "accent": "#90ee90"}
    palette = "\n".join(f'{role} = "{value}"' for role, value in colour.items())
    (tmp_path / "mine" / "template.toml").write_text(f"[palette]\n{palette}\n", "utf-8")
    mine, plain = cards.find("mine", [tmp_path]), cards.find("plain")
    assert mine.digest != plain.digest
    brand = Brand(name="Fernhill", **colour)  # type: ignore[arg-type]
    for kind in WORDS:
        ours = cards.still(card(kind, USUAL), mine, Brand("Fernhill"), (320, 180))
        assert (ours == cards.still(card(kind, USUAL), plain, brand, (320, 180))).all(), kind
    (tmp_path / "mine" / "template.toml").write_text("[palette]\n", "utf-8")
    with pytest.raises(TemplateError, match="palette"):
        cards.find("mine", [tmp_path])


@pytest.mark.parametrize("design", DESIGNS)
def test_a_quote_is_a_still_of_its_own(design: str) -> None:
    """For slides: the words and the speaker, and a mark even where nobody is named."""
    template = cards.find(design)
    with_label = cards.quote(USUAL["quote"], "Anna, new customer", template, FERNHILL, (640, 360))
    without = cards.quote(USUAL["quote"], "", template, FERNHILL, (640, 360))
    assert with_label.shape == without.shape == (360, 640, 3) and (with_label != without).any()
    shown = card("quote", USUAL)
    drawn = " ".join(thing.words for thing in texts(shown, design, FERNHILL, (640, 360)))
    assert USUAL["quote"] in drawn and "Anna, new customer" in drawn
    _, things = cards.placed(shown, template, FERNHILL, (1280, 720))
    [mark] = [t for t in things if isinstance(t.what, Item) and t.what.kind == "mark"]
    x, y, width, height = mark.box
    cut = cards.still(shown, template, FERNHILL, (1280, 720))[y : y + height, x : x + width].astype(int)
    ink = abs(cut - colours.rgb(mark.colour)).max(axis=2) < 60
    rows, columns = np.nonzero(ink)
    assert np.ptp(rows) + 1 >= height - 2 and np.ptp(columns) + 1 >= width - 2, "its ink fills its box"


@pytest.mark.slow
def test_the_sheet_shows_every_kind_of_every_design_at_every_shape(tmp_path: Path) -> None:
    project = open_project(ROOT / "samples" / "fernhill")
    out = contact_sheet.draw(project, "checkout", "bold", "all", tmp_path / "cards.png")
    with Image.open(out) as picture:
        sheet = np.asarray(picture.convert("RGB")).astype(int)
    paper = colours.rgb(contact_sheet.PAPER)
    high = 400 + contact_sheet.GAP
    for row in range(len(preview.KINDS)):
        top = contact_sheet.HEAD + row * high
        seen = abs(sheet[top + 100 : top + 250] - paper).max(axis=2).mean(axis=0) > 12
        inside = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], seen.astype(int), [0]]))))[::2]
        assert (inside > 150).sum() == 3, "three shapes side by side"


@pytest.mark.parametrize("kind", ["intro", "evidence", "chapter", "quote", "outro"])
def test_a_card_with_invented_figures_or_words_says_sample_under_them(kind: str) -> None:
    """A strip at the foot, beneath every word of the card; none where the count is known or nothing is invented."""
    project = open_project(ROOT / "samples" / "fernhill")
    known = preview.Known({"checkout": Count(6, 16)}, "May 2026")
    for size in ("320x180", "180x320"):
        wanted = preview.wanted(project, "checkout", "plain", size)
        bare, drawn = preview.picture(kind, wanted), preview.stamped(kind, wanted)
        high = round(preview.STAMP * 180)
        assert (drawn[:-high] == bare[:-high]).all(), "the card itself is as it was"
        strip = drawn[-high:].astype(int)
        assert ((strip.max(axis=2) < 40).mean() > 0.5 and (strip.min(axis=2) > 150).any()) == (kind != "outro")
        real = preview.stamped(kind, preview.wanted(project, "checkout", "plain", size, known))
        assert (real[-high:] == bare[-high:]).all() == (kind != "quote"), "a quote is never real"


def test_the_pictures_of_the_readmes_are_there_and_small() -> None:
    """What the pages show is committed, and light enough to carry along."""
    pages = ("README.md", "docs/how-to/brand-and-templates.md")
    readme = "".join((ROOT / name).read_text("utf-8") for name in pages)
    designs = (ROOT / "templates" / "README.md").read_text("utf-8")
    for design in ("plain", "bold", "dark"):
        assert f"../pictures/{design}.png" in designs
        assert (ROOT / "pictures" / f"{design}.png").stat().st_size < 60_000
    shown = ["cards.png", "reel-intro.jpg", "reel-clip.jpg", "reel-outro.jpg"]
    assert all(f"pictures/{name}" in readme for name in shown)
    assert sum((ROOT / "pictures" / name).stat().st_size for name in shown) < 400_000
