"""A room, a figure and the light of both -> frames as raw pixels. The only file that needs skia-python.

The room is drawn once, a little out of focus as behind a face near the lens; the figure is drawn anew for
each frame, which costs a few milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import skia

from drawing import homes, places
from drawing.cast import CAST
from drawing.figures import Pose, person


@dataclass(frozen=True)
class Shot:
    """How somebody filmed themselves; `size` is the picture as it is seen, upright."""

    room: str
    size: tuple[int, int]
    units: tuple[int, int]
    at: tuple[float, float]  # centre of the head, as shares of the picture
    scale: float  # pixels of the figure a unit of the room
    light: float = -1  # from the left or the right
    warmth: tuple[int, int, int] = (255, 226, 180)
    glow: float = 0.11


def _draw(canvas: skia.Canvas, svg: str, size: tuple[float, float]) -> None:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">{svg}</svg>'
    skia.SVGDOM.MakeFromStream(skia.MemoryStream(text.encode(), True)).render(canvas)  # True: its own copy


def _raster(size: tuple[int, int]) -> tuple[np.ndarray, skia.Canvas]:
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    return pixels, skia.Canvas(pixels, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType)


def _image(pixels: np.ndarray) -> skia.Image:
    return skia.Image.fromarray(
        pixels, colorType=skia.kRGBA_8888_ColorType, alphaType=skia.kPremul_AlphaType, copy=True
    )


class Scene:
    """Draws the frames of one response."""

    def __init__(self, key: str, shot: Shot) -> None:
        self.look, self.shot = CAST[key], shot
        self.zoom = shot.size[1] / shot.units[1]
        self.head = shot.at[0] * shot.size[0], shot.at[1] * shot.size[1]
        room = getattr(homes, shot.room, None) or getattr(places, shot.room)
        self.room = self._room(room(*map(float, shot.units)))
        self.light = self._light()

    def _room(self, svg: str) -> skia.Image:
        pixels, canvas = _raster(self.shot.size)
        canvas.scale(self.zoom, self.zoom)
        _draw(canvas, svg, self.shot.units)
        sharp = _image(pixels)
        pixels, canvas = _raster(self.shot.size)
        soft = 2.3 * self.zoom
        canvas.drawImage(
            sharp,
            0,
            0,
            skia.SamplingOptions(),
            skia.Paint(ImageFilter=skia.ImageFilters.Blur(soft, soft, skia.TileMode.kClamp)),
        )
        x, y = self.head  # the figure keeps some light from the wall behind it
        _shade(
            canvas,
            (x - self.shot.light * 70 * self.zoom, y + 230 * self.zoom),
            440 * self.shot.scale * self.zoom,
            [skia.Color(30, 18, 40, 52), skia.Color(30, 18, 40, 0)],
            [0.25, 1.0],
        )
        return _image(pixels)

    def _light(self) -> skia.Image:
        """What lies over everything: light from one side, darker corners."""
        shot, (w, h) = self.shot, self.shot.size
        pixels, canvas = _raster(shot.size)
        side = w * (0.06 if shot.light < 0 else 0.94)
        _shade(
            canvas,
            (side, 0),
            0.9 * max(w, h),
            [skia.Color(*shot.warmth, round(255 * shot.glow)), skia.Color(*shot.warmth, 0)],
            [0.0, 1.0],
        )
        _shade(
            canvas,
            (w / 2, h * 0.46),
            0.72 * (w * w + h * h) ** 0.5,
            [skia.Color(18, 10, 26, 0), skia.Color(18, 10, 26, 0), skia.Color(18, 10, 26, 105)],
            [0.0, 0.5, 1.0],
        )
        return _image(pixels)

    def frame(self, pose: Pose, seconds: float) -> np.ndarray:
        """One frame, height x width x RGBA."""
        pixels, canvas = _raster(self.shot.size)
        if self.shot.room == "train":
            canvas.save()
            canvas.scale(self.zoom, self.zoom)
            _draw(canvas, places.passing(*map(float, self.shot.units), seconds * 420), self.shot.units)
            canvas.restore()
        canvas.drawImage(self.room, 0, 0)
        canvas.save()
        canvas.translate(*self.head)
        canvas.scale(self.shot.scale * self.zoom, self.shot.scale * self.zoom)
        _draw(canvas, person(self.look, pose, self.shot.light), (1, 1))
        canvas.restore()
        canvas.drawImage(self.light, 0, 0)
        return pixels


def _shade(canvas: skia.Canvas, at: tuple[float, float], radius: float, colours: list[int], stops: list[float]) -> None:
    canvas.drawPaint(skia.Paint(Shader=skia.GradientShader.MakeRadial(at, radius, colours, stops), Dither=True))
