"""reel.pptx: opens again, holds the very video, every quote with its source, native charts, only what may be shown."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.messages import one_line
from helpers.results.slides import BRAND, all_words, alt_text, as_template, company, made, parts, saying, words_on
from helpers.results.taken import ANNA, SAID, build, clip_of, finished_of, reel_of
from helpers.surveys.small_survey import with_every_output
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from reelmaker.errors import ProjectError
from reelmaker.model import Brand, Count, Part, Problem
from reelmaker.outputs import Finished, deck
from reelmaker.outputs.deck import charts as deck_charts
from reelmaker.outputs.deck import text_fit
from reelmaker.outputs.escaping import plain
from reelmaker.render.cards import colours
from reelmaker.text import layout

COUNT = Count(
    6,
    16,
    (Part("", 1, 1), Part("loyal", 0, 7), Part("new", 5, 8)),
    (Part("", 1, 1), Part("2026-07", 1, 5), Part("2026-08", 4, 10)),
)


@pytest.fixture
def counted(finished: Finished) -> Finished:
    return replace(finished, reel=replace(finished.reel, counts={"checkout": COUNT}))


@pytest.mark.slow
def test_the_deck_tells_the_whole_story_in_order(counted: Finished, tmp_path: Path) -> None:
    slides = list(made(counted, tmp_path, name="Fernhill").slides)
    assert [words_on(slide)[0] for slide in slides] == [
        "Customers give up",
        "In their own words (0:07)",
        "Anna, new customer",
        "Loyal customer",
        "6 of 16 customers spoke of this",
        "What now?",
    ]
    first = "6 of 16 customers spoke of this\nCounted by the program\nAbandoned baskets\nFernhill"
    assert first in all_words(made(counted, tmp_path, name="Fernhill"))
    assert SAID in words_on(slides[2]) and "0:02.0 in the reel" in words_on(slides[2])
    notes = slides[2].notes_slide.notes_text_frame.text
    for told in (
        SAID,
        "anna's 100% é.mp4, 1:01.0–1:03.4",
        ANNA,
        "0.88",
        "a phrase; it sounds cross",
        "0:02.0–0:04.4",
    ):
        assert told in notes
    listed = re.findall(r"<p:(\w+Lst|sldSz)\b", parts(tmp_path / "reel.pptx")["ppt/presentation.xml"].decode())
    assert listed[:4] == ["sldMasterIdLst", "notesMasterIdLst", "sldIdLst", "sldSz"], "in the order of the schema"
    assert "95 % interval 18–61 %" in slides[0].notes_slide.notes_text_frame.text


def test_the_video_in_the_deck_is_the_very_video_with_its_poster(finished: Finished, tmp_path: Path) -> None:
    [movie] = [shape for shape in made(finished, tmp_path).slides[1].shapes if shape.shape_type == MSO_SHAPE_TYPE.MEDIA]
    held = parts(tmp_path / "reel.pptx")
    [video] = [part for name, part in held.items() if name.endswith(".mp4")]
    assert video == finished.video.read_bytes()
    assert abs(movie.width / movie.height - 16 / 9) < 0.01
    assert "2 customers speak" in alt_text(movie)
    slide = next(part for name, part in held.items() if name.endswith("slides/slide2.xml"))
    assert b'action="ppaction://media"' in slide and b"<p:video" in slide and b"<p:cMediaNode" in slide
    assert movie.poster_frame is not None and movie.poster_frame.content_type == "image/jpeg"


def test_charts_are_native_and_hold_the_counts(counted: Finished, tmp_path: Path) -> None:
    charts = [shape for shape in made(counted, tmp_path).slides[4].shapes if shape.has_chart]
    found = {
        tuple(shape.chart.plots[0].categories): [tuple(series.values) for series in shape.chart.plots[0].series]
        for shape in charts
    }
    assert found == {
        ("loyal (0 of 7)", "new (5 of 8)", "Not told (1 of 1)"): [(0, 5, 1), (7, 3, 0)],
        ("Jul 2026 (1 of 5)", "Aug 2026 (4 of 10)", "Not told (1 of 1)"): [(1, 4, 1), (4, 6, 0)],
    }
    assert "loyal 0 of 7, new 5 of 8, Not told 1 of 1" in alt_text(charts[0])


def test_a_chart_is_made_only_of_what_can_be_compared(finished: Finished, tmp_path: Path) -> None:
    alone = Count(1, 2, (Part("", 1, 2),), (Part("", 0, 1), Part("2026-07", 1, 1)))
    assert deck_charts.charts_of(alone) == []
    shown = made(replace(finished, reel=replace(finished.reel, counts={"checkout": alone})), tmp_path)
    assert not any(shape.has_chart for slide in shown.slides for shape in slide.shapes)
    assert "50 % of the customers with a usable answer" in all_words(shown)


def test_a_chart_with_little_room_still_adds_up_to_the_count() -> None:
    segments = (Part("", 2, 5), *(Part(f"s{n:02}", 1, 1 + n) for n in range(30)))
    months = (Part("", 4, 22), *(Part(f"{2024 + n // 12}-{n % 12 + 1:02}", 1, 16) for n in range(28)))
    by_segment, by_month = deck_charts.charts_of(Count(32, 470, segments, months))
    assert [bar[0] for bar in by_segment.bars] == [*(f"s{n}" for n in range(19, 30)), "19 others", "Not told"]
    assert by_segment.bars[-2:] == (("19 others", 19, 190), ("Not told", 2, 5))
    assert by_month.bars[:2] == (("Before", 17, 272), ("Jun 2025", 1, 16)) and len(by_month.bars) == 13
    for chart in (by_segment, by_month):
        assert (sum(bar[1] for bar in chart.bars), sum(bar[2] for bar in chart.bars)) == (32, 470)


@pytest.mark.slow
@pytest.mark.parametrize("value", ['=cmd|" /C calc"!A0', "https://example.com/x", "{=1+1}", "mailto:a@b.c"])
def test_the_table_behind_a_chart_runs_nothing(value: str, finished: Finished, tmp_path: Path) -> None:
    count = Count(1, 4, (Part(value, 1, 2), Part("zzz", 0, 2)))
    made(replace(finished, reel=replace(finished.reel, counts={"checkout": count})), tmp_path)
    [table] = [part for name, part in parts(tmp_path / "reel.pptx").items() if name.endswith(".xlsx")]
    with zipfile.ZipFile(io.BytesIO(table)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
        assert b"<f>" not in sheet and b"hyperlink" not in sheet
        assert plain(value).split(":")[-1][:6].encode() in packed.read("xl/sharedStrings.xml")


def test_every_picture_chart_and_video_is_told_in_words(counted: Finished, tmp_path: Path) -> None:
    seen = 0
    for slide in made(counted, tmp_path).slides:
        for shape in slide.shapes:
            if shape.shape_type in (MSO_SHAPE_TYPE.PICTURE, MSO_SHAPE_TYPE.MEDIA) or shape.has_chart:
                assert len(alt_text(shape)) > 10
                seen += 1
    assert seen == 5


def test_several_problems_are_a_section_each(finished: Finished, tmp_path: Path) -> None:
    anna, bert = finished.reel.clips
    late = Problem("delivery", "Parcels come late", ("And the parcels?",))
    reel = reel_of(anna, saying(bert, "It never came", problem="delivery"))
    reel = replace(reel, problems=(*reel.problems, late), counts={"checkout": COUNT, "delivery": Count(1, 16)})
    shown = made(replace(finished, reel=reel), tmp_path)
    assert [words_on(slide)[0] for slide in shown.slides] == [
        "What customers told us",
        "In their own words (0:07)",
        "Customers give up",
        "Anna, new customer",
        "6 of 16 customers spoke of this",
        "What now?",
        "Parcels come late",
        "Loyal customer",
        "1 of 16 customers spoke of this",
        "And the parcels?",
    ]
    xml = parts(tmp_path / "reel.pptx")["ppt/presentation.xml"].decode()
    listed = re.findall(r'<p14:section name="([^"]+)" id="\{[0-9A-F-]{36}\}">(.*?)</p14:section>', xml)
    assert [(name, many.count("<p14:sldId ")) for name, many in listed] == [
        ("What customers told us", 2),
        ("Customers give up", 4),
        ("Parcels come late", 4),
    ]
    ids = re.findall(r'<p14:sldId id="(\d+)"', xml)
    assert ids == [str(slide.slide_id) for slide in shown.slides]
    assert xml.rstrip().endswith("</p:extLst></p:presentation>"), "the schema wants it last"


def test_every_text_can_be_read_on_its_ground_whatever_the_brand(counted: Finished, tmp_path: Path) -> None:
    shown = made(replace(counted, brand=BRAND), tmp_path)
    [theme] = [part for name, part in parts(tmp_path / "reel.pptx").items() if name.endswith("theme/theme1.xml")]
    named = dict(re.findall(rb'<a:(dk1|lt1|accent1)><a:srgbClr val="(\w+)"', theme))
    ground, text, primary = (f"#{named[key].decode().lower()}" for key in (b"lt1", b"dk1", b"accent1"))
    assert ground == "#ffffff"
    assert colours.contrast(text, ground) >= 4.5 and colours.contrast(primary, ground) >= 3
    found = 0
    for slide in shown.slides:
        for shape in slide.shapes:
            if not shape.has_text_frame:
                continue
            for run in (run for paragraph in shape.text_frame.paragraphs for run in paragraph.runs):
                if run.font.color.type is not None and run.font.color.type == 1:
                    assert colours.contrast(f"#{run.font.color.rgb}".lower(), ground) >= 4.5
                    found += 1
    assert found >= 3


def test_the_brands_font_is_named_in_the_theme(finished: Finished, tmp_path: Path) -> None:
    made(finished, tmp_path, font=str(layout.own_font()))
    theme = parts(tmp_path / "reel.pptx")["ppt/theme/theme1.xml"]
    assert set(re.findall(rb'<a:latin typeface="([^"]*)"', theme)) == {b"Inter Variable"} or b'"Inter' in theme


LONG = "Nothing happened at all and then it happened again because of the page. " * 16


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", [LONG.strip(), "Donaudampfschifffahrtsgesellschaft" * 12, "הכרטיס שלי נדחה " * 40, SAID]
)
def test_words_are_as_large_as_they_fit(words: str, finished: Finished, tmp_path: Path) -> None:
    clip = saying(finished.reel.clips[0], words, "label " * 30)
    statement = Problem("checkout", "Customers give up while paying. " * 12, ("What would have to change? " * 12,))
    reel = replace(reel_of(clip), problems=(statement,))
    shown = made(replace(finished, reel=reel), tmp_path)
    for slide in shown.slides:
        for shape in slide.shapes:
            if not (shape.has_text_frame and shape.text_frame.text) or shape.name.startswith("Slide Number"):
                continue
            sizes = [run.font.size.pt for p in shape.text_frame.paragraphs for run in p.runs]
            box = shape.width / 12_700, shape.height / 12_700
            assert min(sizes) >= 9
            bold = any(run.font.bold for p in shape.text_frame.paragraphs for run in p.runs)
            font = layout.own_font()
            assert text_fit.fits(shape.text_frame.text, font, box, sizes[0], 700 if bold else 400), (
                shape.text_frame.text
            )
            assert shape.left >= 0 and shape.left + shape.width <= shown.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= shown.slide_height


@pytest.mark.slow
def test_text_that_fits_at_no_size_is_shortened_and_whole_in_the_notes(finished: Finished, tmp_path: Path) -> None:
    endless = (LONG * 6).strip()
    slide = made(replace(finished, reel=reel_of(saying(finished.reel.clips[0], endless))), tmp_path).slides[2]
    shown = max(words_on(slide), key=len)
    assert shown.endswith(" …") and endless.startswith(shown[:-2])
    assert endless in slide.notes_slide.notes_text_frame.text


def test_words_that_run_from_right_to_left_do_so(finished: Finished, tmp_path: Path) -> None:
    said = "הכרטיס שלי נדחה בדף התשלום (PayPal)."
    shown = made(replace(finished, reel=reel_of(saying(finished.reel.clips[0], said))), tmp_path)
    [paragraph] = [
        paragraph._p.pPr
        for shape in shown.slides[2].shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        if paragraph.text == said
    ]
    assert (paragraph.get("rtl"), paragraph.get("algn")) == ("1", "r")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60))
def test_no_sign_breaks_the_file_or_means_anything(said: str) -> None:
    shown = plain(said)
    assert "\n" not in shown and not re.search("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\u202e]", shown)
    assert plain(shown) == shown


def test_hostile_words_stay_words(finished: Finished, tmp_path: Path) -> None:
    evil = 'a\x00b\x0b\x1b[31m </a:t><a:fld id="1"/> &amp; \u202eevil\ufffe ${x} _x0007_'
    clip = saying(finished.reel.clips[0], evil, evil)
    problem = Problem("checkout", evil, (evil,), evil)
    shown = made(replace(finished, reel=replace(reel_of(clip), problems=(problem,))), tmp_path, name=evil)
    assert plain(evil) in words_on(shown.slides[2]) and "</a:t>" in plain(evil)
    assert shown.core_properties.title == plain(evil)


@pytest.mark.slow
@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("keep", [tuple(range(11)), (5,), (0, 5, 6), (1, 2), (6,), (10, 9)], ids=str)
def test_a_deck_is_built_on_the_companys_own_template(
    wide: bool, keep: tuple[int, ...], counted: Finished, tmp_path: Path
) -> None:
    template = company(tmp_path, wide=wide, keep=tuple(dict.fromkeys([*keep, 0])) if 0 in keep else keep, dark=True)
    before = template.read_bytes()
    shown = made(counted, tmp_path, deck=str(template), primary="#ff0000")
    assert template.read_bytes() == before
    assert len(shown.slides) == 6 and "OLD SECRET" not in all_words(shown)
    assert {slide.slide_layout.name for slide in shown.slides} <= {f"Folie {n * 7}" for n in keep}
    held = parts(tmp_path / "reel.pptx")
    assert not any(b"OLD SECRET" in part for part in held.values())
    theme = held["ppt/theme/theme1.xml"]
    assert b"Georgia" in theme and b"10243F" in theme and b"FF0000" not in theme.upper().replace(b"FF0000FF", b"")
    assert (shown.slide_width, shown.slide_height) == ((12_192_000, 6_858_000) if wide else (9_144_000, 6_858_000))
    for slide in shown.slides:
        for shape in slide.shapes:
            assert shape.width > 0 and shape.height > 0
            assert shape.left >= 0 and shape.left + shape.width <= shown.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= shown.slide_height
        assert not [p for p in slide.placeholders if p.has_text_frame and not p.text_frame.text]
    assert SAID in all_words(shown)


@pytest.mark.slow
def test_a_potx_is_as_good_as_a_pptx(finished: Finished, tmp_path: Path) -> None:
    template = as_template(company(tmp_path))
    shown = made(finished, tmp_path, deck=str(template))
    assert SAID in all_words(shown)
    assert b"template.main" not in parts(tmp_path / "reel.pptx")["[Content_Types].xml"]


@pytest.mark.parametrize("how", ["no zip", "empty zip", "half", "broken xml", "a document", "no layouts"])
def test_a_broken_template_is_one_line(how: str, finished: Finished, tmp_path: Path) -> None:
    path = company(tmp_path)
    whole = path.read_bytes()
    if how == "no zip":
        path.write_bytes(b"not a zip\n\n" * 40)
    elif how == "half":
        path.write_bytes(whole[: len(whole) // 2])
    elif how == "a document":
        import docx

        docx.Document().save(str(path))
    else:
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(path, "w") as new:
            for name in [] if how == "empty zip" else old.namelist():
                part = old.read(name)
                if how == "broken xml" and name == "ppt/presentation.xml":
                    part = part[:200]
                if how == "no layouts" and name.startswith("ppt/slideMasters/slideMaster"):
                    part = re.sub(rb"<p:sldLayoutIdLst>.*?</p:sldLayoutIdLst>", b"", part, flags=re.DOTALL)
                new.writestr(name, part)
    with pytest.raises(ProjectError) as refused:
        made(finished, tmp_path, deck=str(path))
    assert one_line(refused.value) and "company.pptx" in str(refused.value)
    assert [item.name for item in tmp_path.iterdir()] == ["company.pptx"], "nothing half done is left"


def test_the_logo_stands_on_the_first_slide_of_the_plain_design(finished: Finished, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (400, 100), "#0b6e4f").save(tmp_path / "logo.png")
    brand = {"logo": str(tmp_path / "logo.png"), "name": "Fernhill"}
    [logo] = [s for s in made(finished, tmp_path, **brand).slides[0].shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE]
    assert alt_text(logo) == "Logo of Fernhill" and abs(logo.width / logo.height - 4) < 0.01
    own = made(finished, tmp_path, deck=str(company(tmp_path)), **brand)
    assert not [s for s in own.slides[0].shapes if s.shape_type == MSO_SHAPE_TYPE.PICTURE], "theirs has its own"


@pytest.mark.slow
def test_a_build_makes_the_deck_anew_when_the_companys_template_changes(small_survey: Path) -> None:
    template = company(with_every_output(small_survey))
    with (small_survey / "reelmaker.toml").open("a", encoding="utf-8") as file:
        file.write('\n[brand]\ndeck = "company.pptx"\n')
    assert build(small_survey, draft=True).work.joined == 1
    again = build(small_survey, draft=True)
    assert again.work.joined == 0 and again.folder
    company(small_survey, dark=True)
    changed = build(small_survey, draft=True)
    assert changed.work.joined == 1 and changed.work.rendered == 0
    deck_file = again.folder / "reel.pptx"
    assert b"Georgia" in parts(deck_file)["ppt/theme/theme1.xml"]
    before = deck_file.read_bytes()
    template.write_bytes(template.read_bytes()[:-3000] + b"PK")
    with pytest.raises(ProjectError) as refused:
        build(small_survey, draft=True)
    assert one_line(refused.value) and deck_file.read_bytes() == before, "the current one is kept"


def test_nothing_of_a_customer_stands_in_the_deck_but_what_may_be_shown(finished: Finished, tmp_path: Path) -> None:
    made(finished, tmp_path)
    assert not any(b"Bert" in part for part in parts(tmp_path / "reel.pptx").values())


def test_a_reel_without_clips_has_a_deck_too(finished: Finished, tmp_path: Path) -> None:
    silent = finished_of(reel_of(), finished.video)
    [path] = deck.write(replace(silent, brand=Brand(name="X")), tmp_path)
    assert len(Presentation(str(path)).slides) == 4


def test_the_size_of_a_deck_is_that_of_the_video_and_little_more(finished: Finished, tmp_path: Path) -> None:
    made(replace(finished, reel=reel_of(clip_of(ANNA, SAID, 0, "x"))), tmp_path)
    assert (tmp_path / "reel.pptx").stat().st_size < finished.video.stat().st_size + 150_000
