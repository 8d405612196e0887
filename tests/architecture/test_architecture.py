"""Who may import whom: rows as in the README; rooms of row 3 keep apart; one door to processes and sqlite."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from helpers.paths import ROOT

HOUSE = ROOT / "reelmaker"
ROWS = {
    1: {"model", "decision", "errors", "report"},
    2: {
        "project", "library", "media", "cards", "typeset", "overlay", "executor", "weights", "pick", "arrange", "cues",
        "templates", "scaffold", "context", "contrary", "fair", "intensity", "leaning", "prevalence", "sample",
        "windows", "fonts", "fontfolder", "bidi", "shaping", "breaks", "naming", "decided", "unchosen", "bilingual",
        "pasting", "arrivals", "journal", "system", "changed", "shelf", "addressees", "notify", "privacy", "erasing", "seeking",
        "audience", "settings", "sources", "layouts", "spreadsheet", "offered", "transfer", "fetched", "excerpt", "ordered", "blurring", "faces",
        "whole", "lock", "migrations", "secrets", "redaction",
    },
    3: {"ingest", "transcribe", "tag", "trim", "render", "outputs"},
    4: {"steps", "interviews", "languages", "listener", "check", "publish", "walk", "choosing", "searching", "suggesting", "status", "doctor",
        "trycard", "contactsheet", "deciding", "pointing", "explain", "watching", "scheduling", "comparing", "history", "notices",
        "forgotten", "persons", "struck", "forgetting", "retention", "withdrawing",
        "cutting", "outside", "built", "held", "exporting", "editing", "handing", "covering", "entered", "listing", "fetching", "visiting", "uploadnames",
        "replacing", "atwork", "clocks", "hushing"},
    6: {"cli", "team", "past", "leaving", "unattended", "statusline", "terminal", "printing", "telling", "bringing", "__main__"},
}  # fmt: skip
ROW = {room: row for row, rooms in ROWS.items() for room in rooms}
# Within a row these may lean on each other
TOGETHER = [
    {"model", "decision"},
    {"pick", "windows", "context", "contrary", "fair", "intensity", "leaning", "unchosen", "excerpt"}, {"decided", "excerpt", "ordered"},
    {"cards", "typeset", "overlay", "fonts", "fontfolder", "bidi", "shaping", "breaks", "cues", "bilingual"}, {"media"},
    {"steps", "interviews", "languages", "listener", "check", "publish", "walk", "choosing", "searching", "suggesting", "status", "deciding",
     "pointing", "explain", "watching", "comparing", "history", "notices",
     "forgotten", "persons", "struck", "forgetting", "retention", "withdrawing",
     "cutting", "outside", "built", "held", "exporting", "editing", "covering", "entered", "listing", "fetching", "visiting", "uploadnames",
     "replacing", "atwork", "clocks", "hushing"}, {"trycard", "contactsheet"}, {"doctor", "listing"},
    {"cli", "team", "past", "leaving", "unattended", "statusline", "terminal", "printing", "telling", "bringing", "__main__"},
    {"scaffold", "project", "addressees", "changed", "privacy", "settings", "sources", "layouts", "audience", "blurring", "redaction"}, {"redaction", "secrets"}, {"changed", "decided"}, {"notify", "addressees", "media"},
    {"library", "erasing", "fetched", "lock", "whole", "shelf", "migrations"}, {"offered", "sources", "layouts", "spreadsheet", "transfer"}, {"naming", "audience", "blurring"}, {"faces", "media"},
]  # fmt: skip
FILES = sorted(HOUSE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> frozenset[str]:
    """Full names of everything a file imports, also inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert not node.level, f"{path}: relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def rooms_used(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("reelmaker.")} & ROW.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_rooms_import_lower_rows_only(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return  # the front door names what a program may use
    assert room in ROW, f"{room} has no row: give it one"
    for used in rooms_used(path) - {room}:
        together = any({room, used} <= group for group in TOGETHER)
        assert ROW[used] < ROW[room] or together, f"{room} (row {ROW[room]}) imports {used} (row {ROW[used]})"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_rooms_of_row_three_are_handed_plain_values(path: Path) -> None:
    if ROW.get(room_of(path)) == 3:
        assert not rooms_used(path) & {"library", "project", "executor"}


@pytest.mark.parametrize(
    ("module", "homes"),
    [
        ("sqlite3", {"library", "erasing", "fetched"}), ("subprocess", {"media", "system"}), ("av", {"media"}), ("ffmpeg", {"media"}),
        ("imageio_ffmpeg", {"media"}), ("faster_whisper", {"transcribe"}), ("moviepy", {"cards"}),
        ("pydub", {"trim"}), ("pptx", {"outputs"}), ("docx", {"outputs"}), ("opentimelineio", {"outputs"}),
        ("click", {"cli", "team", "past", "leaving", "unattended", "bringing"}), ("watchfiles", {"watching"}), ("socket", {"transfer"}), ("requests", set()),
        ("httpx2", {"transfer"}), ("fsspec", {"transfer"}), ("openpyxl", {"spreadsheet"}),
        *((door, {"notify"}) for door in ("http", "smtplib")), ("ssl", {"notify", "transfer"}),
        ("urllib", {"notify", "transfer"}), ("ftplib", set()), ("asyncio", set()),
    ],
)  # fmt: skip
def test_each_package_has_one_home(module: str, homes: set[str]) -> None:
    used = {room_of(path) for path in FILES if any(name.split(".")[0] == module for name in imports(path))}
    assert used <= homes


def test_only_the_command_line_prints_and_exits() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "exit"):
                assert ROW[room_of(path)] == 6, f"{path}:{node.lineno}"


def test_heavy_packages_are_imported_where_they_are_needed() -> None:
    heavy = {
        "numpy",
        "PIL",
        "moviepy",
        "faster_whisper",
        "onnxruntime",
        "av",
        "pydub",
        "ffmpeg",
        "rich",
        "ctranslate2",
        "pptx",
        "docx",
        "lxml",
        "opentimelineio",
        "watchfiles",
        "httpx2",
        "fsspec",
        "openpyxl",
    }
    for path in FILES:
        tree = ast.parse(path.read_text("utf-8"))
        for node in tree.body:
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import)
                else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            )  # fmt: skip
            assert not {name.split(".")[0] for name in names} & heavy, f"{path} imports {names} at its top"


STARTERS = {"system", "popen", "fork", "forkpty", "startfile", "posix_spawn", "posix_spawnp"}


@pytest.mark.slow
def test_nothing_but_the_door_starts_a_process_or_opens_an_upload() -> None:
    """No `av.open`, no shell, no process of another kind outside `media`; and no reader of films of moviepy's."""
    for path in FILES:
        room, text = room_of(path), path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
                continue
            owner, name = node.value.id, node.attr
            started = owner == "os" and (name in STARTERS or name.startswith(("spawn", "exec")))
            assert not started, f"{path}:{node.lineno} {owner}.{name}"
            if (owner, name) == ("av", "open") or owner in ("subprocess", "multiprocessing"):
                assert room == "media" or (room, owner) == ("system", "subprocess"), (
                    f"{path}:{node.lineno} {owner}.{name}"
                )
        names = {name.rsplit(".", 1)[-1] for name in imports(path)}
        assert not names & {
            "VideoFileClip",
            "AudioFileClip",
            "FFMPEG_VideoReader",
            "decode_audio",
            "multiprocessing",
        }, path
        assert "AudioSegment.from_" not in text and ".decode_audio(" not in text and "ffmpeg.probe(" not in text, path
        if room != "media":
            assert "create_subprocess" not in text and ".run_async(" not in text, path
