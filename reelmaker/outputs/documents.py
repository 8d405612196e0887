"""The quotes for reading and pasting: quotes.md and quotes.docx, and the reel's transcript as transcript.txt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.model import DRAWN, Card, Clip, Place, Problem
from reelmaker.model.moment_ids import clock, clocks
from reelmaker.outputs import Finished, reproducible_zip
from reelmaker.outputs.deck.base import family
from reelmaker.outputs.escaping import markdown, plain
from reelmaker.render.cards import colours
from reelmaker.select import headline, prevalence
from reelmaker.tag.reasons import in_favour
from reelmaker.text import bidi, caption_cues

if TYPE_CHECKING:
    from docx.document import Document

TEXT, MUTED, PAPER = "#1b1b1b", "#595959", "#ffffff"
PROPERTY = 255  # longest document property, in characters


@dataclass(frozen=True, slots=True)
class QuoteText:
    """One quote with its speaker, source and reasons, as plain text on one line each."""

    quote: str
    speaker: str
    place: str  # in the reel
    source: str  # the file and the time in it
    score: str
    why: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One problem of the reel with its quotes."""

    problem: Problem
    count: str
    quotes: tuple[QuoteText, ...]


def write(finished: Finished, folder: Path) -> list[Path]:
    """Write the three files."""
    markdown_file, word_file, transcript_file = (
        folder / name for name in ("quotes.md", "quotes.docx", "transcript.txt")
    )
    chapters = list(of_problems(finished))
    markdown_file.write_text(as_markdown(finished, chapters), "utf-8", newline="\n")
    _as_word(finished, chapters).save(str(word_file))
    reproducible_zip.make_reproducible(word_file)
    transcript_file.write_text(transcript(finished), "utf-8", newline="\n")
    return [markdown_file, word_file, transcript_file]


def of_problems(finished: Finished) -> Iterator[Chapter]:
    """Each problem of the reel with its count and quotes, including those without quotes."""
    reel = finished.reel
    for problem in reel.problems:
        places = [place for place in reel.places() if isinstance(place.item, Clip)]
        quotes = tuple(
            _quote_text(finished, place, place.item)
            for place in places
            if isinstance(place.item, Clip) and place.item.moment.problem == problem.slug
        )
        count = reel.counts.get(problem.slug)
        line = headline.title(prevalence.line("", count).removeprefix(": ")) if count else ""
        yield Chapter(problem, line, quotes)


def _quote_text(finished: Finished, place: Place, clip: Clip) -> QuoteText:
    response, moment = finished.responses[clip.span.response], clip.moment
    return QuoteText(
        plain(caption_cues.quote(moment)),
        plain(clip.label),
        f"{clock(place.start_ms)}–{clock(place.end_ms)}",
        f"{plain(response.file)}, {clocks(clip.stretches)}",
        f"{moment.score:.2f}",
        plain("; ".join(in_favour(moment.why))),
    )


def title_of(finished: Finished) -> str:
    """The survey's name for the heading."""
    return plain(str(finished.document["project"]["name"])) or "What customers told us"


def as_markdown(finished: Finished, chapters: list[Chapter]) -> str:
    """The complete document as Markdown; customers' words are never read as markup."""
    lines = [f"# {markdown(title_of(finished))}", ""]
    for chapter in chapters:
        problem = chapter.problem
        lines += [f"## {markdown(problem.statement)}", ""]
        lines += [f"{markdown(problem.outcome)}", ""] if problem.outcome else []
        lines += [f"**{markdown(chapter.count)}**", ""] if chapter.count else []
        for quote in chapter.quotes:
            lines += [
                f"> {markdown(quote.quote)}",
                ">",
                f"> — {markdown(quote.speaker)}, {quote.place} in the reel",
                "",
                f"*{markdown(quote.source)}; score {quote.score}{f'; {markdown(quote.why)}' if quote.why else ''}*",
                "",
            ]
        for question in problem.question:
            lines += [f"**{markdown(question)}**", ""]
    return "\n".join(lines)


