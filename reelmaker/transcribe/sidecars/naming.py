"""Finds the caption file or transcript of an upload, next to it.

`anna.mp4` may have `anna.srt`, `anna.mp4.srt`, `anna.SRT`, `anna.en.srt` or Whisper's output for its
sound, `anna.wav.json`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from reelmaker.ingest.passed_over import SIDECARS
from reelmaker.ingest.row_matching import file_key

SUFFIXES = (".vtt", ".srt", ".ass", ".ssa", ".sbv", ".ttml", ".dfxp", ".smi", ".sami", ".json", ".tsv")
LANGUAGE = re.compile(r"\.([a-z]{2,3})(?:[-_][a-z0-9]{2,8})?(?:\.(?:sdh|cc|auto|orig))?$|\.(?:sdh|cc|auto|orig)$")
SOUND = re.compile(r"\.(?:wav|mp3|m4a|flac|ogg|opus|mp4|mov|mkv|webm)$")
ENGLISH_NAMES = {"eng": "en", "ger": "de", "deu": "de", "fre": "fr", "fra": "fr", "spa": "es", "ita": "it", "por": "pt"}


class Folders:
    """The sidecars below uploads/; each folder is listed once."""

    def __init__(self) -> None:
        self._listed: dict[Path, dict[str, list[Path]]] = {}

    def beside(self, upload: Path, language: str = "") -> Path | None:
        """The sidecar of an upload: captions before JSON, its own name before longer ones, its language before others.

        Args:
            language: the one that customers speak, ISO 639-1; "" unknown. Of several languages without it, none is taken.
        """
        named = self._named(upload.parent)
        own, full_name = file_key(upload.stem), file_key(upload.name)
        for suffix in SUFFIXES:
            exact = [path for key in (own, full_name) for path in named.get(f"{key}{suffix}", ())]
            if exact:
                return exact[0]
        for suffix in SUFFIXES:
            longer = [path for path in named.get(f"{own}.*{suffix}", ()) if self._is_of(path, upload, named)]
            sounds = [path for path in longer if SOUND.search(file_key(path.stem))]
            spoken = {code: path for path in longer if (code := _language(path))}
            if language and language in spoken:
                return spoken[language]
            plain = [path for path in longer if path not in spoken.values() and path not in sounds]
            if plain or len(spoken) == 1 or (sounds and not spoken):
                return (plain or list(spoken.values()) or sounds)[0]
        return None

    def _is_of(self, path: Path, upload: Path, named: dict[str, list[Path]]) -> bool:
        """Whether a longer name still belongs to this upload: `anna.en.srt` does not if there is an `anna.en.mp4`."""
        stem = file_key(path.stem)
        return not any(other != upload for other in named.get(f"upload {stem}", ()))

    def _named(self, folder: Path) -> dict[str, list[Path]]:
        """The files of a folder by the names under which they are searched."""
        if folder not in self._listed:
            by_name: dict[str, list[Path]] = defaultdict(list)
            for path in sorted(folder.iterdir()) if folder.is_dir() else ():
                suffix = path.suffix.lower()
                if suffix not in SIDECARS:
                    by_name[f"upload {file_key(path.stem)}"].append(path)
                    by_name[f"upload {file_key(path.name)}"].append(path)
                elif suffix in SUFFIXES and path.is_file() and not path.is_symlink():
                    stem = file_key(path.stem)
                    by_name[f"{stem}{suffix}"].append(path)
                    for ending in (LANGUAGE, SOUND):
                        if match := ending.search(stem):
                            bare = stem[: match.start()]
                            by_name[f"{bare}.*{suffix}"].append(path)
                            if more := SOUND.search(bare):
                                by_name[f"{bare[: more.start()]}.*{suffix}"].append(path)
            self._listed[folder] = by_name
        return self._listed[folder]


def _language(path: Path) -> str:
    match = LANGUAGE.search(file_key(path.stem))
    code = (match[1] or "") if match else ""
    return ENGLISH_NAMES.get(code, code)


def beside(upload: Path, language: str = "") -> Path | None:
    """The sidecar of one upload; see `Folders.beside`."""
    return Folders().beside(upload, language)
