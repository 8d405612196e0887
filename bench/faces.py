"""How surely faces are covered: photographs planted in films with known places, looked for again in what is rendered.

    python bench/faces.py                     # needs: pip install scikit-image matplotlib
    python bench/faces.py FOLDER [PART …]     # (only the cases with such a part in their name) also whether anybody can be told: needs dlib-bin, and in FOLDER
    pip download --no-deps --no-binary :all: face_recognition_models==0.3.0 -d FOLDER

Two portraits in the public domain (an astronaut, by NASA, in scikit-image; Grace Hopper, by the US Navy, in
matplotlib) and a hundred small grey faces (of "Labeled Faces in the Wild", in scikit-image) move, grow and shrink over
photographs. The places are those of the program itself: `faces.look` and `media.cut_piece`, as a build calls them.
"""

from __future__ import annotations

import math
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from reelmaker import media, model_files
from reelmaker.media.pixelate import masks
from reelmaker.model import survey
from reelmaker.redaction import faces
from reelmaker.redaction.faces.detector import Detector
from reelmaker.render import pieces

FPS, FRAMES, EACH = 30, 30, 10  # a second each; every tenth picture is looked at again
COVERED = 0.9  # of a face's box: then it counts as covered
SAME = 0.6  # the distance below which dlib's network takes two faces for one person's
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Person:
    """A photograph of somebody, and the face's box in it."""

    picture: Image.Image
    box: Box

    @property
    def width(self) -> float:
        return self.box[2] - self.box[0]


@dataclass(frozen=True)
class Case:
    """How a face is planted: its width in pixels, and what is done to it."""

    name: str
    width: float = 120
    turned: float = 0  # in the picture's plane, degrees
    aside: float = 0  # to the side, degrees, as if the head were a cylinder
    light: float = 1.0
    noise: float = 0.0
    blurred: float = 0.0  # deviation as a share of the face's width
    fast: bool = False  # across the picture in a second, smeared; others move five widths a second at most
    out: bool = False  # half of it outside the picture
    masked: bool = False  # a mask over mouth and nose
    crf: int = 20
    size: tuple[int, int] = (1280, 720)
    many: int = 1


CASES = (
    *(Case(f"{width} pixels wide", width) for width in (24, 40, 120, 400)),
    Case("upright film, 480 wide", 480, size=(720, 1280)),
    *(Case(f"turned by {angle}°", turned=angle) for angle in (20, 45, 180)),
    *(Case(f"to the side by {angle}°", aside=angle) for angle in (30, 50, 70)),
    Case("dark", light=0.25, noise=4),
    Case("very dark", light=0.08, noise=4),
    Case("far out of focus", blurred=0.16),
    Case("fast", fast=True),
    Case("half outside", out=True),
    Case("mask", masked=True),
    Case("badly compressed", crf=42),
    Case("mask, dark, to the side by 30°", masked=True, light=0.3, noise=4, aside=30),
)
CROWDS = tuple(Case(f"grey, twelve at a time, {width} wide", width, many=12) for width in (28, 60))


def people() -> tuple[list[Person], list[Person]]:
    """The two portraits; the hundred small ones."""
    import matplotlib
    from skimage import data

    hopper = Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    large = [
        Person(Image.fromarray(data.astronaut()).crop((60, 0, 380, 300)), (118, 52, 214, 182)),
        Person(Image.open(hopper).convert("RGB").crop((40, 0, 480, 500)), (125, 128, 325, 340)),
    ]
    grey = [
        Person(Image.fromarray((tile * 255).astype(np.uint8)).convert("RGB"), (2, 1, 23, 25))
        for tile in data.lfw_subset()[:100]
    ]
    return large, grey


def backgrounds() -> list[Image.Image]:
    from skimage import data

    return [Image.fromarray(picture) for picture in (data.coffee(), data.rocket(), data.chelsea())]


