"""A project folder and its reelmaker.toml, read into typed settings; every path in the folder.

A `ProjectError` names the line, the key and the nearest valid one.
"""

from __future__ import annotations

import re
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from reelmaker import registry
from reelmaker.compute import CPU, DEVICES, Compute
from reelmaker.errors import InvalidSetting, ProjectError, UnknownProblem
from reelmaker.model import Brand, Problem, blur_consent
from reelmaker.model.refresh_rule import COMMONLY, RULE
from reelmaker.project import notify_settings
from reelmaker.project.privacy_settings import Privacy
from reelmaker.project.privacy_settings import read as read_privacy
from reelmaker.project.redact_settings import Redaction
from reelmaker.project.redact_settings import read as read_redaction
from reelmaker.project.toml_reader import RawTables, Reader, line_of, nearest, read_text, short, toml_trouble

FILE = "reelmaker.toml"
THRESHOLD = 0.5  # the score from which a sentence counts
SIZES = {"16:9": (16, 9), "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5), "4:3": (4, 3)}


@dataclass(frozen=True, slots=True)
class ReelSettings:
    """`[reel]`: lengths in milliseconds; `size` a shape such as 16:9 or exact pixels such as 1280x720."""

    length_ms: int = 90_000
    clip_min_ms: int = 2_000
    clip_max_ms: int = 16_000
    clips_per_customer: int = 1
    balance: str = ""  # column of responses.csv whose groups get their share of clips, "" for none
    dissent: bool = False
    prefer: str = "score"  # or "vivid"
    size: str = "16:9"
    resolution: int = 720
    fps: int = 30
    captions: str = "both"
    caption_language: str = "original"  # "english", or "both": the original with English below
    template: str = "plain"
    evidence: bool = False  # whether the count has a separate card
    fill: str = "blur"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keep_builds: int = 3  # earlier builds to keep, besides the current one
    refresh_when: str = COMMONLY  # for --only-if-changed
    audience: str = "internal"  # or "external"

    def pixels(self, resolution: int | None = None) -> tuple[int, int]:
        """Width and height, both even; the shorter side of a shape is `resolution` pixels long."""
        if "x" in self.size:
            width, height = (int(part) for part in self.size.split("x"))
            scale = min(1.0, resolution / min(width, height)) if resolution else 1.0
        else:
            width, height = (int(part) for part in self.size.split(":"))
            scale = (resolution or self.resolution) / min(width, height)
        return round(width * scale / 2) * 2, round(height * scale / 2) * 2


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder with its settings."""

    folder: Path
    name: str
    language: str  # ISO 639-1, "" = detected in each response
    problems: Mapping[str, Problem]
    reel: ReelSettings
    brand: Brand
    model: str = "base"
    sidecars: bool = True
    tagger: str = field(default_factory=partial(registry.usual, "tag"))
    threshold: float = THRESHOLD
    customer_channel: str = "both"
    interviewer: str = "auto"  # detect the interviewer; "first": the first voice; "none": there is none
    translate: bool = False  # translate every sentence of another language into English
    limits: Mapping[str, float] = field(default_factory=dict)  # hours, megapixels, memory_mb, minutes
    outputs: tuple[str, ...] = ()  # names of the registry in outputs/; empty: the default ones
    growing: frozenset[str] = frozenset()  # files of uploads/ that a build ignores for now
    notify: notify_settings.Notify = field(default_factory=notify_settings.Notify)
    privacy: Privacy = field(default_factory=Privacy)
    redact: Redaction = field(default_factory=Redaction)
    sources: RawTables = field(
        default_factory=RawTables
    )  # the `[[source]]` tables, read by `reelmaker.sources` on demand
    transcriber: str = field(default_factory=partial(registry.usual, "transcribe"))
    compute: Compute = CPU
    vocabulary: tuple[str, ...] = ()  # names that speech recognition does not know
    blur: str = blur_consent.NONE  # "faces", or "external": faces in external reels
    dates: str = "auto"  # "day-first" or "month-first": how 03/04/2026 in responses.csv is meant

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"

    @property
    def reels(self) -> Path:
        return self.folder / "reels"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def library(self) -> Path:
        return self.folder / "library.db"

    @property
    def templates(self) -> Path:
        return self.folder / "templates"

    def problem(self, slug: str) -> Problem:
        """The problem of that name, or an error that suggests the closest one."""
        if slug in self.problems:
            return self.problems[slug]
        raise UnknownProblem(
            f'{self.folder / FILE}: no problem is called "{slug}".',
            nearest(slug, self.problems) or f"It has: {', '.join(self.problems) or 'none yet'}.",
        )

    def threshold_of(self, problem: Problem) -> float:
        return self.threshold if problem.threshold is None else problem.threshold


def _root(folder: str | Path) -> Path:
    try:
        root = Path(folder).expanduser().resolve()
        str(root).encode()
    except UnicodeEncodeError:
        raise ProjectError(
            f"{folder}: the name of this folder, or of one above it, is no valid text.", "Rename it."
        ) from None
    except (OSError, RuntimeError, ValueError) as problem:  # a loop of links, no home
        raise ProjectError(f"{folder}: this folder cannot be opened ({problem}).", "Check its path.") from None
    return root


def open_project(folder: str | Path) -> Project:
    """Read `folder`/reelmaker.toml.

    Raises:
        ProjectError: no folder, no file, invalid TOML (with its line), or an unknown or invalid key (with line,
            key and the nearest valid one).
    """
    root = _root(folder)
    path = root / FILE
    if not path.is_file():
        raise ProjectError(
            f"{root}: no {FILE} here.",
            "Create a project with `reelmaker new NAME`, or name its folder with --project.",
        )
    return parse(root, read_text(path))


def parse(root: Path, text: str) -> Project:
    """The settings in this text, as if it were in reelmaker.toml of the folder `root`.

    Raises:
        ProjectError: invalid TOML (with its line).
        InvalidSetting: an unknown or invalid key.
    """
    path = root / FILE
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ProjectError(f"{path}: {short(toml_trouble(text, str(problem)))}", "Fix that line.") from None
    except (ValueError, RecursionError):
        raise ProjectError(
            f"{path}: a number is too long, or lists are nested too deeply.", "Write it as the reference shows."
        ) from None

    def complain(section: str, key: str, fault: str) -> ProjectError:
        line = line_of(text, section, key)
        section_note = f"[{section}]" if section else ""
        return InvalidSetting(
            f"{path}{f', line {line}' if line else ''}: {short(f'{section_note} {fault}')}",
            "Fix that line.",
            section,
            key,
            short(fault),
        )

    return _project(root, data, complain)


def _project(root: Path, data: dict[str, Any], complain: Callable[[str, str, str], ProjectError]) -> Project:
    top = Reader(data, "", complain)
    name = top.get("name", str, root.name)
    language = str(top.get("language", str, "auto")).strip().lower()
    if language != "auto" and not re.fullmatch(r"[a-z]{2,3}", language):
        raise complain("", "language", f'language must be "auto" or a language code such as "en", not "{language}"')
    dates = top.choice("dates", "auto", ("auto", "day-first", "month-first"))
    outputs = top.texts("outputs")
    problems = {slug: _problem(slug, table, complain) for slug, table in top.get("problems", dict, {}).items()}
    reel = _reel(Reader(top.get("reel", dict, {}), "reel", complain))
    brand = _brand(Reader(top.get("brand", dict, {}), "brand", complain), root, name)
    speech = Reader(top.get("transcribe", dict, {}), "transcribe", complain)
    transcriber = speech.choice("engine", registry.usual("transcribe"), tuple(registry.of("transcribe")))
    model = speech.get("model", str, "base")
    sidecars = speech.get("sidecars", bool, True)
    customer_channel = speech.choice("customer_channel", "both", ("both", "left", "right"))
    interviewer = speech.choice("interviewer", "auto", ("auto", "first", "none"))
    translate = speech.get("translate", bool, False)
    vocabulary = tuple(filter(None, (" ".join(name.split()) for name in speech.texts("vocabulary"))))
    speech.finish()
    if reel.caption_language != "original" and not translate:
        raise complain(
            "reel",
            "caption_language",
            f'caption_language = "{reel.caption_language}" needs translate = true under [transcribe]',
        )
    limits_reader = Reader(top.get("limits", dict, {}), "limits", complain)
    limits = {
        "hours": limits_reader.number("hours", 4, 0.01, 48),
        "megapixels": limits_reader.number("megapixels", 38, 0.1, 1000),
        "memory_mb": limits_reader.number("memory_mb", 6000, 500, 1_000_000),
        "minutes": limits_reader.number("minutes", 60, 1, 10_000),
    }
    limits_reader.finish()
    notify = notify_settings.read(Reader(top.get("notify", dict, {}), "notify", complain))
    tag = Reader(top.get("tag", dict, {}), "tag", complain)
    if {"engine", "tagger"} <= tag.table.keys():
        raise complain("tag", "tagger", "tagger is the former name of engine: keep only engine")
    engine_key = "tagger" if "tagger" in tag.table else "engine"
    tagger = tag.choice(engine_key, registry.usual("tag"), tuple(registry.of("tag")))
    threshold = tag.number("threshold", THRESHOLD, 0.0, 1.0)
    tag.finish()
    compute_reader = Reader(top.get("compute", dict, {}), "compute", complain)
    compute = Compute(compute_reader.choice("device", "auto", DEVICES))
    compute_reader.finish()
    privacy = read_privacy(Reader(top.get("privacy", dict, {}), "privacy", complain))
    sources = RawTables(tuple(top.get("source", list, [], "sections, each starting with [[source]]")), complain)
    redact = Reader(top.get("redact", dict, {}), "redact", complain)
    blur, redaction = blur_consent.read(redact), read_redaction(redact, root)
    redact.finish()
    top.finish()
    return Project(
        root,
        name,
        "" if language == "auto" else language,
        problems,
        reel,
        brand,
        model,
        sidecars,
        tagger,
        threshold,
        customer_channel,
        interviewer,
        translate,
        limits,
        outputs,
        notify=notify,
        privacy=privacy,
        redact=redaction,
        blur=blur,
        sources=sources,
        transcriber=transcriber,
        compute=compute,
        dates=dates,
        vocabulary=vocabulary,
    )


def _problem(slug: str, table: Any, complain: Callable[[str, str, str], ProjectError]) -> Problem:
    section = f"problems.{slug}"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", slug) or slug == "all":
        raise complain(section, "", 'a problem\'s short name has 1 to 40 of a-z 0-9 - _, and is not "all"')
    reader = Reader(table, section, complain)
    statement = str(reader.get("statement", str, "")).strip()
    question = reader.texts("question")
    if not statement:
        raise complain(section, "statement", "statement is missing: write one line that names the problem")
    if not 1 <= len(question) <= 2:
        raise complain(
            section,
            "question",
            "question is missing: write one or two questions that make colleagues think about a solution"
            if not question
            else "question must be one or two questions, not more",
        )
    threshold = reader.number("threshold", -1.0, 0.0, 1.0) if "threshold" in reader.table else None
    problem = Problem(
        slug=slug,
        statement=statement,
        question=question,
        outcome=str(reader.get("outcome", str, "")).strip(),
        describe=str(reader.get("describe", str, "")).strip(),
        phrases=reader.texts("phrases"),
        near_misses=reader.texts("not"),
        kind=reader.choice("kind", "pain", ("pain", "praise", "any")),  # type: ignore[arg-type]
        stage=str(reader.get("stage", str, "")).strip(),
        threshold=threshold,
    )
    reader.known.append("threshold")
    reader.finish()
    return problem


def _reel(reader: Reader) -> ReelSettings:
    size = str(reader.get("size", str, "16:9")).replace(" ", "").lower()
    if not re.fullmatch(r"[1-9]\d?:[1-9]\d?", size) and not _pixels_fit(size):
        raise reader.complain(
            "reel",
            "size",
            f'size must be an aspect ratio such as 16:9, 9:16 or 1:1, or pixels such as 1280x720, not "{size}"',
        )
    where: dict[str, tuple[str, ...]] = {}
    for column, accepted in reader.get("where", dict, {}, 'a table such as { country = "UK" }').items():
        values = accepted if isinstance(accepted, list) else [accepted]
        where[column] = tuple(str(value) for value in values)
    settings = ReelSettings(
        length_ms=round(reader.number("length", 90, 5, 1800) * 1000),
        clip_min_ms=round(reader.number("clip_min", 2, 0.5, 60) * 1000),
        clip_max_ms=round(reader.number("clip_max", 16, 1, 300) * 1000),
        clips_per_customer=round(reader.number("clips_per_customer", 1, 1, 100)),
        balance=str(reader.get("balance", str, "")).strip().lower().replace(" ", "_"),
        dissent=reader.get("dissent", bool, False),
        prefer=reader.choice("prefer", "score", ("score", "vivid")),
        size=size,
        resolution=round(reader.number("resolution", 720, 120, 2160)),
        fps=round(reader.number("fps", 30, 10, 60)),
        captions=reader.choice("captions", "both", ("burned", "sidecar", "both")),
        caption_language=reader.choice("caption_language", "original", ("original", "english", "both")),
        template=str(reader.get("template", str, "plain")),
        evidence=reader.get("evidence", bool, False),
        fill=reader.choice("fill", "blur", ("blur", "brand")),
        where=where,
        keep_builds=round(reader.number("keep_builds", 3, 0, 50)),
        refresh_when=" ".join(str(reader.get("refresh_when", str, COMMONLY)).lower().split()),
        audience=reader.choice("audience", "internal", ("internal", "external")),
    )
    if not RULE.fullmatch(settings.refresh_when):
        raise reader.complain(
            "reel",
            "refresh_when",
            f'refresh_when must be "any change", or for example "1 new clip" or "2 better moments", not "{settings.refresh_when}"',
        )
    if settings.clip_min_ms >= settings.clip_max_ms:
        raise reader.complain("reel", "clip_min", "clip_min must be shorter than clip_max")
    if 48_000 % settings.fps:
        raise reader.complain(
            "reel", "fps", f"fps must be a divisor of 48000, such as 24, 25, 30, 50 or 60, not {settings.fps}"
        )
    reader.finish()
    return settings


def shape(size: str) -> str:
    """Validate a size as typed: an aspect ratio such as 16:9, or pixels.

    Raises:
        ProjectError: it is neither.
    """
    normalised = size.replace(" ", "").lower()
    if re.fullmatch(r"[1-9]\d?:[1-9]\d?", normalised) or _pixels_fit(normalised):
        return normalised
    raise ProjectError(
        f'"{size}" is not a picture size.',
        "Use an aspect ratio such as 16:9, 9:16 or 1:1, or pixels such as 1280x720.",
    )


def _pixels_fit(size: str) -> bool:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", size)
    return bool(match) and all(120 <= int(part) <= 3840 for part in match.groups())  # type: ignore[union-attr]


def _brand(reader: Reader, root: Path, name: str) -> Brand:
    colours = {}
    for role in ("primary", "accent", "background", "text"):
        value = str(reader.get(role, str, ""))
        if value and not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
            raise reader.complain("brand", role, f'{role} must be a colour such as "#0b6e4f", not "{value}"')
        colours[role] = value.lower()
    files = {}
    for role in ("logo", "font", "deck"):
        value = str(reader.get(role, str, ""))
        if value and not (root / value).is_file():
            raise reader.complain("brand", role, f'{role}: there is no file "{value}" in the project folder')
        files[role] = str((root / value).resolve()) if value else ""
    if files["deck"] and not (files["deck"].lower().endswith((".pptx", ".potx")) and zipfile.is_zipfile(files["deck"])):
        raise reader.complain("brand", "deck", "deck must be a PowerPoint file, .pptx or .potx")
    brand = Brand(name=str(reader.get("name", str, name)), **colours, **files)
    reader.finish()
    return brand
