"""Makes the pictures of the two READMEs again, into pictures/: each design, the contact sheet, frames of the reel.

Run after a change of the cards, and after `reelmaker build --project samples/fernhill --problem checkout`:
    python tools/pictures.py
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from PIL import Image

from reelmaker import media
from reelmaker.model import Brand
from reelmaker.project.config import open_project
from reelmaker.render import contact_sheet, preview

ROOT = Path(__file__).resolve().parent.parent
OUT, SAMPLE = ROOT / "pictures", ROOT / "samples" / "fernhill"
REEL = SAMPLE / "reels" / "checkout"
SHOWN = ("intro", "evidence", "quote", "clip")
CELL, GAP = (400, 225), 8
FRAMES = (
    ("reel-intro", 0, 4000),
    ("reel-clip", 3, 2000),
    ("reel-outro", -1, 4000),
)  # name, item, ms into it


def main() -> None:
    """Write all of them and say how large each is."""
    OUT.mkdir(exist_ok=True)
    project = open_project(SAMPLE)
    for design in ("plain", "bold", "dark"):
        _flat(_four(design), OUT / f"{design}.png")
    sheet = contact_sheet.sheet(project, "checkout", ["plain", "bold", "dark"], ["16:9"])
    small = (sheet.width * 3 // 4, sheet.height * 3 // 4)
    _flat(sheet.resize(small, Image.Resampling.LANCZOS), OUT / "cards.png")
    items = json.loads((REEL / "manifest.json").read_text("utf-8"))["items"]
    size = project.reel.pixels()
    for name, item, ms in FRAMES:
        frame = Image.fromarray(media.frame(REEL / "reel.mp4", items[item]["start_ms"] + ms, size))
        frame.resize((640, 360), Image.Resampling.LANCZOS).save(OUT / f"{name}.jpg", quality=80, optimize=True)
    for path in sorted(OUT.iterdir()):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


def _four(design: str) -> Image.Image:
    """Four kinds of one design, in its own colours."""
    project = replace(open_project(SAMPLE), brand=Brand("Fernhill"))
    wanted = preview.wanted(project, "checkout", design, "16:9")
    width, height = CELL
    canvas = Image.new("RGB", (2 * width + GAP, 2 * height + GAP), contact_sheet.PAPER)
    for number, kind in enumerate(SHOWN):
        picture = Image.fromarray(preview.picture(kind, wanted)).resize(CELL, Image.Resampling.LANCZOS)
        canvas.paste(picture, (number % 2 * (width + GAP), number // 2 * (height + GAP)))
    return canvas


def _flat(picture: Image.Image, path: Path) -> None:
    """A PNG of 192 colours, which cards hardly need."""
    picture.quantize(192, method=Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


if __name__ == "__main__":
    main()
