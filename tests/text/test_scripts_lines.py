"""Lines of other scripts: where they break, that any text can be drawn, and which fonts that opens."""

from __future__ import annotations

import random
import subprocess
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from helpers import robustness
from helpers.words.drawn_cards import bare
from helpers.words.drawn_words import extent, ink
from helpers.words.other_scripts import LONG, OWN, WORDS, burn, dark, drawn, one_each
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker.model import Brand, Card
from reelmaker.render import cards
from reelmaker.render.cards.template import SAFE
from reelmaker.text import fonts, layout, line_breaks, shaping
from reelmaker.text.layout import Flow


def test_first_words_are_on_the_first_line() -> None:
    text = "הייתי צריכה להקליד את מספר הכרטיס שלוש פעמים"
    lines = layout.balanced(text, OWN, 600, 12)
    assert lines and len(lines) > 1 and " ".join(lines) == text


@pytest.mark.parametrize("script", ["Thai", "Japanese", "Khmer"])
@pytest.mark.parametrize("room", [2.2, 5, 9, 17])
def test_lines_break_inside_words_without_spaces(script: str, room: float) -> None:
    """No sign is lost, no line is too wide, none begins with a mark or ends before one."""
    text = LONG[script]
    lines = layout.wrap(text, OWN, 600, room)
    assert lines and "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert layout.width(line, OWN, 600) <= room + 0.01 or len(line_breaks.letters(line)) == 1
        assert unicodedata.category(line[0])[0] != "M" and line[0] not in line_breaks.NOT_FIRST
        assert line[-1] not in line_breaks.NOT_LAST


def test_kinsoku() -> None:
    assert line_breaks.letters("付款（太）复杂，放弃了。「はい」ちょっとー") == (
        "付",
        "款",
        "（太）",
        "复",
        "杂，",
        "放",
        "弃",
        "了。",
        "「は",
        "い」",
        "ちょっ",
        "とー",
    )


@settings(deadline=None)
@given(st.text(max_size=60), st.floats(0.5, 20))
def test_any_text_wraps_without_loss(text: str, room: float) -> None:
    shown = layout.clean(text, OWN)
    lines = layout.wrap(shown, OWN, 600, room)
    assert lines is not None and "".join("".join(lines).split()) == "".join(shown.split())
    for before, after in pairwise(line_breaks.letters(shown.replace("\n", " "))):
        assert before and after


def anything(dice: random.Random) -> str:
    """Random signs of all planes, of a few scripts, or of what has a meaning to ffmpeg and libass."""
    kinds = [
        lambda: chr(dice.choice([dice.randrange(0x20, 0xD800), dice.randrange(0xE000, 0x110000)])),
        lambda: dice.choice("'\":%\\[],;{}=&#()\n\t\u200d\u200f\u202e\ufe0f"),
        lambda: dice.choice("".join(WORDS.values())),
        lambda: chr(dice.choice([0x0300, 0x064B, 0x0E34, 0x0591]) + dice.randrange(12)),
        lambda: dice.choice("abc XYZ 123"),
    ]
    chosen = dice.sample(kinds, dice.randint(1, len(kinds)))
    return "".join(dice.choice(chosen)() for _ in range(dice.randint(1, 60)))


@pytest.mark.slow
def test_300_random_texts_are_drawn(tmp_path: Path) -> None:
    """Through libass and through the cards: nothing fails, no sign is missed, all stays in the safe area."""
    seed = random.randrange(2**32)
    print("seed", seed)
    dice = random.Random(seed)
    texts = robustness.share([anything(dice) for _ in range(300)], 0.3, "texts")
    size = (640, 360)
    for start in range(0, len(texts), 50):
        batch = texts[start : start + 50]
        for text, frame in zip(batch, burn(tmp_path, one_each(batch), "", dark(), size), strict=True):
            mask = ink(frame)
            if not layout.clean(text, OWN):
                assert not mask.any()
                continue
            left, top, right, bottom = extent(mask)
            assert left >= size[0] * SAFE - 1 and right <= size[0] * (1 - SAFE), text
            assert top >= size[1] * SAFE - 1 and bottom <= size[1] * (1 - SAFE), text
    for number, text in enumerate(texts):
        design = ("plain", "bold", "dark")[number % 3]
        shown = Card("intro", design, (("statement", text), ("outcome", text[::-1]), ("evidence", "x")), 1000)
        marks = (cards.still(shown, cards.find(design), Brand(), size) != bare(shown, design, Brand(), size)).any(
            axis=2
        )
        left, top, right, bottom = extent(marks)
        assert left >= int(size[0] * SAFE) and right < size[0] - int(size[0] * SAFE), text
        assert top >= int(size[1] * SAFE) and bottom < size[1] - int(size[1] * SAFE), text


def test_only_words_of_other_scripts_change_a_piece() -> None:
    assert cards.fonts_identity(["gyjpq ÅÇ Ελλ При", "card 😀", ""], Brand()) == []
    one, other = (cards.fonts_identity([text], Brand()) for text in ("שלום", "ชำระ"))
    assert one and other and one != other


def test_other_fonts_are_opened_only_for_their_words() -> None:
    """In a fresh process: plain words open neither BudouX nor a second font."""
    code = (
        "import sys; from reelmaker.render import cards, overlay; from reelmaker.text import fonts; from reelmaker.model import Brand, Card, Cue\n"
        "t = cards.find('plain'); c = Card('intro', 'plain', (('statement', 'gyjpq ÅÇ – “Größe”'),), 1000)\n"
        "cards.still(c, t, Brand(), (320, 180)); overlay.ass([Cue(0, 900, 'Ελλ При…')], 'Anna', 900, t, Brand(), (320, 180))\n"
        "assert 'budoux' not in sys.modules, 'opened'\n"
        "assert fonts.noto_face.cache_info().currsize == fonts.east_asia_face.cache_info().currsize == 0\n"
        "cards.missing_glyphs('שלום', Brand()); assert fonts.noto_face.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_without_the_east_asian_font_its_signs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "east_asia_face", lambda region: None)
    shaping.faces.cache_clear()
    try:
        assert layout.missing("付款 card", OWN) == set("付款")
        assert layout.clean("付款 card", OWN) == "card"
        assert {fonts.script_of(sign) for sign in "付はߒ𒀀😀"} == {
            "Chinese",
            "Japanese",
            "N'Ko",
            "Cuneiform",
            "emoji and symbols",
        }
    finally:
        shaping.faces.cache_clear()


@pytest.mark.parametrize("text", ["今日は", "결제", "付款"])
def test_signs_take_the_shapes_of_their_country(text: str) -> None:
    region = {"今日は": "JP", "결제": "KR", "付款": "SC"}[text]
    assert layout.flow_of(text).region == region
    [face] = layout.used(text, OWN)
    assert face.family == f"Noto Sans CJK {region}" and face.index == fonts.REGIONS[region]
    assert drawn("直", 400, 64, Flow(region="JP"))[0].tobytes() != drawn("直", 400, 64, Flow(region="SC"))[0].tobytes()
