"""The fonts that a script may name -> a folder and a fontconfig file that show libass these and no other.

In: a folder, the brand, fonts of other scripts. Out: what to add to ffmpeg's environment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from reelmaker import atomic
from reelmaker.model import Brand
from reelmaker.text import layout
from reelmaker.text.fonts import Face

CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="relative">fonts/{cache}</cachedir>
</fontconfig>
"""


def font_files(brand: Brand) -> list[Path]:
    """The fonts a script may name; the one that comes along stands in for characters the brand's lacks."""
    return list(dict.fromkeys([layout.font_path(brand), layout.own_font()]))


def prepare(folder: Path, brand: Brand, faces: Iterable[Face] = ()) -> dict[str, str]:
    """Put `fonts/` and `fonts.conf` into the folder; give back what to add to ffmpeg's environment.

    With it libass sees these fonts and none of the machine's. `faces`: those of other scripts that the words
    need. May be called again and by several processes at once: files that are there are left alone, new ones
    appear whole.
    """
    fonts = folder / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    files, names = font_files(brand), []
    for number, source in enumerate(dict.fromkeys([*files, *(face.path for face in faces)])):
        # Plain names: "[" and "," have meanings of their own in filter graphs
        name = "own" if source == layout.own_font() else f"brand{number}"
        if source not in files:
            name = "".join(character for character in source.stem if character.isalnum())
        target = fonts / f"{name}{source.suffix.lower()}"
        names.append(target.name)
        if not target.is_file() or target.stat().st_size != source.stat().st_size:
            _whole(target, source.read_bytes())
    # What fontconfig knows of a folder is out of date for a second after a file was added: a cache for each set
    digest = "-" + hashlib.sha256("/".join(names).encode()).hexdigest()[:8] if len(names) > len(files) else ""
    config, wanted = folder / f"fonts{digest}.conf", CONFIG.format(cache=f"cache{digest}")
    if not config.is_file() or config.read_text("utf-8") != wanted:
        _whole(config, wanted.encode())
    return {"FONTCONFIG_FILE": str(config.resolve()), "FONTCONFIG_PATH": str(folder.resolve())}


def _whole(target: Path, content: bytes) -> None:
    with atomic.staged(target, shared=True) as aside:
        aside.write_bytes(content)
