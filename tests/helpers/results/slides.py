"""Slides read back, and company templates of all kinds, for tests of the deck."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Emu

from reelmaker.model import Brand, Clip, Sentence, Word
from reelmaker.outputs import Finished, deck


def made(finished: Finished, folder: Path, **brand: str) -> Any:
    """The deck of a reel, read back."""
    [path] = deck.write(replace(finished, brand=replace(finished.brand, **brand)), folder)
    return Presentation(str(path))


def words_on(slide: Any) -> list[str]:
    """Every text of a slide, in the order of its shapes."""
    return [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame and shape.text_frame.text]


def all_words(presentation: Any) -> str:
    return "\n".join("\n".join(words_on(slide)) for slide in presentation.slides)


def alt_text(shape: Any) -> str:
    return str(shape._element.xpath(".//p:cNvPr")[0].get("descr") or "")


def saying(clip: Clip, words: str, label: str = "", problem: str = "") -> Clip:
    """The same clip with other words in it."""
    start = clip.span.start_ms
    said = tuple(Word(word, start + 5 * at, start + 5 * at + 4) for at, word in enumerate(words.split(" ")))
    sentence = Sentence(clip.span.response, 0, said)
    moment = replace(clip.moment, sentences=(sentence,), problem=problem or clip.moment.problem)
    return replace(clip, moment=moment, label=label or clip.label)


def company(folder: Path, *, wide: bool = False, keep: tuple[int, ...] = tuple(range(11)), dark: bool = False) -> Path:
    """A template with two old slides, whose layouts have names that say nothing."""
    old = Presentation()
    master = old.slide_masters[0]
    for number, layout in reversed(list(enumerate(master.slide_layouts))):
        layout.name = f"Folie {number * 7}"
        if number not in keep:
            master.slide_layouts.remove(layout)
    if wide:
        old.slide_width, old.slide_height = Emu(12_192_000), Emu(6_858_000)
    if dark:
        [theme] = [rel.target_part for rel in master.part.rels.values() if rel.reltype.endswith("/theme")]
        blob = theme.blob.replace(b'<a:sysClr val="window" lastClr="FFFFFF"/>', b'<a:srgbClr val="10243F"/>')
        blob = blob.replace(b'<a:sysClr val="windowText" lastClr="000000"/>', b'<a:srgbClr val="F4F1E8"/>')
        theme._blob = re.sub(rb'(<a:latin typeface=")Calibri', rb"\1Georgia", blob)
    for _ in range(2):
        slide = old.slides.add_slide(master.slide_layouts[0])
        slide.shapes.add_textbox(0, 0, 900_000, 900_000).text_frame.text = "OLD SECRET"
        slide.notes_slide.notes_text_frame.text = "OLD SECRET NOTE"
    path = folder / "company.pptx"
    old.save(str(path))
    return path


def as_template(path: Path) -> Path:
    """The same file as PowerPoint saves a template, .potx."""
    target = path.with_suffix(".potx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(b"presentationml.presentation.main", b"presentationml.template.main")
            new.writestr(name, part)
    return target


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
        assert len(set(packed.namelist())) == len(packed.namelist())
        return {name: packed.read(name) for name in packed.namelist()}


BRAND = Brand("Übung & Co", primary="#ffee00", accent="#ffee33", background="#ffffff", text="#eeeeee")
