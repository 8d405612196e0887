"""Files in uploads/ that are not answers: those of systems, cameras and other programs, and unfinished downloads.

The first are ignored silently; the second are named, because a customer is missing until they are complete. Pure.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePath

# Files next to an upload that are no uploads themselves
SIDECARS = frozenset(
    {
        *(".srt", ".vtt", ".json", ".txt", ".csv", ".md", ".xlsx", ".pdf", ".docx"),
        *(".ass", ".ssa", ".sbv", ".ttml", ".dfxp", ".smi", ".sami", ".lrc", ".tsv", ".xml", ".rtf", ".doc", ".odt"),
    }
)
SYSTEM_NAMES = frozenset(
    {
        "desktop.ini",
        "thumbs.db",
        "ehthumbs.db",
        "icon\r",
        "icon",
        "icon\uf00d",
        "autorun.inf",
        "folder.jpg",
        "sync.ffs_db",
    }
)
SYSTEM_FOLDERS = frozenset(
    {"__macosx", "$recycle.bin", "system volume information", "@eadir", "#recycle", "lost+found", "recycler"}
)
# Pictures, notes of cameras, links, settings and tables: nothing that a customer says
NO_ANSWERS = frozenset(
    {
        *(".aae", ".thm", ".heic", ".heif", ".jpg", ".jpeg", ".png", ".gif", ".webp", ".tif", ".tiff", ".bmp", ".dng"),
        *(".cr2", ".cr3", ".nef", ".arw", ".svg", ".ico", ".url", ".lnk", ".webloc", ".desktop", ".ini", ".db", ".log"),
        *(
            ".bak",
            ".tmp",
            ".xls",
            ".ods",
            ".numbers",
            ".pptx",
            ".html",
            ".htm",
            ".gdoc",
            ".gsheet",
            ".gslides",
            ".gform",
        ),
        *(".xmp", ".sfk", ".pek", ".cfa", ".idx", ".nfo", ".sha256", ".md5", ".torrent", ".prproj", ".fcpbundle"),
    }
)
UNFINISHED = frozenset(
    {
        ".part",
        ".partial",
        ".crdownload",
        ".download",
        ".opdownload",
        ".filepart",
        ".aria2",
        ".!ut",
        ".!qb",
        ".bc!",
        ".ytdl",
    }
)
PLACEHOLDERS = frozenset({".icloud", ".cloud", ".cloudf"})  # of cloud folders: the file is elsewhere
NOT_HERE_WINDOWS = 0x1000 | 0x40000 | 0x400000  # offline, or recalled when it is opened
NOT_HERE_MAC = 0x40000000  # SF_DATALESS


def is_junk(name: str) -> bool:
    """Whether a file of that name is never an answer and is ignored silently: also lock files and hidden ones."""
    plain = unicodedata.normalize("NFC", name).casefold()
    return (
        plain.startswith((".", "~$", "._"))
        or plain in SYSTEM_NAMES
        or PurePath(plain).suffix in SIDECARS | NO_ANSWERS | UNFINISHED | PLACEHOLDERS
    )


def is_system_folder(name: str) -> bool:
    """Whether a folder of that name belongs to the system or to a storage device."""
    return name.startswith(".") or name.casefold() in SYSTEM_FOLDERS


def is_preview(name: str, others: Collection[str]) -> bool:
    """Whether a file is the small copy that a camera makes next to a recording: GL010001.LRV of GX010001.MP4."""
    path = PurePath(name.casefold())
    if path.suffix != ".lrv":
        return False
    stems = {PurePath(other.casefold()).stem for other in others if other != name}
    return path.stem in stems or bool({f"gx{path.stem[2:]}", f"gh{path.stem[2:]}", f"lrv_{path.stem[4:]}"} & stems)


def is_elsewhere(facts: os.stat_result) -> bool:
    """Whether a cloud folder shows a file that is not on this machine; opening it would download it."""
    windows = getattr(facts, "st_file_attributes", 0) & NOT_HERE_WINDOWS
    mac = getattr(facts, "st_flags", 0) & NOT_HERE_MAC
    return bool(windows or mac)


def not_downloaded(name: str) -> str:
    """The file for which this is a placeholder or an unfinished download; "" for any other name."""
    suffix = PurePath(name.casefold()).suffix
    if suffix in PLACEHOLDERS:
        return name[: -len(suffix)].removeprefix(".")
    if suffix in UNFINISHED and not name.startswith("."):
        return name[: -len(suffix)]
    return ""


def warnings(uploads: Path) -> list[str]:
    """One line about each file that is not completely in uploads/ yet."""
    messages: list[str] = []
    for folder, folders, names in os.walk(uploads):
        folders[:] = sorted(subfolder for subfolder in folders if not is_system_folder(subfolder))
        for name in sorted(names):
            path = Path(folder) / name
            try:
                facts = path.lstat()
            except OSError:
                continue
            if not stat.S_ISREG(facts.st_mode) or not (not_downloaded(name) or _is_empty_shell(name, facts)):
                continue
            shown = path.relative_to(uploads).as_posix().encode("utf-8", "replace").decode()
            messages.append(f"{shown} is not downloaded completely yet; the next build after that will use it.")
    return messages


def _is_empty_shell(name: str, facts: os.stat_result) -> bool:
    return not is_junk(name) and is_elsewhere(facts)