def planted(person: Person, case: Case, scale: float) -> tuple[Image.Image, Box]:
    """The person as planted, with alpha, and the face's box in it."""
    factor = case.width * scale / person.width
    size = tuple(max(8, round(side * factor)) for side in person.picture.size)
    picture = person.picture.resize(size, Image.Resampling.LANCZOS)
    box = tuple(side * factor for side in person.box)
    if case.masked:
        left, top, right, bottom = box
        ImageDraw.Draw(picture).rounded_rectangle(
            (left + 0.06 * (right - left), top + 0.56 * (bottom - top), right - 0.06 * (right - left), bottom + 2),
            0.2 * (right - left),
            fill=(170, 205, 225),
        )
    alpha = Image.new("L", size, 0)
    edge = 0.06 * min(size)
    ImageDraw.Draw(alpha).rounded_rectangle((edge, edge, size[0] - edge, size[1] - edge), edge, fill=255)
    picture.putalpha(alpha.filter(ImageFilter.GaussianBlur(edge / 2)))
    if case.aside:
        picture, box = _aside(picture, box, case.aside)
    if case.turned:
        middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        picture = picture.rotate(case.turned, Image.Resampling.BICUBIC, center=middle, expand=False)
        if case.turned % 180 == 90:
            half = ((box[3] - box[1]) / 2, (box[2] - box[0]) / 2)
            box = (middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1])
    if case.blurred:
        picture = picture.filter(ImageFilter.GaussianBlur(case.blurred * case.width * scale))
    return picture, box  # type: ignore[return-value]


def _aside(picture: Image.Image, box: Box, degrees: float) -> tuple[Image.Image, Box]:
    """The head turned as a cylinder about 1.25 faces wide: near half spread out, far half squeezed and hidden."""
    pixels = np.asarray(picture)
    middle, radius, angle = (box[0] + box[2]) / 2, (box[2] - box[0]) * 0.62, math.radians(degrees)
    x = (np.arange(pixels.shape[1]) - middle) / radius
    inside = abs(x) < 1
    at = np.arcsin(np.clip(x, -1, 1)) - angle
    source = np.where(inside, middle + radius * np.sin(np.clip(at, -math.pi / 2, math.pi / 2)), np.arange(len(x)))
    turned = pixels[:, np.clip(np.round(source).astype(int), 0, pixels.shape[1] - 1)]
    edges = [math.asin(max(-1.0, min(1.0, (side - middle) / radius))) + angle for side in (box[0], box[2])]
    left, right = (middle + radius * math.sin(min(edge, math.pi / 2)) for edge in edges)
    return Image.fromarray(turned), (left, box[1], max(left + 2, right), box[3])


