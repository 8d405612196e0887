"""index.html as text: its policy, its escaping, its counts and colours; embed.html. No browser is needed."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from helpers.machines.browsing import worded
from helpers.results.taken import ANNA, SAID, finished_of, reel_of
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.model import Brand, Count, Part
from reelmaker.outputs import Finished, page, svg_charts
from reelmaker.outputs.page import theme
from reelmaker.render import cards
from reelmaker.render.cards import colours


class Seen(HTMLParser):
    """Tags with their attributes, and the text inside each script, style and textarea."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.open = False
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = True

    def handle_endtag(self, tag: str) -> None:
        self.open = False

    def handle_data(self, data: str) -> None:
        tag, attributes = self.tags[-1] if self.tags else ("", {})
        if self.open and tag in ("script", "style", "textarea"):
            name = f"{tag} {attributes.get('type') or ''}".strip()
            self.inside[name] = self.inside.get(name, "") + data
        self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def written(finished: Finished, folder: Path) -> tuple[str, str]:
    index, embed = page.write(finished, folder)
    return index.read_bytes().decode("utf-8"), embed.read_bytes().decode("utf-8")


def policy_of(seen: Seen) -> dict[str, list[str]]:
    [text] = [str(meta["content"]) for meta in seen.all("meta") if "http-equiv" in meta]
    rules = [rule.split() for rule in text.split(";") if rule.strip()]
    return {name: values for name, *values in rules}


