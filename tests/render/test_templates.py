"""Card designs as folders: a project's own shadow those that come along, and what is wrong in one is said."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.words.drawn_cards import DESIGNS, USUAL, card
from PIL import Image

from reelmaker.errors import TemplateError
from reelmaker.model import Brand
from reelmaker.render import cards

# ---- templates ---------------------------------------------------------------------------------


def own(tmp_path: Path, change: dict[str, str], name: str = "mine") -> Path:
    """A project's template folder with a changed copy of `plain`."""
    text = (cards.builtin_folder() / "plain" / "template.toml").read_text("utf-8")
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / name).mkdir()
    (tmp_path / name / "template.toml").write_text(text, "utf-8")
    return tmp_path


def test_a_project_shadows_a_design(tmp_path: Path) -> None:
    folder = own(tmp_path, {'background = "#faf8f4"': 'background = "#123456"'}, "plain")
    assert cards.palette(cards.find("plain", [folder]), Brand())["background"] == "#123456"
    assert cards.palette(cards.find("plain", [tmp_path / "none"]), Brand())["background"] == "#faf8f4"
    assert cards.identity(cards.find("plain", [folder]), Brand()) != cards.identity(cards.find("plain"), Brand())


def test_the_nearest_name_is_offered(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r'no card template "plian".*"plain".*bold, dark, plain'):
        cards.find("plian")
    for name in ("", "..", "../templates/plain", "/", "a\0b"):
        with pytest.raises(TemplateError):
            cards.find(name, [tmp_path])
    assert cards.names([own(tmp_path, {})]) == sorted([*DESIGNS, "mine"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "weight = 700",
            "wieght = 700",
            r'intro\.stack\[1\]\.item\[1\]\.wieght is not a known key \(did you mean "weight"',
        ),
        ("[intro]", "[intor]", r'intor is not a known key \(did you mean "intro"'),
        ('"{statement}"', '"{statment}"', r'"{statment}" \(did you mean "{statement}"'),
        ('"{statement}"', '"{statement"', "a brace too many or too few"),
        ("weight = 700", "weight = 6500", "a number from 100 to 900, not 6500"),
        ("weight = 700", "weight = true", "a number from 100 to 900, not True"),
        ("weight = 700", "weight = 700.5", "a number from 100 to 900"),
        ('kind = "count"', 'kind = "cuont"', 'must be one of text, list, count, split, bar, mark, logo, not "cuont"'),
        ('colour = "primary"', 'colour = "primry"', "must be #rrggbb or one of background"),
        ('background = "#faf8f4"', 'background = "white"', r"palette\.background must be a colour"),
        ("box = [0.08, 0.19, 0.84, 0.45]", "box = [0.02, 0.19, 0.84, 0.45]", "must keep 0.05 away"),
        ("box = [0.08, 0.19, 0.84, 0.45]", "box = [0.08, 0.19, 0.99, 0.45]", "fractions inside the frame"),
        ("box = [0.08, 0.19, 0.84, 0.45]", 'box = "left"', "fractions inside the frame"),
        (
            "tall = { lines = 6 }",
            "tall = { liens = 6 }",
            r'tall\.liens|liens is not a known key \(did you mean "lines"',
        ),
        ("lines = 1\n", 'lines = "1"\n', "a number from 1 to 12"),
        ("[palette]", "[palette", "line 3|at line"),
        ("grows = true", 'grows = "yes"', "must be true or false"),
        ("grows = true", 'grows = true\nitem = "x"', r"must be written as \[\[|Cannot|overwrite"),
    ],
)
def test_a_wrong_template_says_where(old: str, new: str, told: str, tmp_path: Path) -> None:
    folder = own(tmp_path, {old: new})
    with pytest.raises(TemplateError, match=told) as caught:
        cards.find("mine", [folder])
    assert str(tmp_path / "mine" / "template.toml") in caught.value.message


@pytest.mark.parametrize("file", ["../secret.png", "/etc/hostname", "none.png", "template.toml"])
def test_a_template_shows_only_its_own_pictures(file: str, tmp_path: Path) -> None:
    Image.new("RGB", (4, 4)).save(tmp_path / "secret.png")
    layer = f'ground = "background"\n[[intro.layer]]\nkind = "picture"\nbox = [0, 0, 1, 1]\nfile = "{file}"\n'
    with pytest.raises(TemplateError, match=r"layer\[1\]\.file"):
        cards.find("mine", [own(tmp_path, {'ground = "background"\n': layer})])


def test_a_template_may_bring_a_picture(tmp_path: Path) -> None:
    layer = 'ground = "background"\n[[intro.layer]]\nkind = "picture"\nbox = [0.5, 0.5, 0.5, 0.5]\nfile = "leaf.png"\n'
    folder = own(tmp_path, {'ground = "background"\n': layer})
    Image.new("RGB", (30, 30), "#00ff00").save(folder / "mine" / "leaf.png")
    template = cards.find("mine", [folder])
    picture = cards.still(card("intro", {"statement": "x"}), template, Brand(), (400, 200)).astype(int)
    rows, columns = np.nonzero(abs(picture - (0, 255, 0)).max(axis=2) < 6)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == (100, 100)
    Image.new("RGB", (30, 30), "#00ff01").save(folder / "mine" / "leaf.png")
    assert cards.find("mine", [folder]).digest != template.digest


def test_every_key_stands_in_the_readme() -> None:
    readme = (cards.builtin_folder() / "README.md").read_text("utf-8")
    told = set(re.findall(r"`([a-z_0-9]+)`", readme))
    assert cards.keys() <= told, f"not in templates/README.md: {sorted(cards.keys() - told)}"
    for design in DESIGNS:
        assert f"`{design}`" in readme
    for field in USUAL:
        assert f"`{{{field}}}`" in readme


def test_cards_cost_nothing_until_they_are_drawn() -> None:
    import subprocess

    code = "import sys, reelmaker.render.cards, reelmaker.render.overlay; print({'numpy', 'PIL', 'moviepy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_design_without_a_place_for_who_counted_says_it_in_the_sentence(tmp_path: Path) -> None:
    """Designs that were made before there was such a place: the figure never stands without its limits."""
    folder = own(tmp_path, {'text = "{basis}"': 'text = "{brand}"', 'text = "{figure}"': 'text = "{spoke} of {of}"'})
    words = USUAL | {"evidence": "About 9 of 16 customers spoke of this", "basis": "6–12, checked on 10 answers"}
    sentence, limits = words["evidence"], words["basis"]
    for name, wanted in (("plain", [sentence, limits]), ("mine", [f"{sentence}. {limits}"])):
        _, things = cards.placed(card("intro", words), cards.find(name, [folder]), Brand("Fernhill"), (1280, 720))
        drawn = [thing.words for thing in things if "of 16" in thing.words or "checked" in thing.words]
        assert drawn == wanted
