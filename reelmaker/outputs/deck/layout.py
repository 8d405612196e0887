"""Slides of a presentation: a title, a content area, and what can be put into it.

Layouts are found by the purpose of their placeholders, never by name, so that any company's template works. All
lengths are EMU (914,400 an inch); sizes are shares of the page.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reelmaker.outputs.deck.base import Base
from reelmaker.outputs.deck.text_fit import fit
from reelmaker.outputs.escaping import plain
from reelmaker.render.cards import colours
from reelmaker.text import bidi

POINT = 12_700
TITLE, SUBTITLE, CENTRE_TITLE = 1, 4, 3  # kinds of placeholders, as PowerPoint numbers them
CONTENT = {2, 7}
FURNITURE = {13, 14, 15, 16}  # number, header, footer, date
NUMBER = 13


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the page."""

    left: int
    top: int
    width: int
    height: int

    def split(self, share: float, gap: int) -> tuple[Box, Box]:
        """Split side by side: the left one takes `share` of the width."""
        first = round((self.width - gap) * share)
        rest = replace(self, left=self.left + first + gap, width=self.width - first - gap)
        return replace(self, width=first), rest

    def above(self, height: int, gap: int) -> tuple[Box, Box]:
        """Split vertically: the upper one is `height` high."""
        rest = replace(self, top=self.top + height + gap, height=self.height - height - gap)
        return replace(self, height=height), rest

    def inside(self, shape: tuple[int, int]) -> Box:
        """The largest centred rectangle of this aspect ratio."""
        scale = min(self.width / shape[0], self.height / shape[1])
        width, height = round(shape[0] * scale), round(shape[1] * scale)
        return Box(self.left + (self.width - width) // 2, self.top + (self.height - height) // 2, width, height)


@dataclass(frozen=True, slots=True)
class Page:
    """A slide with its area below the title."""

    slide: Any
    area: Box


class Pages:
    """Adds slides to a base, one after the other."""

    def __init__(self, base: Base, language: str = "") -> None:
        self.base, self.language = base, language
        presentation = base.presentation
        self.width, self.height = int(presentation.slide_width), int(presentation.slide_height)
        layouts = [layout for master in presentation.slide_masters for layout in master.slide_layouts]
        self._opening = max(layouts, key=_fit_to_open)
        self._content = max(layouts, key=_fit_to_tell)
        bodies = [layout for layout in layouts if _kinds(layout)[:1] == [TITLE] and _kinds(layout)[1:] in ([2], [7])]
        self._body = next(
            (_box(p) for layout in bodies for p in layout.placeholders if int(p.placeholder_format.type) in CONTENT),
            None,
        )

    @property
    def gap(self) -> int:
        """The gap between two elements on a page."""
        return self.height // 24

    @property
    def muted(self) -> str:
        """The colour for less important text that is still easy to read."""
        return colours.resolve("muted", {"text": self.base.text}, self.base.background)

    def opening(self, title: str, lines: Sequence[str], strong: int = 0) -> Page:
        """A slide that opens a part: a large title and a few lines below it, the first `strong` of them bold."""
        page = self._add(self._opening, title, 0.088)
        texts = [plain(line) for line in lines if plain(line)]
        placeholder = next((p for p in page.slide.placeholders if int(p.placeholder_format.type) == SUBTITLE), None)
        placeholder = placeholder or next(
            (p for p in page.slide.placeholders if int(p.placeholder_format.type) in CONTENT), None
        )
        if texts and placeholder is not None:
            self.fill(placeholder, _box(placeholder), texts, 0.052, strong=strong)
        elif texts:
            self.text(page, page.area, texts, 0.052, strong=strong)
        self._tidy(page.slide)
        return page

    def telling(self, title: str) -> Page:
        """A slide with a title, and space below it."""
        page = self._add(self._content, title, 0.056)
        self._tidy(page.slide)
        return page

    def text(
        self,
        page: Page,
        box: Box,
        lines: Sequence[str],
        largest: float,
        *,
        strong: int = 0,
        colour: str = "",
        anchor: str = "t",
    ) -> Any:
        """A box with these paragraphs, as large as they fit; the first `strong` of them bold."""
        shape = page.slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        self.fill(shape, box, lines, largest, strong=strong, colour=colour, inset=0)
        shape._element.txBody.bodyPr.set("anchor", anchor)
        return shape

    def fill(
        self,
        shape: Any,
        box: Box,
        lines: Sequence[str],
        largest: float,
        *,
        strong: int = 0,
        colour: str = "",
        inset: int = 100_000,
    ) -> None:
        """Put paragraphs into a shape at the largest size at which they fit its box."""
        from pptx.enum.text import MSO_AUTO_SIZE

        texts = [plain(line) for line in lines]
        points = (box.width - 2 * inset) / POINT, (box.height - inset) / POINT
        largest_pt = largest * self.height // POINT
        size, fitted = fit(
            "\n".join(texts),
            self.base.font,
            points,
            largest_pt,
            min(largest_pt, self.height / POINT * 0.017),
            bold=strong > 0,
        )
        frame = shape.text_frame
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE  # so that it still fits after editing
        for number, line in enumerate(fitted.split("\n")):
            paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
            self._write(paragraph, line, size, number < strong, colour)

    def _write(self, paragraph: Any, text: str, size: float, bold: bool, colour: str) -> None:
        from pptx.dml.color import RGBColor
        from pptx.enum.dml import MSO_THEME_COLOR
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = text
        run.font.size = Pt(size)
        if bold:
            run.font.bold = True
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour[1:].upper())
        elif not self.base.own:
            run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        if self.language:
            run._r.get_or_add_rPr().set("lang", self.language)
        if bidi.right_to_left(text):
            properties = paragraph._p.get_or_add_pPr()
            properties.set("rtl", "1")
            properties.set("algn", "r")

    def picture(self, page: Page, box: Box, file: Path, description: str) -> Any:
        """A picture as large as fits the box, with a text alternative."""
        from PIL import Image

        with Image.open(file) as image:
            picture_box = box.inside(image.size)
        shape = page.slide.shapes.add_picture(
            str(file), picture_box.left, picture_box.top, picture_box.width, picture_box.height
        )
        describe(shape, description)
        return shape

    def framed(self, shape: Any) -> None:
        """A thin line around content that may have the page's colour."""
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        line = colours.mix(self.base.background, self.base.text, 0.2)
        shape.line.color.rgb, shape.line.width = RGBColor.from_string(line[1:].upper()), Pt(0.75)

    def _add(self, layout: Any, title: str, largest: float) -> Page:
        slide = self.base.presentation.slides.add_slide(layout)
        title_text = plain(title)
        title_shape = slide.shapes.title
        if title_shape is None:  # a template without titles
            box = Box(self.width // 16, self.height // 16, self.width * 7 // 8, self.height // 6)
            title_shape = slide.shapes.add_textbox(box.left, box.top, box.width, box.height)
        else:
            box = _box(title_shape)
        self.fill(title_shape, box, [title_text], largest, strong=1)
        _number(slide, layout)
        return Page(slide, self._area(layout, box))

    def _area(self, layout: Any, title: Box) -> Box:
        """The content area: the template's body placeholder, or the space below the title."""
        margin, bottom = self.width // 18, self.height - self.height // 12
        feet = [_box(p).top for p in layout.placeholders if int(p.placeholder_format.type) in FURNITURE]
        bottom = min([bottom, *(top for top in feet if top > self.height * 0.8)])
        below = title.top + title.height + self.gap // 2
        free = Box(max(title.left, 0), below, min(title.width, self.width - title.left), bottom - below)
        body = self._body
        if body and layout is self._content and body.top >= title.top + title.height // 2:
            free = Box(
                body.left,
                max(body.top, below),
                body.width,
                min(body.top + body.height, bottom) - max(body.top, below),
            )
        if free.width < self.width * 0.5 or free.height < self.height * 0.4:
            top = min(max(below, self.height // 8), self.height // 3)
            free = Box(margin, top, self.width - 2 * margin, bottom - top)
        return free

    def _tidy(self, slide: Any) -> None:
        """Remove unused placeholders, which would show "click to add text"."""
        for placeholder in list(slide.placeholders):
            if int(placeholder.placeholder_format.type) not in FURNITURE and not (
                placeholder.has_text_frame and placeholder.text_frame.text
            ):
                placeholder._element.getparent().remove(placeholder._element)


def describe(shape: Any, description: str, name: str = "") -> None:
    """The text alternative of a picture, video or chart for screen readers."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("descr", plain(description))
    if name:
        properties.set("name", plain(name))


def note(page: Page, lines: Sequence[str]) -> None:
    """The presenter notes."""
    page.slide.notes_slide.notes_text_frame.text = "\n".join(plain(line) for line in lines if plain(line))


def _kinds(layout: Any) -> list[int]:
    kinds = [int(placeholder.placeholder_format.type) for placeholder in layout.placeholders]
    return sorted(kind for kind in kinds if kind not in FURNITURE)


def _fit_to_open(layout: Any) -> int:
    kinds = _kinds(layout)
    return 8 * (CENTRE_TITLE in kinds) + 5 * (TITLE in kinds) + 4 * (SUBTITLE in kinds) - len(kinds)


def _fit_to_tell(layout: Any) -> int:
    kinds = _kinds(layout)
    return 20 * (TITLE in kinds) + 5 * (CENTRE_TITLE in kinds) - 2 * len(kinds)


def _box(placeholder: Any) -> Box:
    return Box(*(int(side or 0) for side in (placeholder.left, placeholder.top, placeholder.width, placeholder.height)))


def _number(slide: Any, layout: Any) -> None:
    """The page number, if the template has one; python-pptx omits it."""
    for placeholder in layout.placeholders:
        if int(placeholder.placeholder_format.type) == NUMBER:
            slide.shapes._spTree.append(copy.deepcopy(placeholder._element))
            added = slide.shapes._spTree[-1]
            added.xpath(".//p:cNvPr")[0].set(
                "id", str(max(int(i) for i in slide.shapes._spTree.xpath("//@id") if i.isdigit()) + 1)
            )
            return