def transcript(finished: Finished) -> str:
    """Everything shown and said in the reel, in order, as plain text."""
    lines = [title_of(finished), ""]
    for place in finished.reel.places():
        item = place.item
        if isinstance(item, Card):
            words = [plain(text) for name, text in item.fields if name not in (*DRAWN, "brand", "claim", "split")]
            lines.append(f"[{clock(place.start_ms)}] ({'; '.join(filter(None, words)) or item.kind})")
        else:
            lines.append(f"[{clock(place.start_ms)}] {plain(item.label)}: {plain(caption_cues.quote(item.moment))}")
    return "\n\n".join(line for line in lines if line) + "\n"


def _as_word(finished: Finished, chapters: list[Chapter]) -> Document:
    import docx

    word_document = docx.Document()
    properties = word_document.core_properties
    properties.title, properties.author = title_of(finished)[:PROPERTY], plain(finished.brand.name)[:PROPERTY]
    properties.comments = ""
    _set_styles(word_document, finished)
    _add(word_document, title_of(finished), "Title")
    for chapter in chapters:
        problem = chapter.problem
        _add(word_document, plain(problem.statement), "Heading 1")
        if problem.outcome:
            _add(word_document, plain(problem.outcome), "Subtitle")
        if chapter.count:
            _add(word_document, chapter.count, "Normal")
        for quote in chapter.quotes:
            _add(word_document, quote.quote, "Quote").paragraph_format.keep_with_next = True
            _add(
                word_document, f"{quote.speaker}, {quote.place} in the reel", "Normal"
            ).paragraph_format.keep_with_next = True
            _add(
                word_document, f"{quote.source}; score {quote.score}{f'; {quote.why}' if quote.why else ''}", "Caption"
            )
        for question in problem.question:
            _add(word_document, plain(question), "Heading 2")
    return word_document


def _set_styles(document: Document, finished: Finished) -> None:
    """Set the used styles to the brand's font and primary colour, so that they can be changed in one place."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    heading_colour = colours.readable(finished.brand.primary or TEXT, PAPER)
    styles = {
        "Title": (26, heading_colour),
        "Heading 1": (18, heading_colour),
        "Heading 2": (14, heading_colour),
        "Subtitle": (12, MUTED),
        "Normal": (11, TEXT),
        "Quote": (15, TEXT),
        "Caption": (9, MUTED),
    }
    for name, (size, colour) in styles.items():
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour[1:].upper())
        style.font.italic, style.font.bold = False, name.startswith("Heading")
        style.font.name = family(finished.brand)
        fonts = style.element.rPr.rFonts
        for theme in ("w:asciiTheme", "w:hAnsiTheme"):  # a theme font would take precedence over the named one
            fonts.attrib.pop(qn(theme), None)
    document.styles["Quote"].paragraph_format.space_before = Pt(14)


def _add(document: Document, text: str, style: str) -> Any:
    """Add a paragraph; right to left if its words are."""
    paragraph = document.add_paragraph(style=style)
    run = paragraph.add_run(text)
    if bidi.right_to_left(text):
        paragraph._p.get_or_add_pPr().insert_element_before(_element("w:bidi"), *_AFTER_BIDI)
        run.font.rtl = True
    return paragraph


# Elements of a paragraph's properties that follow `bidi` in the schema
_AFTER_BIDI = (
    "w:adjustRightInd",
    "w:snapToGrid",
    "w:spacing",
    "w:ind",
    "w:contextualSpacing",
    "w:mirrorIndents",
    "w:suppressOverlap",
    "w:jc",
    "w:textDirection",
    "w:textAlignment",
    "w:textboxTightWrap",
    "w:outlineLvl",
    "w:divId",
    "w:cnfStyle",
    "w:rPr",
    "w:sectPr",
    "w:pPrChange",
)


def _element(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(name)
