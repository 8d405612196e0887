"""One card as a PNG, to try a template without building a reel: the real drawing, with the project's own words.

An audiogram and a clip use the same ffmpeg steps as a reel, with a synthetic sound and a drawn stand-in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reelmaker import media
from reelmaker.errors import ProjectError
from reelmaker.model import Brand, Count, Cue, Part, Problem
from reelmaker.project.config import Project, ReelSettings, open_project, shape
from reelmaker.render import cards, overlay
from reelmaker.select import assemble
from reelmaker.text import layout

if TYPE_CHECKING:
    import numpy as np

EXAMPLE, DATES = Count(9, 16, (Part("loyal", 2, 7), Part("new", 7, 9))), "July to September 2026"
LABEL = "Anna, new customer"
QUOTE = "I typed my card number in three times, and every time the page just went blank."
CAPTION = "I typed my card number in\nthree times, every single time."
FIGURES, INVENTED = (
    ("intro", "evidence", "chapter"),
    ("quote", "audiogram", "clip"),
)  # kinds with a count, with such words
STAMP = 0.055  # height of the strip that says SAMPLE, of the shorter side
KINDS = ("intro", "evidence", "chapter", "quote", "outro", "audiogram", "clip")
RATE = 48_000
SECONDS, SHOWN_MS = 4, 3000  # of the synthetic answer


@dataclass(frozen=True, slots=True)
class Known:
    """What the library knows of a survey: the count of each problem, and when the answers were given, in words."""

    counts: Mapping[str, Count] = field(default_factory=dict)
    dates: str = ""


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to draw besides the kind: the problem, the design and the size; the count and its dates if known."""

    problem: Problem
    template: cards.Template
    brand: Brand
    settings: ReelSettings
    count: Count | None = None
    dates: str = ""

    @property
    def size(self) -> tuple[int, int]:
        return self.settings.pixels()


def draw(
    project: Project | str | Path,
    kind: str,
    problem: str | None,
    template: str | None,
    size: str | None,
    out: Path,
    known: Known = NOTHING,
) -> Path:
    """Draw a card of the project's own words after its animation has ended; with an example count if none is known."""
    return save(stamped(kind, wanted(project, problem, template, size, known)), out)


def wanted(
    project: Project | str | Path,
    problem: str | None,
    template: str | None,
    size: str | None,
    known: Known = NOTHING,
) -> Wanted:
    """The project's words and design, or the ones named here, and the problem's count if known.

    Raises:
        ProjectError, UnknownProblem, TemplateError: there is no such project, problem or template.
    """
    opened = project if isinstance(project, Project) else open_project(project)
    if not opened.problems:
        raise ProjectError(f"{opened.folder}: there is no problem to draw a card for.", "Add one to reelmaker.toml.")
    chosen_problem = opened.problem(problem) if problem else next(iter(opened.problems.values()))
    settings = replace(
        opened.reel,
        size=shape(size) if size else opened.reel.size,
        template=template or opened.reel.template,
    )
    design = cards.find(settings.template, [opened.templates])
    return Wanted(chosen_problem, design, opened.brand, settings, known.counts.get(chosen_problem.slug), known.dates)


def stamped(kind: str, request: Wanted) -> np.ndarray:
    """The card at rest; a strip at its foot says SAMPLE where its figures or its quote are made up."""
    shown = picture(kind, request)
    if kind in INVENTED:
        return _stamp(shown, "SAMPLE: the words are made up")
    return _stamp(shown, "SAMPLE: the figures are made up") if kind in FIGURES and request.count is None else shown


def _stamp(picture: np.ndarray, words: str) -> np.ndarray:
    import numpy as np
    from PIL import Image, ImageDraw

    canvas = Image.fromarray(picture)
    high = round(STAMP * min(canvas.size))
    top = canvas.height - high
    pen, font = ImageDraw.Draw(canvas), layout.font(layout.font_path(Brand()), round(high * 0.68), 700)
    pen.rectangle((0, top, canvas.width, canvas.height), fill="black")
    pen.text((canvas.width / 2, top + high / 2), words, fill="white", font=font, anchor="mm")
    return np.asarray(canvas)


