"""quotes.md, quotes.docx, transcript.txt: every quote with who, where, why; no word of a customer means anything."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from helpers.results.slides import parts, saying
from helpers.results.taken import SAID, finished_of, reel_of
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reelmaker.model import Brand, Count, Problem
from reelmaker.outputs import Finished, documents
from reelmaker.outputs.escaping import markdown, plain
from reelmaker.render.cards import colours


def shown(text: str) -> list[tuple[str, str]]:
    """What a Markdown reader shows: (kind of block, its text), and no markup inside but bold and italic."""
    found = []
    for at, token in enumerate(blocks := MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(text)):
        if token.type == "inline":
            kinds = {child.type for child in token.children or []}
            assert kinds <= {"text", "softbreak", "strong_open", "strong_close", "em_open", "em_close"}, kinds
            found.append((blocks[at - 1].tag, "".join(child.content for child in token.children or [])))
        else:
            assert token.type.split("_")[0] in ("heading", "paragraph", "blockquote"), token.type
    return found


@pytest.fixture
def counted(finished: Finished) -> Finished:
    return replace(finished, reel=replace(finished.reel, counts={"checkout": Count(2, 3)}))


def test_the_quotes_are_told_with_where_who_and_why(counted: Finished, tmp_path: Path) -> None:
    documents.write(counted, tmp_path)
    wanted = [
        "Übung",
        "Customers give up",
        "Abandoned baskets",
        "2 of 3 customers spoke of this. Counted by the program: 67 %, 95 % interval 21–94 %.",
        SAID,
        "— Anna, new customer, 0:02.0–0:04.4 in the reel",
        "anna's 100% é.mp4, 1:01.0–1:03.4; score 0.88; a phrase; it sounds cross",
        "Paying took me three tries in all",
        "— Loyal customer, 0:04.4–0:06.3 in the reel",
        "sub/b.mp4, 0:00.5–0:02.4; score 0.88; a phrase; it sounds cross",
        "What now?",
    ]
    assert [text for _, text in shown((tmp_path / "quotes.md").read_text("utf-8"))] == wanted
    word = docx.Document(str(tmp_path / "quotes.docx"))
    said = [paragraph.text.removeprefix("— ") for paragraph in word.paragraphs]
    assert said == [text.removeprefix("— ") for text in wanted]
    assert word.paragraphs[1].style.name == "Heading 1" and word.paragraphs[4].style.name == "Quote"
    assert not any(b"Bert" in part for part in parts(tmp_path / "quotes.docx").values())


def test_every_style_can_be_read_on_paper(counted: Finished, tmp_path: Path) -> None:
    pale = replace(counted, brand=Brand("X", primary="#ffee00"))
    documents.write(pale, tmp_path)
    for paragraph in docx.Document(str(tmp_path / "quotes.docx")).paragraphs:
        colour = f"#{paragraph.style.font.color.rgb}".lower()
        assert colours.contrast(colour, "#ffffff") >= 4.5, paragraph.style.name


def test_the_transcript_is_the_reel_from_start_to_end(finished: Finished, tmp_path: Path) -> None:
    documents.write(finished, tmp_path)
    assert (tmp_path / "transcript.txt").read_text("utf-8") == (
        "Übung\n\n[0:00.0] (Customers give up)\n\n"
        f"[0:02.0] Anna, new customer: {SAID}\n\n[0:04.4] Loyal customer: Paying took me three tries in all\n\n"
        "[0:06.3] (What now?)\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "said",
    [
        "# no heading",
        "1. no list",
        "12) none",
        "- none",
        "+ none",
        "* none",
        "> none",
        "= none",
        "--- none",
        "***",
        "a *b* _c_ __d__ `e` ~~f~~",
        "[a](http://x) ![b](c)",
        "<script>alert(1)</script> &lt; &amp;",
        "http://example.com and www.example.com",
        "a | b | c",
        "\\ \\* \\\\",
        "$x$ ^y^ ==z==",
        "me@example.com",
        "![",
        "    indented",
        "a  \nb",
        "```",
        "~~~",
        "[^1]: x",
        "[x]: /y",
        "3.50 pounds, 5 - 3 = 2; that's (really) 100%!",
    ],
)
def test_markup_in_words_is_shown_as_it_is(said: str, finished: Finished, tmp_path: Path) -> None:
    problem = Problem("checkout", said, (said,), said)
    reel = replace(reel_of(saying(finished.reel.clips[0], said, said)), problems=(problem,))
    named = {**finished.document, "project": {"name": said, "language": "en"}}
    documents.write(replace(finished, reel=reel, document=named), tmp_path)
    texts = [text for _, text in shown((tmp_path / "quotes.md").read_text("utf-8"))]
    assert texts.count(plain(said)) == 5, "name, statement, outcome, quote, question"
    assert [p.text for p in docx.Document(str(tmp_path / "quotes.docx")).paragraphs].count(plain(said)) == 5


@pytest.mark.slow
@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=st.sampled_from("\\`*_{}[]()#+-.!|<>~$&^=@:/ 19ab\n"), max_size=24))
def test_any_signs_are_shown_as_they_are(said: str) -> None:
    if plain(said):
        assert shown(f"> {markdown(said)}") == [("p", plain(said))]
        assert not re.search(r"(?<!\\)://|www\.", markdown(said))


def test_words_from_right_to_left_run_so_in_the_document(finished: Finished, tmp_path: Path) -> None:
    said = "הכרטיס שלי נדחה."
    documents.write(replace(finished, reel=reel_of(saying(finished.reel.clips[0], said))), tmp_path)
    [quote] = [p for p in docx.Document(str(tmp_path / "quotes.docx")).paragraphs if p.text == said]
    assert quote._p.pPr.xpath("./w:bidi") and quote.runs[0].font.rtl is True


def test_long_names_and_signs_that_no_file_may_hold_do_no_harm(finished: Finished, tmp_path: Path) -> None:
    said = "x\x00\x0b\ufffe" * 400
    named = {**finished.document, "project": {"name": said, "language": "en"}}
    reel = reel_of(saying(finished.reel.clips[0], said, said))
    documents.write(replace(finished, reel=reel, document=named), tmp_path)
    assert docx.Document(str(tmp_path / "quotes.docx")).paragraphs[0].text == plain(said)


def test_a_reel_of_nobody_still_has_its_documents(finished: Finished, tmp_path: Path) -> None:
    documents.write(finished_of(reel_of(), finished.video), tmp_path)
    assert "What now?" in (tmp_path / "quotes.md").read_text("utf-8")
