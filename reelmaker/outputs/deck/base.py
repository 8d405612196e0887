"""The base of a deck: a plain 16:9 design in the brand's colours and font, or the company's own template.

The result is a presentation without slides, and the colours used on it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.model import Brand
from reelmaker.render import cards
from reelmaker.render.cards import colours
from reelmaker.text import layout as text_layout

if TYPE_CHECKING:
    from pptx.presentation import Presentation

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PAGE = 12_192_000, 6_858_000  # 16:9, in EMU
FONT = "Arial"  # available on every machine that shows slides, unlike Inter, the cards' font
PLAIN_COLOURS = {"background": "#ffffff", "text": "#1b1b1b", "primary": "#0b6e4f", "accent": "#f2a541"}
KEPT = (0, 1, 5, 6)  # of python-pptx's own layouts: title, content, title only, blank
# In inches of a page of 13.333 x 7.5: left, top, width, height
TITLE, BODY = (0.75, 0.45, 11.83, 0.95), (0.75, 1.6, 11.83, 5.0)
OPENING, UNDER = (0.75, 1.1, 11.0, 2.75), (0.75, 4.1, 11.0, 2.3)
FOOT = {16: (0.75, 6.95, 3.0, 0.35), 15: (4.0, 6.95, 5.33, 0.35), 13: (11.33, 6.95, 1.25, 0.35)}


@dataclass(frozen=True, slots=True)
class Base:
    """A presentation without slides. Colours are #rrggbb; `font` is the file that texts are measured with."""

    presentation: Presentation
    background: str
    text: str
    primary: str
    font: Path
    own: bool  # the company's template: its layouts define how titles look


def open_base(brand: Brand, template: cards.Template | None) -> Base:
    """The company's own template if one is set, else the plain design.

    Raises:
        ProjectError: the company's template cannot be used.
    """
    if brand.deck:
        return _company_base(Path(brand.deck))
    return _plain_base(brand, cards.palette(template, brand) if template else colours.palette(PLAIN_COLOURS, brand))


def _company_base(path: Path) -> Base:
    from pptx import Presentation

    try:
        presentation = Presentation(io.BytesIO(_as_presentation(path.read_bytes())))
        _empty(presentation)
        if not any(len(master.slide_layouts) for master in presentation.slide_masters):
            raise ProjectError(f"{path.name}: contains no slide layouts.", "Use another file for [brand] deck.")
        theme_colours = _theme(presentation)
    except ReelmakerError:
        raise
    except Exception as problem:  # noqa: BLE001 - a broken file may raise anything; the message is one line
        reason = " ".join(str(problem).split())[:120] or type(problem).__name__
        raise ProjectError(
            f"{path.name}: cannot be used as a slide template ({reason}).",
            "Open it in PowerPoint and save it again as .pptx, or remove it from [brand] deck.",
        ) from None
    return Base(
        presentation,
        theme_colours["lt1"],
        theme_colours["dk1"],
        theme_colours["accent1"],
        text_layout.font_path(Brand()),
        True,
    )


def _as_presentation(content: bytes) -> bytes:
    """A template (.potx) as a presentation: only the declared content type differs."""
    kind = b"application/vnd.openxmlformats-officedocument.presentationml.%s.main+xml"
    name = "[Content_Types].xml"
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        types = source.read(name)
        if kind % b"template" not in types:
            return content
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as target:
            for part in source.namelist():
                part_content = source.read(part)
                as_presentation = part_content.replace(kind % b"template", kind % b"presentation")
                target.writestr(part, as_presentation if part == name else part_content)
    return output.getvalue()


def _empty(presentation: Presentation) -> None:
    """Remove the slides, and the lists that refer to them."""
    slide_ids = presentation.slides._sldIdLst
    for slide in list(slide_ids):
        presentation.part.drop_rel(slide.rId)
        slide_ids.remove(slide)
    root = presentation.part._element
    for child in list(root):
        if child.tag.endswith(("}custShowLst", "}extLst")):
            root.remove(child)
    package = presentation.part.package
    for rel in list(package._rels.values()):
        if rel.reltype.endswith("/thumbnail"):  # shows removed content
            package._rels.pop(rel.rId)


