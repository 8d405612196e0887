"""The file name of a fetched video in uploads/: stable, and safe on every system, whatever the export calls it.

Takes an offer, the server's information about the file, and the file; returns a name. The caller adds a number if it
is taken.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from reelmaker.sources import download
from reelmaker.sources.candidates import Offer
from reelmaker.sources.download import Got
from reelmaker.sources.download.url_policy import suffix

# File name endings by content type, if neither link nor name has one
TYPES = {
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/3gpp": ".3gp",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "audio/webm": ".webm",
    "audio/ogg": ".ogg",
    "video/ogg": ".ogv",
    "audio/flac": ".flac",
    "audio/aac": ".aac",
    "video/x-msvideo": ".avi",
    "video/mp2t": ".ts",
}
MAGIC = (
    (re.compile(rb"....ftypqt", re.DOTALL), ".mov"),
    (re.compile(rb"....ftypM4A", re.DOTALL), ".m4a"),
    (re.compile(rb"....ftyp", re.DOTALL), ".mp4"),
    (re.compile(rb"\x1a\x45\xdf\xa3.{0,60}webm", re.DOTALL), ".webm"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), ".mkv"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), ".wav"),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), ".avi"),
    (re.compile(rb"OggS"), ".ogg"),
    (re.compile(rb"fLaC"), ".flac"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), ".mp3"),
    (re.compile(rb"#!AMR"), ".amr"),
)


def stem(source: str, offer: Offer, key: str) -> str:
    """A name valid on every system: the source, the row in plain letters, and a few digits."""
    label = offer.found.path.rpartition(".")[0] if offer.found else offer.row
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return "-".join(filter(None, (source, slug, key[:8])))


def ending(offer: Offer, got: Got, path: Path) -> str:
    """The file name ending by the link, the server's file name, its content type, or its first bytes."""
    for name in (suffix(offer.place), Path(got.name).suffix.lower()):
        if name in download.MEDIA:
            return name
    if known := TYPES.get(got.kind.split(";")[0].strip().lower()):
        return known
    with path.open("rb") as file:
        head = file.read(100)
    return next((ending for magic, ending in MAGIC if magic.match(head)), ".mp4")
