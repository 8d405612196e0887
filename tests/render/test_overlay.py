"""Captions and lower thirds burnt in by the real ffmpeg: place, size, contrast, and words that look like tags."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers.words.drawn_words import extent, ink
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmaker import media
from reelmaker.model import Brand, Cue
from reelmaker.render import cards, overlay
from reelmaker.render.cards import colours
from reelmaker.render.cards.template import SAFE, Template
from reelmaker.text import layout

DESIGNS = cards.names()
SIZES = [(1280, 720), (540, 960), (480, 480), (640, 360)]
USUAL = "So I had to type my card number\nin three times, every single time."
TALL = "So I had to type my\ncard number in three\ntimes every time."
LONGEST = "W" * 40 + "\n" + "gyjpq ÅÇ WWWW " * 3
ENDLESS = "the payment page and then again " * 12
LABEL = "Anna, premium customer"
HOSTILE = [
    r"{\fs200}big",
    r"{\an8}top",
    r"{\p1}m 0 0 l 900 0 900 900{\p0}",
    r"one\Ntwo\nthree",
    r"a\hb",
    "100 % %{pts} %%",
    r"\{x\}",
    "{",
    "}",
    "\\",
    "{{\\b1}}",
    "a\nb",
    "'quotes' : , ; [x] \"y\"",
    r"C:\new\{folder}",
    "{=1}{*}",
    "\u2028split\x0bline",
]


def burn(
    folder: Path,
    script: str,
    size: tuple[int, int],
    at: tuple[float, ...] = (1.0,),
    ground: str = "0x808080",
) -> list[np.ndarray]:
    """The frames at these seconds, burnt in over one colour the way a clip is: yuv420p, bt709."""
    environment = overlay.prepare(folder, Brand())
    (folder / "x.ass").write_text(script, "utf-8")
    picked = "+".join(f"eq(n\\,{round(second * 10)})" for second in at)
    command = [
        media.ffmpeg_exe(),
        *"-v error -f lavfi -i".split(),
        f"color=c={ground}:s={size[0]}x{size[1]}:r=10:d={max(at) + 0.2}",
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,ass=filename=x.ass:fontsdir=fonts,"
        f"select={picked},scale=in_color_matrix=bt709:in_range=tv,format=rgb24",
        *"-fps_mode passthrough -f rawvideo -".split(),
    ]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, check=True)
    assert not done.stderr, done.stderr.decode()
    return list(np.frombuffer(done.stdout, np.uint8).reshape(len(at), size[1], size[0], 3))


def lines_of(script: str, style: str = "caption") -> list[str]:
    return [line for line in script.splitlines() if line.startswith("Dialogue: 2") and f",{style}," in line]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_captions_stay_in_the_safe_area_and_clear_of_the_label(
    design: str, size: tuple[int, int], tmp_path: Path
) -> None:
    template = cards.find(design)
    for place, text in itertools.product(
        ("top-left", "bottom-left"), ("g", USUAL if size[0] >= size[1] else TALL, LONGEST, ENDLESS)
    ):
        shown = replace(template, lower_third=replace(template.lower_third, place=place))
        caption, label = (
            ink(burn(tmp_path, overlay.ass(cues, name, 3000, shown, Brand(), size), size)[0])
            for cues, name in (([Cue(0, 3000, text)], ""), ([], LABEL * (1 + (text == ENDLESS))))
        )
        assert caption.any() and label.any() and not (caption & label).any()
        for mask in (caption, label):
            left, top, right, bottom = extent(mask)
            assert left >= size[0] * SAFE - 1 and right <= size[0] * (1 - SAFE)
            assert top >= size[1] * SAFE - 1 and bottom <= size[1] * (1 - SAFE)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("design", DESIGNS)
def test_captions_are_large_and_few_lines(design: str, size: tuple[int, int]) -> None:
    most = 2 if size[0] >= size[1] else 3
    for text in ("g", USUAL, TALL, LONGEST, ENDLESS):
        script = overlay.ass([Cue(0, 3000, text)], "", 3000, cards.find(design), Brand(), size)
        lines = lines_of(script)
        assert 1 <= len(lines) <= most
        for line in lines:
            found = re.search(r"\\fs([\d.]+)", line)
            assert found and float(found[1]) >= size[1] / 20 - 0.01


@pytest.mark.parametrize("design", DESIGNS)
def test_usual_captions_are_whole(design: str) -> None:
    for size in SIZES:
        text = USUAL if size[0] >= size[1] else TALL
        script = overlay.ass([Cue(0, 3000, text)], "", 3000, cards.find(design), Brand(), size)
        assert " ".join(line.rsplit("}", 1)[1] for line in lines_of(script)) == " ".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("ground", ["0x000000", "0xffffff", "0x808080", "0xff0000", "0x00ff80"])
@pytest.mark.parametrize("design", DESIGNS)
def test_captions_can_be_read_over_any_picture(design: str, ground: str, tmp_path: Path) -> None:
    """The two colours most of the box is made of, measured in the burnt picture."""
    size = (1280, 720)
    for cues, label in (([Cue(0, 3000, USUAL)], ""), ([], LABEL)):
        script = overlay.ass(cues, label, 3000, cards.find(design), Brand(), size)
        frame = burn(tmp_path, script, size, ground=ground)[0]
        box = frame[540:674, 440:840] if cues else frame[48:90, 72:200]
        seen, counts = np.unique(box.reshape(-1, 3), axis=0, return_counts=True)
        told = ["#" + "".join(f"{int(part):02x}" for part in seen[n]) for n in np.argsort(-counts)]
        back = told[0]
        assert max(colours.contrast(back, other) for other in told[1:4]) >= 4.5, told[:4]


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE)
def test_words_never_become_tags(text: str, tmp_path: Path) -> None:
    """They are as wide as those letters are, on as many lines, and nothing else appears."""
    size, template = (1280, 720), cards.find("dark")
    script = overlay.ass([Cue(0, 3000, text)], "", 3000, template, Brand(), size)
    frame = burn(tmp_path, script, size, ground="0xffffff")[0]
    left, top, right, bottom = extent(ink(frame))
    shown = layout.clean(text, layout.own_font()).split("\n")
    px = template.caption.size * size[1]
    wide = max(layout.width(line, layout.own_font(), template.caption.weight, layout.PLAIN) for line in shown) * px
    assert abs((right - left) - (wide + 2 * overlay.PAD[0] * px)) <= 4
    assert abs((bottom - top) - (len(shown) * overlay.PITCH + 2 * overlay.PAD[1]) * px) <= 3
    assert abs((left + right) / 2 - size[0] / 2) <= 2
    letters = frame[top : bottom + 1, left : right + 1].min(axis=2) > 200  # light on the dark box
    inner = extent(letters[3:-3, 8:-8])
    assert abs((inner[2] - inner[0]) - wide) <= 0.5 * px, "all letters are drawn, none swallowed"


@pytest.mark.slow
@settings(deadline=None)  # the first sign of a script opens its font
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("{}\\Nnh%,\n"), max_size=80))
def test_any_words_are_escaped(text: str) -> None:
    script = overlay.ass([Cue(0, 900, text)], text, 900, cards.find("plain"), Brand(), (640, 360))
    if not script:
        return
    head, events = script.split("[Events]\n")
    assert len(head.splitlines()) == 14  # no word of the customer gets in here
    for line in events.splitlines()[1:]:
        assert line.startswith("Dialogue: ") and line.count("Dialogue: ") >= 1
        words = line.split(",", 9)[9].split("}", 1)[1]
        if ",box," in line:
            assert set(words) <= set("0123456789. mlb-")
        assert not re.search(r"(?<!\\)[{}]", words)
        assert all(after in "{}\u2060" for after in re.findall(r"\\(.?)", words))


def test_times_are_the_clips_own(tmp_path: Path) -> None:
    size, template = (640, 360), cards.find("plain")
    cues = [Cue(0, 1000, "first"), Cue(1000, 2000, "second one"), Cue(3000, 9000, "third")]
    script = overlay.ass(cues, LABEL, 5000, template, Brand(), size)
    frames = burn(tmp_path, script, size, at=(0.5, 1.5, 2.5, 3.2, 4.5))
    lower = [ink(frame)[180:].any() for frame in frames]
    assert lower == [True, True, False, True, True]
    assert (frames[0][180:] != frames[1][180:]).any()
    assert [bool(ink(frame)[:180].any()) for frame in frames] == [True, True, True, True, False]
    assert all(line.split(",")[2] <= "0:00:05.00" for line in script.splitlines() if line.startswith("Dialogue"))
    assert "0:01:01.23" in overlay.ass([Cue(0, 61_230, "x")], "", 70_000, template, Brand(), size)


def test_nothing_to_show_is_no_script() -> None:
    template = cards.find("plain")
    assert overlay.ass([], "", 5000, template, Brand(), (640, 360)) == ""
    assert overlay.ass([Cue(0, 900, "😀"), Cue(6000, 7000, "late")], "\n", 5000, template, Brand(), (640, 360)) == ""


def test_the_same_words_give_the_same_script_and_pixels(tmp_path: Path) -> None:
    scripts = [
        overlay.ass([Cue(0, 900, USUAL)], LABEL, 5000, cards.find("bold"), Brand(), (640, 360)) for _ in range(2)
    ]
    assert scripts[0] == scripts[1]
    frames = [burn(tmp_path, script, (640, 360))[0] for script in scripts]
    assert (frames[0] == frames[1]).all()


@pytest.mark.parametrize("weight", [400, 600, 700, 900])
def test_only_our_fonts_are_used(weight: int, tmp_path: Path) -> None:
    """libass says which file each font came from; a wider weight takes more room."""
    template = cards.find("plain")
    template = replace(template, caption=replace(template.caption, weight=weight))
    environment = overlay.prepare(tmp_path, Brand())
    (tmp_path / "x.ass").write_text(
        overlay.ass([Cue(0, 900, "gyjpq ÅÇ Ελλ При")], LABEL, 900, template, Brand(), (640, 360)), "utf-8"
    )
    command = [
        media.ffmpeg_exe(),
        *"-v verbose -f lavfi -i color=s=640x360:d=0.1 -vf ass=filename=x.ass:fontsdir=fonts".split(),
        *"-f null -".split(),
    ]
    done = subprocess.run(command, cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, check=True)
    chosen = re.findall(r"fontselect: \(.*?\) -> (.*)", done.stderr.decode())
    assert chosen
    for line in chosen:
        assert line.startswith(("Inter", str(tmp_path / "fonts"))), line
    word = {400: "Regular", 600: "SemiBold", 700: "Bold", 900: "Black"}[weight]
    assert any(line.endswith(f"Inter-{word}") for line in chosen), chosen
    assert not re.search(r"[Ff]ontconfig error|lyph .* not found", done.stderr.decode())


@pytest.mark.slow
def test_boxes_are_as_wide_as_what_libass_draws(tmp_path: Path) -> None:
    """Our measure and libass's agree: the padding is the same on both sides, at every weight."""
    size = (1280, 720)
    for weight in (400, 500, 600, 700, 800, 900):
        dark = cards.find("dark")
        template: Template = replace(dark, caption=replace(dark.caption, weight=weight, radius=0.0, opacity=1.0))
        script = overlay.ass(
            [Cue(0, 3000, "HI would make paying easy for myself IH")], "", 3000, template, Brand(), size
        )
        frame = burn(tmp_path, script, size)[0]
        left, _, right, bottom = extent(ink(frame))
        letters = extent((frame.min(axis=2) > 200) & ink(frame))
        pads = letters[0] - left, right - letters[2]
        assert abs(pads[0] - pads[1]) <= 3 and min(pads) >= 0.4 * template.caption.size * size[1], (
            weight,
            pads,
        )
        assert bottom - letters[3] >= 3