def frames(case: Case, persons: Sequence[Person], back: Image.Image) -> Iterator[tuple[np.ndarray, list[Box]]]:
    """The pictures of a film, each with the boxes of its faces in pixels."""
    wide, high = case.size
    chance = np.random.default_rng(7)
    wall = back.resize(case.size, Image.Resampling.BICUBIC)
    for number in range(FRAMES):
        share = number / (2 * FPS)
        scale = 1 + 0.12 * math.sin(2 * math.pi * share)
        picture, boxes = wall.copy(), []
        for at, person in enumerate(persons):
            patch, box = planted(person, case, scale)
            swing = min(0.3, 1.5 * case.width / wide)
            across = (number % 30) / 30 if case.fast else 0.5 + swing * math.sin(2 * math.pi * share)
            down = 0.5 + swing / 2 * math.cos(2 * math.pi * share)
            face = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
            if case.many > 1:
                x, y = wide * (0.1 + 0.16 * (at % 6)), high * (0.25 + 0.5 * (at // 6))
                x, y = x + 40 * math.sin(6 * share + at), y + 30 * math.cos(5 * share + at)
            else:
                room = max(0.0, 1 - 1.2 * (box[2] - box[0]) / wide)
                x, y = wide * (0.5 + (across - 0.5) * room), high * (0.45 + (down - 0.5) * 0.5)
            if case.out:
                x = 0.0
            left, top = round(x - face[0]), round(y - face[1])
            picture.paste(patch, (left, top), patch)
            boxes.append((box[0] + left, box[1] + top, box[2] + left, box[3] + top))
        if case.fast:
            shifted = [np.roll(np.asarray(picture), step, 1) for step in range(-12, 13, 3)]
            picture = Image.fromarray(np.mean(shifted, 0).astype(np.uint8))
        pixels = np.asarray(picture).astype(np.float32) * case.light
        if case.noise:
            pixels += chance.normal(0, case.noise, pixels.shape)
        inside = [
            (max(0.0, left), max(0.0, top), min(float(wide), right), min(float(high), low))
            for left, top, right, low in boxes
        ]
        yield np.clip(pixels, 0, 255).astype(np.uint8), inside


def film(path: Path, case: Case, persons: Sequence[Person], back: Image.Image) -> list[list[Box]]:
    """Write the film; where its faces are, frame by frame."""
    boxes: list[list[Box]] = []
    process = subprocess.Popen(
        [
            media.ffmpeg_exe(),
            *"-v error -y -f rawvideo -pix_fmt rgb24 -s".split(),
            f"{case.size[0]}x{case.size[1]}",
            "-r",
            str(FPS),
            *"-i - -vf scale=out_color_matrix=bt709:out_range=tv,format=yuv420p -colorspace bt709".split(),
            *"-c:v libx264 -preset ultrafast -crf".split(),
            str(case.crf),
            str(path),
        ],
        stdin=subprocess.PIPE,
    )
    assert process.stdin
    for pixels, there in frames(case, persons, back):
        process.stdin.write(pixels.tobytes())
        boxes.append(there)
    process.stdin.close()
    assert process.wait() == 0
    return boxes


@dataclass
class Result:
    """What became of the faces of one case."""

    covered: list[bool]
    seen_plain: list[bool]
    seen_again: list[bool]
    other_plain: list[bool]
    other_again: list[bool]
    over: list[float]
    hidden: list[bool]  # no face was found in the film: a build shows the speaker's card
    seconds: list[tuple[float, float, float]]  # rendering plain, looking, rendering covered
    told: list[tuple[bool, bool]]  # plain, covered: taken for the right person
    told_mean: list[bool]  # the mean of all covered pictures


def run(case: Case, persons: Sequence[Person], names: Sequence[str], back: Image.Image, tools: Tools) -> Result:
    result = Result([], [], [], [], [], [], [], [], [], [])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        boxes = film(folder / "a.mp4", case, persons, back)
        facts = media.probe(folder / "a.mp4")
        source = survey.Source(folder / "a.mp4", facts)
        piece = pieces.picture_of(source, 0, FRAMES)
        encoding = media.Encoding(*case.size, FPS)
        began = time.monotonic()
        media.cut_piece(piece, encoding, folder / "plain.mov", folder, {})
        plain = time.monotonic()
        found = faces.look(piece, FPS, case.size, tools.weights)
        looked = time.monotonic()
        result.hidden.append(not found.areas)
        done = replace(piece, cover=found.areas)
        media.cut_piece(done, encoding, folder / "covered.mov", folder, {})
        result.seconds.append((plain - began, looked - plain, time.monotonic() - looked))
        wide, high = case.size
        for there, raw in zip(boxes, masks(found.areas, FRAMES), strict=True):
            mask = np.asarray(Image.frombytes("L", (320, 320), raw).resize(case.size, Image.Resampling.NEAREST))
            bare = np.ones((high, wide), bool)
            for left, top, right, bottom in there:
                rows, columns = slice(round(top), round(bottom)), slice(round(left), round(right))
                part = mask[rows, columns]
                if part.size:
                    result.covered.append(float((part > 0).mean()) >= COVERED)
                bare[rows, columns] = False
            result.over.append(float(((mask > 0) & bare).mean()))
        crops: list[list[np.ndarray]] = [[] for _ in persons]
        for number in range(0, FRAMES, EACH):
            at_ms = max(0, round((number - 0.5) * 1000 / FPS))  # the next picture is shown
            shown = [media.frame(folder / f"{which}.mov", at_ms, case.size) for which in ("plain", "covered")]
            for which, (seen, other) in enumerate(
                ((result.seen_plain, result.other_plain), (result.seen_again, result.other_again))
            ):
                hits = tools.faces(shown[which])
                for box in boxes[number]:
                    seen.append(any(_overlap(box, hit) > 0.2 for hit in hits))
                    if tools.second:
                        other.append(tools.second_sees(shown[which], box))
            if tools.second and names:
                for at, box in enumerate(boxes[number]):
                    told = [tools.who(one, box) == names[at] for one in shown]
                    result.told.append((told[0], told[1]))
                    crops[at].append(tools.crop(shown[1], box))
        if tools.second and names:
            for at, ones in enumerate(crops):
                mean = np.mean(ones, 0).astype(np.uint8)
                inner = (75.0, 75.0, 225.0, 225.0)
                result.told_mean.append(tools.who(mean, inner) == names[at])
    return result


class Tools:
    """The detector of the program, and with `folder` a second one and a network that knows people by their faces."""

    def __init__(self, folder: Path | None, known: dict[str, Person]) -> None:
        self.weights = model_files.find(faces.MODEL, "faces")
        self.detector = Detector(self.weights / "centerface.onnx")
        self.second: Any = None
        if folder is None:
            return
        import dlib

        with (
            tempfile.TemporaryDirectory() as name,
            tarfile.open(next(folder.glob("face_recognition_models-*.tar.gz"))) as packed,
        ):
            packed.extractall(name, filter="data")
            models = next(Path(name).glob("*/face_recognition_models/models"))
            self.second = dlib.cnn_face_detection_model_v1(str(models / "mmod_human_face_detector.dat"))
            self.points = dlib.shape_predictor(str(models / "shape_predictor_5_face_landmarks.dat"))
            self.network = dlib.face_recognition_model_v1(str(models / "dlib_face_recognition_resnet_model_v1.dat"))
        self.gallery = {
            name: self._vector(
                np.asarray(person.picture.resize([round(side * 150 / person.width) for side in person.picture.size])),
                tuple(side * 150 / person.width for side in person.box),  # type: ignore[arg-type]
            )
            for name, person in known.items()
        }

    def faces(self, picture: np.ndarray) -> list[Box]:
        high, wide = picture.shape[:2]
        size = faces.size((wide, high), (wide, high))
        small = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC))
        return [
            (face.left * wide, face.top * high, face.right * wide, face.bottom * high)
            for face in self.detector.faces(small)
            if face.score >= 0.35
        ]

    def crop(self, picture: np.ndarray, box: Box) -> np.ndarray:
        """The place of a face with as much around it, 300 x 300 pixels: the face is 150 wide."""
        side, x, y = (box[2] - box[0] + box[3] - box[1]) / 2, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        around = (x - side, y - side, x + side, y + side)
        return np.asarray(Image.fromarray(picture).crop([round(part) for part in around]).resize((300, 300)))  # type: ignore[arg-type]

    def second_sees(self, picture: np.ndarray, box: Box) -> bool:
        return any(
            _overlap((75, 75, 225, 225), (hit.rect.left(), hit.rect.top(), hit.rect.right(), hit.rect.bottom())) > 0.2
            for hit in self.second(np.ascontiguousarray(self.crop(picture, box)), 0)
        )

    def who(self, picture: np.ndarray, box: Box) -> str:
        """Who of the gallery it is taken for; "" for nobody."""
        vector = self._vector(picture, box)
        name, far = min(
            ((name, float(np.linalg.norm(vector - other))) for name, other in self.gallery.items()),
            key=lambda pair: pair[1],
        )
        return name if far < SAME else ""

    def _vector(self, picture: np.ndarray, box: Box) -> np.ndarray:
        import dlib

        picture = np.ascontiguousarray(picture)
        shape = self.points(picture, dlib.rectangle(*(round(side) for side in box)))
        return np.asarray(self.network.compute_face_descriptor(picture, shape))