def _theme(presentation: Presentation) -> dict[str, str]:
    """The relevant colours of the first master's theme, as #rrggbb, by their names in it."""
    master = presentation.slide_masters[0]
    root = _theme_root(master)[1]
    theme_colours = {"lt1": "#ffffff", "dk1": "#000000", "accent1": "#444444"}
    for colour in root.iter(f"{DRAWING}clrScheme"):
        for name in theme_colours:
            for value in colour.iterfind(f"{DRAWING}{name}/*"):
                theme_colours[name] = f"#{value.get('lastClr') or value.get('val')}".lower()
    mapped = (
        {key: master._element.clrMap.get(key) for key in ("bg1", "tx1")} if hasattr(master._element, "clrMap") else {}
    )
    if mapped.get("bg1") == "dk1":
        theme_colours["lt1"], theme_colours["dk1"] = theme_colours["dk1"], theme_colours["lt1"]
    return theme_colours


def _theme_root(master: Any) -> tuple[Any, Any]:
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    return part, etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))


def _plain_base(brand: Brand, palette: Mapping[str, str]) -> Base:
    from pptx import Presentation

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = PAGE
    presentation.part._element.sldSz.attrib.pop("type", None)  # it says 4:3
    _empty(presentation)
    master = presentation.slide_masters[0]
    for number, layout in reversed(list(enumerate(master.slide_layouts))):
        if number not in KEPT:
            master.slide_layouts.remove(layout)
    ground, text = palette["background"], palette["text"]
    primary = colours.resolve("primary", palette, ground, colours.SEEN)
    accent = colours.resolve("accent", palette, ground, colours.NOTICED)
    font = text_layout.font_path(brand)
    _recolour(master, ground, text, primary, accent, family(brand))
    for shape in [
        *master.placeholders,
        *(p for layout in master.slide_layouts for p in layout.placeholders),
    ]:
        _place(shape)
    style = master._element.find(".//{*}titleStyle/{*}lvl1pPr")
    style.set("algn", "l")
    style.find("{*}defRPr").set("b", "1")
    _bar(master, presentation.slide_height)
    return Base(presentation, ground, text, primary, font, False)


def family(brand: Brand) -> str:
    """The name under which a machine with the brand's font installed lists it."""
    return str(text_layout.font(Path(brand.font), 16, 400).getname()[0] or FONT) if brand.font else FONT


def _emu(inches: float) -> Any:
    from pptx.util import Emu

    return Emu(round(inches * 914_400))


def _place(shape: Any) -> None:
    """Place a placeholder of the plain design by its purpose."""
    kind = int(shape.placeholder_format.type)
    boxes = {1: TITLE, 2: BODY, 3: OPENING, 4: UNDER, 7: BODY, **FOOT}
    shape.left, shape.top, shape.width, shape.height = (_emu(side) for side in boxes[kind])
    body = shape._element.txBody.bodyPr
    body.set("lIns", "0")
    body.set("rIns", "0")
    if kind in (1, 3):
        body.set("anchor", "b")
    for paragraph in shape._element.iterfind(".//{*}lstStyle/{*}lvl1pPr"):
        paragraph.set("algn", {15: "ctr", 13: "r"}.get(kind, "l"))


def _recolour(master: Any, ground: str, text: str, primary: str, accent: str, family: str) -> None:
    """The theme in the brand's colours and font, so that charts and text added later use them too."""
    from lxml import etree

    part, root = _theme_root(master)
    soft = [
        colours.mix(ground, primary, 0.6),
        colours.mix(ground, accent, 0.6),
        colours.mix(ground, text, 0.5),
        colours.mix(ground, text, 0.25),
    ]
    link = colours.readable(primary, ground)
    theme_colours = {
        "dk1": text,
        "lt1": ground,
        "dk2": text,
        "lt2": colours.mix(ground, text, 0.06),
        "accent1": primary,
        "accent2": accent,
        **{f"accent{n}": colour for n, colour in enumerate(soft, 3)},
        "hlink": link,
        "folHlink": link,
    }
    for scheme in root.iter(f"{DRAWING}clrScheme"):
        for name, colour in theme_colours.items():
            scheme_colour = scheme.find(f"{DRAWING}{name}")
            for previous in list(scheme_colour):
                scheme_colour.remove(previous)
            etree.SubElement(scheme_colour, f"{DRAWING}srgbClr").set("val", colour[1:].upper())
    for font in root.iterfind(f".//{DRAWING}fontScheme/*/{DRAWING}latin"):
        font.set("typeface", family)
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _bar(master: Any, height: int) -> None:
    """A stripe at the left edge in the brand's primary colour."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    stripe = parse_xml(
        f'<p:sp {nsdecls("p", "a")}><p:nvSpPr><p:cNvPr id="90" name="Stripe"/><p:cNvSpPr/><p:nvPr userDrawn="1"/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{_emu(0.2)}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent1"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr></p:sp>"
    )
    master.shapes._spTree.insert(2, stripe)
