"""Draws cards from a template folder and the card's words; also the still for an answer without a picture.

Templates are data (`templates/README.md`); sizes are fractions of the frame, so that one serves every shape.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.checksums import checksum
from reelmaker.errors import TemplateError
from reelmaker.model import Brand, Card
from reelmaker.render.cards import animation, colours
from reelmaker.render.cards import layout as cards_layout
from reelmaker.render.cards.blocks import Sheet
from reelmaker.render.cards.paint import Painted, paint
from reelmaker.render.cards.template import Design, Template
from reelmaker.render.cards.template_parser import FILE, keys, read
from reelmaker.text import layout

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "SpeakerCard",
    "Template",
    "builtin_folder",
    "draw",
    "find",
    "fonts_identity",
    "identity",
    "keys",
    "missing_glyphs",
    "names",
    "palette",
    "placed",
    "quote",
    "settled_after",
    "speaker_card",
    "still",
]
SPARE = "plain"  # supplies the cards that a design lacks, in the design's colours
VERSION = 3  # raised whenever the same template gives other pixels
# Default texts for fields that no card fills
GIVEN = {("outro", "closing"): "What will we do about it?"}


@dataclass(frozen=True, slots=True)
class SpeakerCard:
    """A branded still, and where on it the waveform moves: x, y, width, height in pixels; colour #rrggbb."""

    picture: np.ndarray
    wave_box: tuple[int, int, int, int]
    wave_colour: str


def builtin_folder() -> Path:
    """The built-in designs: inside the installed package, or next to it in a checkout."""
    package = Path(__file__).resolve().parent.parent.parent
    installed = package / "templates"
    return installed if installed.is_dir() else package.parent / "templates"


def find(name: str, folders: Sequence[Path] = ()) -> Template:
    """The template of that name from the first folder that has it; built-in ones come last.

    Raises:
        TemplateError: there is none (the nearest name is offered), or it is broken (file and key are named).
    """
    template_names = names(folders)
    if name not in template_names:
        similar = difflib.get_close_matches(name, template_names, 1)
        hint = f'Did you mean "{similar[0]}"? ' if similar else ""
        raise TemplateError(f'There is no card template "{name}".', f"{hint}There are: {', '.join(template_names)}.")
    return next(
        read(folder / name, builtin_folder() / SPARE) for folder in _all(folders) if (folder / name / FILE).is_file()
    )


def names(folders: Sequence[Path] = ()) -> list[str]:
    """The names `find` knows, sorted."""
    return sorted({file.parent.name for folder in _all(folders) for file in folder.glob(f"*/{FILE}")})


def _all(folders: Sequence[Path]) -> list[Path]:
    return [*folders, builtin_folder()]


def draw(card: Card, template: Template, brand: Brand, size: tuple[int, int], fps: int) -> Iterator[np.ndarray]:
    """The card's frames, uint8 RGB (height, width, 3): as many as its length at `fps`, at least one.

    Once the animation has ended, every frame is the same array object.
    """
    ground, elements = _painted(card.kind, dict(card.fields), template, brand, size)
    count = max(1, round(card.duration_ms * fps / 1000))
    return animation.frames(colours.rgb(ground), elements, size, count, fps, template.motion.duration_ms)


def still(card: Card, template: Template, brand: Brand, size: tuple[int, int]) -> np.ndarray:
    """The card at rest."""
    import numpy as np

    ground, elements = _painted(card.kind, dict(card.fields), template, brand, size)
    return np.asarray(animation.still(colours.rgb(ground), elements, size))


def settled_after(card: Card, template: Template) -> int:
    """The time in milliseconds after which nothing on the card moves."""
    _, elements = _painted(card.kind, dict(card.fields), template, Brand(), (320, 180))
    return animation.settled_ms(elements, template.motion.duration_ms)


def placed(
    card: Card, template: Template, brand: Brand, size: tuple[int, int]
) -> tuple[str, list[cards_layout.Placed]]:
    """The background colour and everything on the card with its box, in painting order."""
    return _layout(card.kind, dict(card.fields), template, brand, size)


def speaker_card(label: str, template: Template, brand: Brand, size: tuple[int, int]) -> SpeakerCard:
    """The still for an answer without a picture, on which captions and a waveform are drawn."""
    import numpy as np

    fields = {"label": label, "brand": brand.name}
    ground, elements = _painted("speaker", fields, template, brand, size)
    sheet = Sheet(template, brand, size, fields)
    wave = sheet.shaped(template.cards["speaker"].wave)
    colour = colours.resolve(wave.colour, palette(template, brand), ground, colours.SEEN)
    x, y, width, height = sheet.pixels(wave.box)
    picture = np.asarray(animation.still(colours.rgb(ground), elements, size))
    return SpeakerCard(picture, (x, y, width - width % 2, height - height % 2), colour)


def quote(text: str, label: str, template: Template, brand: Brand, size: tuple[int, int]) -> np.ndarray:
    """A customer's words as a still, uint8 RGB (height, width, 3); `label` may be empty."""
    fields = (("quote", text), ("label", label), ("brand", brand.name))
    return still(Card("quote", template.name, fields, 1000), template, brand, size)


def palette(template: Template, brand: Brand) -> dict[str, str]:
    """The colours in use: background, text, primary, accent."""
    return colours.palette(template.palette, brand)


def missing_glyphs(text: str, brand: Brand) -> set[str]:
    """The characters of the text that no card or caption can show; they are omitted."""
    return layout.missing(text, layout.font_path(brand))


def fonts_identity(texts: Iterable[str], brand: Brand) -> list[Any]:
    """The fonts of other scripts that these texts need, and the layout version; empty if they need none."""
    path = layout.font_path(brand)
    shaped = [text for text in texts if layout.shaped(text, path)]
    faces = dict.fromkeys(face for text in shaped for face in layout.used(text, path))
    return [layout.VERSION, *sorted({_content(str(face.path)) for face in faces})] if shaped else []


def identity(template: Template, brand: Brand) -> list[Any]:
    """Everything besides words and size that shapes the pixels; equal identities give equal cards."""
    return [
        VERSION,
        template.digest,
        *astuple(brand)[:5],
        *(_content(path) for path in (brand.logo, brand.font)),
    ]


def _content(path: str) -> str:
    if not path:
        return ""
    stat = Path(path).stat()
    return _checksum(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _checksum(path: str, size: int, mtime_ns: int) -> str:
    return checksum(Path(path))


def _layout(
    kind: str, fields: dict[str, str], template: Template, brand: Brand, size: tuple[int, int]
) -> tuple[str, list[cards_layout.Placed]]:
    defaults = {name: text for (card_kind, name), text in GIVEN.items() if card_kind == kind}
    design = template.cards[kind]
    return cards_layout.place(design, Sheet(template, brand, size, defaults | _with_basis(design, fields)))


def _with_basis(design: Design, fields: Mapping[str, str]) -> dict[str, str]:
    """The fields; in a design that leaves out who says so, the count's sentence says it."""
    basis = fields.get("basis")
    if not basis or any("{basis}" in item.text for stack in design.stack for item in stack.item):
        return dict(fields)
    return {name: f"{text}. {basis}" if name in ("evidence", "claim") else text for name, text in fields.items()}


def _painted(
    kind: str, fields: dict[str, str], template: Template, brand: Brand, size: tuple[int, int]
) -> tuple[str, list[Painted]]:
    ground, elements = _layout(kind, fields, template, brand, size)
    return ground, [paint(element, template, size) for element in elements]