def test_a_font_of_the_brand_is_burnt_in(tmp_path: Path) -> None:
    font = tmp_path / "Company, [Bold].ttf"
    shutil.copy(layout.own_font(), font)
    brand = Brand(font=str(font))
    folder = tmp_path / "cache"
    overlay.prepare(folder, brand)
    assert sorted(path.name for path in (folder / "fonts").glob("*.ttf")) == ["brand0.ttf", "own.ttf"]
    assert overlay.font_files(brand) == [font, layout.own_font()]
    script = overlay.ass([Cue(0, 3000, USUAL)], "", 3000, cards.find("plain"), brand, (640, 360))
    assert ink(burn(folder, script, (640, 360))[0]).any()


def test_fonts_are_put_in_place_once_and_whole(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: overlay.prepare(tmp_path / "a b'c", Brand()), range(32)))
    assert all(environment == found[0] for environment in found)
    files = {path.name for path in (tmp_path / "a b'c" / "fonts").iterdir()}
    assert files == {"own.ttf"} and (tmp_path / "a b'c" / "fonts.conf").is_file()
    before = (tmp_path / "a b'c" / "fonts" / "own.ttf").stat().st_mtime_ns
    overlay.prepare(tmp_path / "a b'c", Brand())
    assert (tmp_path / "a b'c" / "fonts" / "own.ttf").stat().st_mtime_ns == before
    script = overlay.ass([Cue(0, 900, USUAL)], LABEL, 900, cards.find("plain"), Brand(), (640, 360))
    assert ink(burn(tmp_path / "a b'c", script, (640, 360), at=(0.5,))[0]).any()
