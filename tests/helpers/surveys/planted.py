"""A survey with planted names, words, metadata and colours, and a search that finds them in whatever a folder holds."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from helpers.films.videos import ffmpeg
from helpers.surveys.small_survey import TOML, captions

# (file, respondent, name, consent, until, show_name, colour of the picture, what is said)
PEOPLE = (
    (
        "anna.mp4",
        "RSP-01",
        "Annabel Visible",
        "external",
        "",
        "yes",
        "0x2060c0",
        "My card was refused at the payment page and the basket was empty.",
    ),
    (
        "Bertrand Quibble phone.mp4",
        "RSP-02",
        "Bertrand Quibble",
        "External",
        "2027-03-31",
        "",
        "0x208040",
        "The payment failed and my card was charged twice.",
    ),
    (
        "sub/Cleopatra Zanzibar.mp4",
        "RSP-03",
        "Cleopatra Zanzibar",
        "internal",
        "",
        "yes",
        "0xff00ff",
        "My card was refused at the payment page near the kumquat lighthouse.",
    ),
    (
        "Dorothea Wobble.mp4",
        "RSP-04",
        "Dorothea Wobble",
        "withdrawn",
        "",
        "yes",
        "0xff00ff",
        "The payment failed and a card was refused by the rhubarb parlour.",
    ),
    (
        "Ephraim Gargle.mp4",
        "RSP-05",
        "Ephraim Gargle",
        "external",
        "2026-10-31",
        "yes",
        "0xff00ff",
        "The payment page refused a card because of the walnut trombone.",
    ),
    (
        "Florence Tuba.mp4",
        "RSP-06",
        "Florence Tuba",
        "perhaps",
        "",
        "yes",
        "0xff00ff",
        "The payment failed, my card was refused beside the turnip cathedral.",
    ),
)
TODAY = "2026-11-25"
# Of the customer who agreed to external use, but not to being named
UNNAMED = ("Bertrand", "Quibble")
# Of those whose answers may not be used outside
BARRED_NAMES = (
    "Cleopatra",
    "Zanzibar",
    "Dorothea",
    "Wobble",
    "Ephraim",
    "Gargle",
    "Florence",
    "Tuba",
)
BARRED_WORDS = ("kumquat", "lighthouse", "rhubarb", "walnut", "trombone", "turnip", "cathedral")
OTHER = ("RSP-0", "secret@example", "Grüße an", "gossip about", "51.5074")
PATTERN = (255, 0, 255)


def survey(folder: Path, outputs: list[str]) -> Path:
    """The project folder; every output of `outputs` is asked for."""
    uploads = folder / "uploads"
    (uploads / "sub").mkdir(parents=True)
    listed = ", ".join(f'"{name}"' for name in outputs)
    (folder / "reelmaker.toml").write_text(f"outputs = [{listed}]\n{TOML}", "utf-8")
    rows = io.StringIO()
    table = csv.writer(rows)
    head = "file,respondent,name,date,segment,score,question,consent,consent_until,show_name,email"
    table.writerow(head.split(","))
    for number, (file, respondent, name, consent, until, shown, colour, said) in enumerate(PEOPLE):
        first = name.split()[0]
        path = uploads / file
        box = "color=white:s=40x40:r=30:d=6[box]"  # it moves: a picture that does not is not shown
        ffmpeg(
            "-f",
            "lavfi",
            "-i",
            f"color={colour}:s=320x180:r=30:d=6[ground];{box};[ground][box]overlay=x='mod(40*t,280)':y=20",
            "-f",
            "lavfi",
            "-i",
            f"aevalsrc='0.3*sin(2*PI*{300 + 90 * number}*t)*lt(mod(t,2),1.6)':s=48000:d=6",
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-pix_fmt",
            "yuv420p",
            "-c:a",
            "aac",
            "-metadata",
            f"title={name}",
            "-metadata",
            f"artist={name}",
            "-metadata",
            f"comment=Grüße an {first}",
            "-metadata",
            "location=+51.5074-000.1278/",
            path,
        )
        path.with_suffix(".vtt").write_text(captions(["I bought a lamp.", said, "The lamp is nice."]), "utf-8")
        table.writerow(
            (
                file,
                respondent,
                name,
                f"2026-0{number + 1}-03",
                "new" if number % 2 else "loyal",
                number + 2,
                f"How was it, {first}?",
                consent,
                until,
                shown,
                f"{first}.secret@example.org",
            )
        )
    (uploads / "responses.csv").write_text(rows.getvalue(), "utf-8")
    return folder


def found(folder: Path, words: tuple[str, ...]) -> dict[str, list[str]]:
    """Word -> where it stands: in the bytes or the name of any file, in any encoding, packed or not."""
    there: dict[str, list[str]] = {}
    for name, content in _contents(folder):
        low = content.lower()
        for word in words:
            forms = {word.lower().encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")}
            if any(form in low for form in forms) or word.lower() in name.lower():
                there.setdefault(word, []).append(name)
    return there


def frames_like(folder: Path, colour: tuple[int, int, int], share: float = 0.3) -> list[str]:
    """The files with a picture of which `share` is about that colour: every frame of films, and every image."""
    films = {".mp4", ".gif", ".webm", ".mov", ".m4v"}
    images = {".jpg", ".jpeg", ".png", ".webp"}
    hits = []
    for name, content in _contents(folder):
        suffix = Path(name).suffix.lower()
        if suffix not in films | images:
            continue
        with tempfile.TemporaryDirectory() as aside:
            path = Path(aside) / f"it{suffix}"
            path.write_bytes(content)
            raw = ffmpeg(
                "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-vf", "scale=64:36", "-fps_mode", "passthrough", "-"
            )
        pictures = np.frombuffer(raw, np.uint8).reshape(-1, 36, 64, 3).astype(int)
        assert len(pictures), name
        near = (abs(pictures - colour).max(axis=3) < 60).mean(axis=(1, 2))
        if (near > share).any():
            hits.append(name)
    return hits


def _contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder, and every file packed in one of them."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from _unpacked(path.relative_to(folder).as_posix(), path.read_bytes())


def _unpacked(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, content
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for entry in packed.namelist():
                yield from _unpacked(f"{name}!{entry}", packed.read(entry))


def tags(path: Path) -> str:
    """What a film says of itself, chapters included, as the bundled ffmpeg reads it."""
    return ffmpeg("-i", path, "-f", "ffmetadata", "-").decode("utf-8")
