"""Checks the installation: packages, ffmpeg, models, disk space; with a remedy for anything missing."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from reelmaker import media, model_files
from reelmaker.errors import ReelmakerError
from reelmaker.project.config import FILE, open_project
from reelmaker.sources import download, listing
from reelmaker.sources import settings as source_settings

PACKAGES = {
    "faster-whisper": "faster_whisper", "ctranslate2": "ctranslate2", "av": "av", "imageio-ffmpeg": "imageio_ffmpeg",
    "ffmpeg-python": "ffmpeg", "moviepy": "moviepy", "pydub": "pydub", "onnxruntime": "onnxruntime",
    "tokenizers": "tokenizers", "pillow": "PIL", "numpy": "numpy", "rich": "rich", "click": "click",
    "watchfiles": "watchfiles", "httpx2": "httpx2", "fsspec": "fsspec", "openpyxl": "openpyxl",
}  # fmt: skip
NEEDED_MB = 500
OPTIONAL = ("model tiny.en", "model voices", "model centerface")  # may be missing


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what it is about, the result, and what to do if it failed."""

    subject: str
    found: str
    ok: bool
    remedy: str = ""


def examine(folder: Path) -> list[Finding]:
    """Check everything a build needs, without building."""
    findings = [Finding("Python", platform.python_version(), True), *(_package(name) for name in PACKAGES)]
    findings += [_ffmpeg(), *_models(), _disk(folder), *_sources(folder)]
    return findings


def _package(name: str) -> Finding:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, "not installed", False, f"pip install {name}")
    if name == "av" and int(version.split(".")[0]) >= 19:
        return Finding(name, version, False, 'pip install "av<19": later versions break faster-whisper')
    if importlib.util.find_spec(PACKAGES[name]) is None:
        return Finding(name, f"{version}, cannot be imported", False, f"pip install --force-reinstall {name}")
    return Finding(name, version, True)


def _ffmpeg() -> Finding:
    try:
        return Finding("ffmpeg", f"{media.ffmpeg_version()} ({media.ffmpeg_exe()})", True)
    except (ReelmakerError, OSError) as problem:
        return Finding("ffmpeg", str(problem), False, "pip install --force-reinstall imageio-ffmpeg")


def _models() -> list[Finding]:
    return [
        Finding(f"model {model.name}", model.where if model.ok else "not found", model.ok, model.remedy)
        for model in model_files.installed()
    ]


def _sources(folder: Path) -> list[Finding]:
    """For each `[[source]]`: whether its export exists, its back-end is installed and its variables are set. Makes no requests."""
    if not (folder / FILE).is_file():
        return []
    try:
        project = open_project(folder)
    except ReelmakerError:
        return []  # every other command reports the error
    findings = []
    for source in source_settings.of(project):
        try:
            if source.address:
                download.installed(source.address)
            found = source.address or listing.exports(project, source)[-1].relative_to(project.folder).as_posix()
            for variable in listing.variables(source):
                listing.secret(variable)
        except ReelmakerError as problem:
            findings.append(Finding(f"source {source.name}", problem.message, False, problem.remedy))
        else:
            findings.append(Finding(f"source {source.name}", found, True))
    return findings


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free // 1_000_000
    return Finding("disk", f"{free} MB free", free >= NEEDED_MB, "" if free >= NEEDED_MB else "Free some space.")