def digest(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def test_the_policy_lets_just_this_style_and_this_script_run(finished: Finished, tmp_path: Path) -> None:
    for text in written(finished, tmp_path):
        assert "\r" not in text
        seen = Seen(text)
        rules = policy_of(seen)
        assert rules["default-src"] == ["'none'"]
        assert rules["style-src"] == [digest(seen.inside["style"])]
        assert rules.get("script-src", []) == ([digest(seen.inside["script"])] if "script" in seen.inside else [])
        assert not any("unsafe" in value or "*" in value or "http" in value for v in rules.values() for value in v)
        for tag, attributes in seen.tags:
            assert "style" not in attributes and not any(name.startswith("on") for name in attributes), tag
            for name in ("src", "href", "poster"):
                value = str(attributes.get(name) or "")
                assert not re.match(r"(?i)\s*([a-z][a-z0-9+.-]*:|//)", value), (tag, value)
    assert len(Seen(written(finished, tmp_path)[0]).all("script")) == 2


NASTY = [
    "</script><script>window.pwned=1</script>",
    "<!-- <script>",
    "\u2028\u2029",
    "&lt;b&gt; &amp; \"'`",
    "]]>",
    "<img src=x onerror=alert(1)>",
]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_what_customers_say_stays_text(text: str, finished: Finished, tmp_path: Path) -> None:
    plain = Seen(written(worded("plain", finished.video), tmp_path)[0])
    told = worded(text, finished.video)
    index, embed = written(told, tmp_path)
    seen = Seen(index)
    assert [tag for tag, _ in seen.tags] == [tag for tag, _ in plain.tags]
    data = seen.inside["script application/json"]
    assert not re.search("[<>&\u2028\u2029]", data)
    cues = json.loads(data)["cues"]
    assert [html.unescape(cue) for _, _, cue in cues] == [cue.text for cue in told.cues]
    assert not any("<" in cue for _, _, cue in cues), "a caption has markup of its own"
    assert " ".join(text.split()) in " ".join(" ".join(seen.words).split())
    assert [tag for tag, _ in Seen(embed).tags].count("iframe") == 1


def test_the_page_says_what_the_reel_holds(finished: Finished, tmp_path: Path) -> None:
    index, _ = written(finished, tmp_path)
    seen = Seen(index)
    quotes = [words.strip() for words in seen.words]
    assert SAID in quotes and "Paying took me three tries in all" in quotes
    assert "Anna, new customer" in quotes and "Loyal customer" in quotes and "What now?" in quotes
    jumps = [float(a["data-at"] or "") for a in seen.all("a") if "data-at" in a]
    starts = [(place.first_frame + 0.5) / place.fps for place in finished.reel.places()]
    clips = starts[1:-1]
    assert jumps == pytest.approx([*starts, *clips], abs=0.001), "chapters, then quotes"
    for secret in ("F-1", "anna's", "sub/b.mp4", ANNA, str(tmp_path)):
        assert secret not in index
    assert "poster" not in seen.all("video")[0], "there is none in the folder"
    (tmp_path / "poster.jpg").write_bytes(b"x")
    assert Seen(written(finished, tmp_path)[0]).all("video")[0]["poster"] == "poster.jpg"


def test_captions_in_the_picture_are_not_shown_a_second_time(finished: Finished, tmp_path: Path) -> None:
    def told(reel: Finished) -> Any:
        return json.loads(Seen(written(reel, tmp_path)[0]).inside["script application/json"])

    assert told(finished)["burned"] is True
    assert told(replace(finished, burned=False))["burned"] is False
    assert told(finished)["cues"][0][0] == finished.cues[0].start_ms


def test_several_problems_are_sections_with_their_own_quotes_and_questions(finished: Finished, tmp_path: Path) -> None:
    told = worded("words", finished.video, problems=3)
    seen = Seen(written(told, tmp_path)[0])
    assert [s["class"] for s in seen.all("section")] == ["problem"] * 3
    assert len(seen.all("h1")) == 1 and len(seen.all("h2")) == 3
    assert sum(name == "li" and a.get("class") == "quote" for name, a in seen.tags) == 3
    assert sum(a.get("class") == "ask" for a in seen.all("div")) == 3
    labels = [str(a["aria-label"]) for a in seen.all("a") if "aria-label" in a]
    assert [label for label in labels if label.startswith("Quote")] == [
        f"Quote {n}, words, at {at}" for n, at in ((1, "0:02"), (2, "0:03"), (3, "0:04"))
    ]
    assert "says the opposite" in seen.words


def test_a_problem_without_clips_keeps_its_count(finished: Finished, tmp_path: Path) -> None:
    silent = finished_of(reel_of(), finished.video)
    seen = Seen(written(silent, tmp_path)[0])
    assert not [a for a in seen.all("li") if a.get("class") == "quote"]
    assert seen.all("svg")[0]["aria-label"] == "Chart: 2 of 3"


def test_marks_are_drawn_one_by_one_and_as_a_bar_where_they_are_many() -> None:
    few = Seen(svg_charts.marks(Count(9, 16)))
    classes = [circle["class"] for circle in few.all("circle")]
    assert classes == ["spoke"] * 9 + ["of"] * 7
    places = {(circle["cx"], circle["cy"]) for circle in few.all("circle")}
    assert len(places) == 16
    many = Seen(svg_charts.marks(Count(300, 1200)))
    assert [rect["width"] for rect in many.all("rect")] == ["100.00%", "25.00%"]
    assert svg_charts.marks(Count(0, 0)) == ""
    assert [c["class"] for c in Seen(svg_charts.marks(Count(0, 2))).all("circle")] == ["of", "of"]


def test_bars_stand_on_one_scale_of_customers() -> None:
    seen = Seen(svg_charts.bars("By segment", (Part("a<b", 1, 2), Part("", 2, 8))))
    assert [rect["width"] for rect in seen.all("rect")] == ["25.00%", "12.50%", "100.00%", "25.00%"]
    assert [w for w in seen.words if w.strip()] == ["By segment", "A<b", "1 of 2", "Not told", "2 of 8"]
    assert svg_charts.bars("By segment", (Part("", 3, 4),)) == "", "nothing to compare"


def test_months_are_columns_and_bars_where_they_are_many_or_no_months() -> None:
    parts = (Part("", 1, 2), Part("2025-12", 1, 4), Part("2026-01", 0, 2))
    seen = Seen(svg_charts.months("By month", parts))
    assert seen.all("svg")[0]["aria-label"] == "Dec 2025: 1 of 4; Jan 2026: 0 of 2"
    assert [rect["height"] for rect in seen.all("rect")] == ["96", "24", "48"]
    assert [w for w in seen.words if w.strip()] == [
        "By month",
        "1/4",
        "Dec",
        "2025",
        "0/2",
        "Jan",
        "2026",
        "Not told: 1 of 2.",
    ]
    assert svg_charts.months("By month", parts[:2]) == ""
    assert svg_charts.months("By month", (*parts, Part("last <we", 1, 1))) == "", "a date that is none"
    long = tuple(Part(f"{2020 + n // 12}-{n % 12 + 1:02}", 1, 2) for n in range(15))
    assert svg_charts.months("By month", long).startswith('<table class="bars">')


colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def assert_readable(palette: dict[str, str]) -> None:
    for dark in (False, True):
        found = theme.shades(palette, dark=dark)
        assert set(found) == set(theme.NAMES)
        for under in ("ground", "surface"):
            for name, least in (("text", 7), ("muted", 4.5), ("primary", 4.5), ("accent", 3)):
                assert colours.contrast(found[name], found[under]) >= least, (dark, name, under)
        assert colours.contrast(found["on-fill"], found["fill"]) >= 4.5
        light = colours.contrast(found["ground"], "#000000")
        assert (light < 4) if dark else (light > 10)


@given(st.fixed_dictionaries(dict.fromkeys(("background", "text", "primary", "accent"), colour)))
def test_any_brand_can_be_read_in_light_and_in_dark(palette: dict[str, str]) -> None:
    assert_readable(palette)


@pytest.mark.parametrize("name", cards.names())
def test_every_design_can_be_read_in_light_and_in_dark(name: str) -> None:
    assert_readable(cards.palette(cards.find(name), Brand()))


def test_a_brand_colour_that_can_be_read_is_kept() -> None:
    palette = {"background": "#ffffff", "text": "#1b1b1b", "primary": "#0b6e4f", "accent": "#f2a541"}
    light = theme.shades(palette, dark=False)
    assert (light["ground"], light["text"], light["primary"]) == ("#ffffff", "#1b1b1b", "#0b6e4f")
    assert theme.shades(palette, dark=True)["accent"] == "#f2a541"


def test_the_snippet_is_a_frame_of_the_reels_own_folder(finished: Finished, tmp_path: Path) -> None:
    told = worded('5" & <more> é/ü', finished.video)
    _, embed = written(told, tmp_path)
    snippet = Seen(embed).inside["textarea"]
    [frame] = Seen(snippet).all("iframe")
    assert frame["src"] == "https://intranet.example/5%22%20%26%20%3Cmore%3E%20%C3%A9%C3%BC/index.html"
    assert frame["title"] == '5" & <more> é/ü' and "allowfullscreen" in frame
    assert frame["width"] == "100%" and int(frame["height"] or 0) > 400
    assert snippet.startswith("<!--") and snippet.count("--") == 2 and "folder" in snippet
