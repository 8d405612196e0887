"""A folder of fonts and a fontconfig file that make libass see these fonts and no others."""

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
    """The fonts a script may name: the brand's, and the built-in one for characters it lacks."""
    return list(dict.fromkeys([layout.font_path(brand), layout.own_font()]))


def prepare(folder: Path, brand: Brand, faces: Iterable[Face] = ()) -> dict[str, str]:
    """Put `fonts/` and `fonts.conf` into the folder; return the variables to add to ffmpeg's environment.

    libass then sees these fonts and none of the machine's. May be called repeatedly and by several processes at once:
    existing files are left alone, new ones are written atomically.

    Args:
        faces: fonts of other scripts that the words need.
    """
    fonts = folder / "fonts"
    atomic.folder(fonts)
    files, names = font_files(brand), []
    for number, source in enumerate(dict.fromkeys([*files, *(face.path for face in faces)])):
        # Plain names: "[" and "," have meanings of their own in filter graphs
        name = "own" if source == layout.own_font() else f"brand{number}"
        if source not in files:
            name = "".join(character for character in source.stem if character.isalnum())
        target = fonts / f"{name}{source.suffix.lower()}"
        names.append(target.name)
        content = source.read_bytes()
        if not target.is_file() or target.read_bytes() != content:
            _write_new(target, content)
    # fontconfig's cache of a folder is stale for a second after a file is added: one cache for each set of fonts
    digest = "-" + hashlib.sha256("/".join(names).encode()).hexdigest()[:8] if len(names) > len(files) else ""
    config, wanted = folder / f"fonts{digest}.conf", CONFIG.format(cache=f"cache{digest}")
    if not config.is_file() or config.read_bytes() != wanted.encode():
        _write_new(config, wanted.encode())
    return {"FONTCONFIG_FILE": str(config.resolve()), "FONTCONFIG_PATH": str(folder.resolve())}


def _write_new(target: Path, content: bytes) -> None:
    if target.is_dir():
        atomic.remove(target)
    with atomic.staged(target, shared=True) as staging:
        staging.write_bytes(content)