def _overlap(one: Box, other: Box) -> float:
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    high = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    sizes = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high / max(1.0, sizes - wide * high)


def percent(hits: Sequence[bool]) -> str:
    return f"{sum(hits) / len(hits):.0%}" if hits else "–"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    wanted = sys.argv[2:]
    large, grey = people()
    named = {"astronaut": large[0], "admiral": large[1]}
    tools = Tools(folder, named | {f"grey {at}": person for at, person in enumerate(grey)})
    walls = backgrounds()
    everything: list[Result] = []
    print(
        "| planted | covered | found before | found again | second, before | second, again | told, before | told, after | of the mean |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in (*CASES, *CROWDS):
        if wanted and not any(part in case.name for part in wanted):
            continue
        if case.many > 1:
            groups = [(grey[at : at + case.many], [f"grey {n}" for n in range(at, at + case.many)]) for at in (0,)]
        else:
            groups = [([person], [name]) for name, person in named.items()]
        results = [
            run(case, persons, names, walls[at % len(walls)], tools) for at, (persons, names) in enumerate(groups)
        ]
        everything += results
        joined = {
            name: [hit for result in results for hit in getattr(result, name)] for name in Result.__dataclass_fields__
        }
        print(
            f"| {case.name} | {percent(joined['covered'])} | {percent(joined['hidden'])} | {percent(joined['seen_plain'])} | {percent(joined['seen_again'])} "
            f"| {percent(joined['other_plain'])} | {percent(joined['other_again'])} "
            f"| {percent([a for a, _ in joined['told']])} | {percent([b for _, b in joined['told']])} | {percent(joined['told_mean'])} |",
            flush=True,
        )
    covered = [hit for result in everything for hit in result.covered]
    seconds = [part for result in everything for part in result.seconds]
    plain, looking, cutting = (sum(part[at] for part in seconds) for at in range(3))
    print(f"{len(covered)} faces in pictures, covered: {sum(covered) / len(covered):.1%}")
    print(f"covered without a face, of the picture: {np.mean([x for r in everything for x in r.over]):.1%}")
    print(
        f"looking for faces / rendering without: {looking / plain:.1f}; rendering with / without: {cutting / plain:.2f}"
    )


if __name__ == "__main__":
    main()