def picture(kind: str, request: Wanted) -> np.ndarray:
    """The card at rest, uint8 RGB (height, width, 3)."""
    settings, size = request.settings, request.size
    if kind == "audiogram":
        return _audiogram(request)
    if kind == "clip":
        return _clip(request)
    if kind == "quote":
        return cards.quote(QUOTE, LABEL, request.template, request.brand, size)
    frame = assemble.Frame(settings.template, request.brand.name, *size, settings.fps)
    count, dates = (EXAMPLE, DATES) if request.count is None else (request.count, request.dates)
    card = assemble.single(kind, request.problem, count, frame, dates)
    return cards.still(card, request.template, request.brand, size)


def save(picture: np.ndarray, out: Path) -> Path:
    """Write the picture as a PNG."""
    from PIL import Image

    try:
        Image.fromarray(picture).save(out, "PNG", optimize=True)
    except OSError as trouble:
        raise ProjectError(
            f"{out}: cannot be written ({trouble.strerror}).", "Choose another file with --out."
        ) from None
    return out


def _script(request: Wanted, label: str) -> str:
    cue = Cue(0, SECONDS * 1000, CAPTION)
    return overlay.ass([cue], label, SECONDS * 1000, request.template, request.brand, request.size)


def _audiogram(request: Wanted) -> np.ndarray:
    """A frame from the middle of an answer without a picture."""
    from PIL import Image

    still = cards.speaker_card(LABEL, request.template, request.brand, request.size)
    encoding = media.Encoding(*request.size, request.settings.fps, crf=12)
    with tempfile.TemporaryDirectory(prefix="reelmaker-") as name:
        folder = Path(name)
        environment = overlay.prepare(folder, request.brand)
        _voice(folder / "voice.wav")
        Image.fromarray(still.picture).save(folder / "still.png")
        (folder / "words.ass").write_text(_script(request, ""), "utf-8")
        piece = media.Piece(
            folder / "voice.wav",
            -1,
            0,
            0,
            SECONDS * encoding.fps,
            backdrop=folder / "still.png",
            wave_box=still.wave_box,
            wave_colour=still.wave_colour,
            overlay="words.ass",
        )
        media.cut_piece(piece, encoding, folder / "piece.mov", folder, environment)
        return media.frame(folder / "piece.mov", SHOWN_MS, request.size)


def _clip(request: Wanted) -> np.ndarray:
    """A lower third and a caption, burned into a drawn stand-in for a video."""
    from PIL import Image

    with tempfile.TemporaryDirectory(prefix="reelmaker-") as name:
        folder = Path(name)
        environment = overlay.prepare(folder, request.brand)
        Image.fromarray(stand_in(request.size)).save(folder / "still.png")
        (folder / "words.ass").write_text(_script(request, LABEL), "utf-8")
        return media.burnt(folder / "still.png", "words.ass", folder, environment, request.size)


def stand_in(size: tuple[int, int]) -> np.ndarray:
    """A person in front of a wall, in greys."""
    import numpy as np
    from PIL import Image, ImageDraw

    width, height = size
    wall = Image.new("RGB", size, (138, 149, 162))
    unit, middle = min(size), width / 2
    pen, ink = ImageDraw.Draw(wall), (62, 70, 82)
    pen.rectangle((0, 0.8 * height, width, height), fill=(112, 122, 135))
    head, top = 0.15 * unit, 0.46 * height - 0.15 * unit
    pen.ellipse((middle - head, top - head, middle + head, top + 1.1 * head), fill=ink)
    body = (middle - 0.34 * unit, top + 1.35 * head, middle + 0.34 * unit, height * 1.5)
    pen.rounded_rectangle(body, 0.24 * unit, fill=ink)
    return np.asarray(wall)


def _voice(path: Path) -> None:
    """A synthetic sound that swells like speech."""
    import wave

    import numpy as np

    time = np.arange(RATE * SECONDS) / RATE
    random = np.random.default_rng(7)
    syllables = random.uniform(0.05, 1, 6 * SECONDS) ** 1.5 * (random.uniform(size=6 * SECONDS) > 0.15)
    swell = np.interp(time * 6, np.arange(6 * SECONDS), syllables) * (0.6 + 0.4 * np.sin(2 * np.pi * 11 * time))
    noise = random.normal(0, 0.25, time.size)
    sound = swell * (0.5 * np.sin(2 * np.pi * 150 * time) + noise)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 0.5 * 32767).astype("<i2").tobytes())
