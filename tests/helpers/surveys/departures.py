"""A survey of three customers, one of whom can be told by a tone, a colour, a name, an id and a sentence."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

from click.testing import CliRunner

import reelmaker
from helpers.films import markers
from helpers.films.videos import ffmpeg
from helpers.surveys.small_survey import TOML, captions
from reelmaker.cli.app import main
from reelmaker.progress import Silent
from reelmaker.project.config import open_project
from reelmaker.project.library import Library
from reelmaker.review import decisions

NAME, RESPONDENT, FILE = "Quendolyn Zarathustrix", "resp-7731-quux", "Quendolyn's take é.mp4"
SAID = "My zebrafish voucher card was refused at the payment page by a purple kiosk."
MARKS = {"name": NAME, "respondent": RESPONDENT, "file": FILE, "sentence": SAID, "word": "zebrafish"}
SAYINGS = {
    FILE: ["I bought a lamp there.", SAID, "The lamp is nice."],
    "anna.mp4": ["I bought a lamp.", "My card was refused at the payment page.", "The lamp is nice."],
    "bert.mp4": ["Hello to you all.", "The payment failed and my card was charged twice.", "That is all."],
}
TABLE = (
    "\ufefffile;respondent;name;segment;consent;show_name\r\n"
    'anna.mp4;r1;"Anna\r\nB. ; Smith";new;yes;yes\r\n'
    f'"{FILE}";{RESPONDENT};{NAME};new;yes;yes\r\n'
    "bert.mp4;r2;Bért;loyal;yes;no"
)
OUTPUTS = '["captions", "poster", "quotes", "documents", "deck", "otio", "page", "teaser", "clips"]'


def recorded(path: Path, colour: str, tone: float, seconds: float = 6) -> Path:
    """A picture of one colour with a box that moves, and a tone that comes and goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = f"aevalsrc='0.3*sin(2*PI*{tone}*t)*lt(mod(t,2),1.6)':s=48000:d={seconds}"
    picture = (
        f"color={colour}:s=320x180:r=30:d={seconds}[ground];color=black:s=30x30:r=30:d={seconds}[box];"
        "[ground][box]overlay=x=20+40*t:y=20"
    )
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        picture,
        "-f",
        "lavfi",
        "-i",
        sound,
        "-vf",
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
        "-colorspace",
        "bt709",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
        f"file:{path}",
    )
    return path


def survey(folder: Path, outputs: str = '["quotes"]', more: str = "") -> Path:
    """The project, its words in captions beside the videos, not yet built."""
    uploads = folder / "uploads"
    hexed = "0x{:02x}{:02x}{:02x}".format(*markers.COLOUR)
    recorded(uploads / FILE, hexed, markers.TONE_HZ)
    recorded(uploads / "anna.mp4", "0x404880", 400)
    recorded(uploads / "bert.mp4", "0x805040", 600)
    for name, sayings in SAYINGS.items():
        (uploads / name).with_suffix(".vtt").write_text(captions(sayings), "utf-8")
    (uploads / "responses.csv").write_bytes(TABLE.encode())
    (folder / "reelmaker.toml").write_text(f"outputs = {outputs}\n{TOML}{more}", "utf-8")
    return folder


def lived_in(folder: Path) -> Path:
    """The project after a while: reels, a draft, an older version, decisions, a backup, a build that was cut off."""
    reelmaker.build(folder, ["checkout"])
    reelmaker.build(folder, ["checkout"], draft=True)
    reelmaker.build(folder, [], all_problems=True)
    project = open_project(folder)
    with Library(project.library) as library:
        answer = {upload.file: upload.response for upload in library.uploads().values()}[FILE]
        vectors = library.vectors()
        vectors["minilm:of a sentence"] = b"vector of a sentence" * 8
        vectors.flush()
        library.store_failure(answer, "transcribe", "key", f"{FILE}: was odd once")
    decisions.decide(project, "keep", [f"{answer[:6]}@0:02.0"], "checkout", f"{NAME} says it best", Silent())
    reels = project.reels
    shutil.copytree(reels / "checkout", reels / ".history" / "checkout" / "1")
    (reels / ".history" / "checkout" / "list.json").write_text(f'["{answer}"]', "utf-8")
    cut_off = reels / "half"
    cut_off.mkdir()
    shutil.copy2(reels / "checkout" / "reel.mp4", cut_off)
    (project.cache / "aside-checkout").mkdir()
    shutil.copy2(reels / "checkout" / "reel.mp4", project.cache / "aside-checkout")
    shutil.copy2(project.library, folder / "library.before-2.db")
    return folder


def built(folder: Path) -> Path:
    """The survey with its reel."""
    reelmaker.build(survey(folder / "survey"), ["checkout"])
    return folder / "survey"


def run(folder: Path, *arguments: str, stdin: str = "") -> Any:
    """A command on the project, as somebody types it."""
    return CliRunner().invoke(main, [*arguments, "--project", str(folder)], input=stdin)


def shown_files(folder: Path) -> set[str]:
    """Whose answers the finished reel shows."""
    document = json.loads((folder / "reels" / "checkout" / "manifest.json").read_text("utf-8"))
    return {item["file"] for item in document["items"] if item["kind"] == "clip"}


def answer_of(folder: Path, file: str = FILE) -> str:
    """The checksum under which the library knows a file."""
    with Library(folder / "library.db") as library:
        return library.uploads()[file].response


def prints(folder: Path) -> dict[str, tuple[str, int]]:
    """Content and time of every file of a project."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
