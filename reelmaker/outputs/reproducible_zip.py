"""Makes Office files (zip archives of XML) byte-identical for identical content, without timestamps."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that a zip can store
_WRITTEN = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
_READY = (".mp4", ".jpg", ".jpeg", ".png")  # already compressed


def make_reproducible(path: Path) -> None:
    """Rewrite the archive without timestamps: of its parts, in its properties, and in embedded tables."""
    staging = path.with_name(f"{path.name}.part")
    try:
        _copy(path, staging)
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)


def _copy(source: Path | io.BytesIO, target: Path | io.BytesIO) -> None:
    with zipfile.ZipFile(source) as original, zipfile.ZipFile(target, "w") as rewritten:
        for name in original.namelist():
            part = original.read(name)
            if name == "docProps/core.xml":
                part = _WRITTEN.sub(b"", part)
            elif name.endswith(".xlsx"):
                _copy(io.BytesIO(part), inner_archive := io.BytesIO())
                part = inner_archive.getvalue()
            entry = zipfile.ZipInfo(name, _EPOCH)
            compressed = name.lower().endswith(_READY)
            entry.compress_type = zipfile.ZIP_STORED if compressed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            rewritten.writestr(entry, part)
