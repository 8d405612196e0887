"""Checks the installation: packages, ffmpeg, models, disk space; with a remedy for anything missing."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from reelmaker import media, model_files, parallel, registry, transcribe
from reelmaker.compute import Compute
from reelmaker.errors import ModelError, ReelmakerError
from reelmaker.project.config import FILE, Project, open_project
from reelmaker.sources import download, listing
from reelmaker.sources import settings as source_settings

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = {
    "faster-whisper": "faster_whisper",
    "ctranslate2": "ctranslate2",
    "av": "av",
    "imageio-ffmpeg": "imageio_ffmpeg",
    "ffmpeg-python": "ffmpeg",
    "moviepy": "moviepy",
    "pydub": "pydub",
    "onnxruntime": "onnxruntime",
    "tokenizers": "tokenizers",
    "pillow": "PIL",
    "numpy": "numpy",
    "rich": "rich",
    "click": "click",
    "watchfiles": "watchfiles",
    "httpx2": "httpx2",
    "fsspec": "fsspec",
    "openpyxl": "openpyxl",
}
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
    project = _project(folder)
    findings += [_ffmpeg(), *_models(), *_inferences(project), _disk(folder), *_sources(project)]
    return findings


def _project(folder: Path) -> Project | None:
    """The project, if it can be opened; every other command explains why it cannot."""
    try:
        return open_project(folder) if (folder / FILE).is_file() else None
    except ReelmakerError:
        return None


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


def _inferences(project: Project | None) -> list[Finding]:
    """One real run of each network on the device of `[compute]`; missing models are reported by `_models`."""
    compute = project.compute if project else Compute("auto")
    engine, model = (project.transcriber, project.model) if project else (registry.usual("transcribe"), "base")
    runs: dict[str, Callable[[], str]] = {
        "speech": lambda: _speech(engine, model, compute),
        "meaning": lambda: _meaning(compute),
        "faces": lambda: _faces(compute),
    }
    findings = []
    for name, run in runs.items():
        started = perf_counter()
        try:
            device = run()
        except _NotInstalled:
            continue
        except ReelmakerError as problem:
            findings.append(Finding(f"runs {name}", problem.message, False, problem.remedy))
        except Exception as problem:  # noqa: BLE001 - libraries raise dozens of kinds of errors; all are reported
            remedy = 'Set device = "cpu" under [compute], or reinstall what the line names.'
            message = " ".join(f"{type(problem).__name__}: {problem}".split())
            findings.append(Finding(f"runs {name}", message[:160], False, remedy))
        else:
            findings.append(Finding(f"runs {name}", f"on {device}, {perf_counter() - started:.1f} s", True))
    return findings


class _NotInstalled(Exception):
    """The model is not there."""


def _model_folder(name: str, kind: model_files.Kind) -> Path:
    try:
        return model_files.find(name, kind)
    except ModelError:
        raise _NotInstalled from None


def _speech(engine: str, model: str, compute: Compute) -> str:
    """Transcribe a second of noise."""
    kind = transcribe.REGISTRY[engine].model
    folder = _model_folder(model, kind) if kind else None
    opened = transcribe.load(
        engine, folder, workers=parallel.cores(), language="en", name=Path(model).name, compute=compute
    )
    try_out = getattr(opened, "try_out", None)
    return str(try_out()) if try_out else f"{engine}, not tried"


def _meaning(compute: Compute) -> str:
    """Embed a sentence."""
    from reelmaker.tag.embeddings import Network

    Network(_model_folder("minilm", "meaning"), compute).look("My card was refused.")
    return compute.networks


def _faces(compute: Compute) -> str:
    """Run the face detector on a grey picture."""
    import numpy as np

    from reelmaker.redaction import faces
    from reelmaker.redaction.faces.detector import Detector

    detector = Detector(_model_folder(faces.MODEL, "faces") / "centerface.onnx", compute)
    detector.faces(np.full((180, 320, 3), 128, np.uint8))
    return compute.networks


def _sources(project: Project | None) -> list[Finding]:
    """For each `[[source]]`: whether its export exists, its back-end is installed, its variables are set. Nothing is
    fetched.
    """
    if project is None:
        return []
    findings = []
    for source in source_settings.of(project):
        try:
            if source.address:
                download.installed(source.address)
            location = source.address or listing.exports(project, source)[-1].relative_to(project.folder).as_posix()
            for variable in listing.variables(source):
                listing.secret(variable)
        except ReelmakerError as problem:
            findings.append(Finding(f"source {source.name}", problem.message, False, problem.remedy))
        else:
            findings.append(Finding(f"source {source.name}", location, True))
    return findings


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder if folder.exists() else Path.cwd()).free // 1_000_000
    return Finding("disk", f"{free} MB free", free >= NEEDED_MB, "" if free >= NEEDED_MB else "Free some space.")
