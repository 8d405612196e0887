"""The strokes everything is drawn with: each takes places and colours and gives SVG."""

from __future__ import annotations


def tint(colour: str, by: float) -> str:
    """A colour lightened (by > 0) or darkened, -1..1."""
    to = 255 if by > 0 else 0
    return "#" + "".join(
        f"{round(v + (to - v) * abs(by)):02x}" for v in (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    )


def fill(d: str, colour: str, opacity: float = 1) -> str:
    return f'<path d="{d}" fill="{colour}" opacity="{opacity}"/>'


def line(d: str, colour: str, width: float, opacity: float = 1) -> str:
    return (
        f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
        f'opacity="{opacity}"/>'
    )


def box(x: float, y: float, w: float, h: float, c: str, r: float = 0, o: float = 1) -> str:
    return f'<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="{r}" fill="{c}" opacity="{o}"/>'


def dot(x: float, y: float, r: float, c: str, o: float = 1, ry: float = 0) -> str:
    return f'<ellipse cx="{x}" cy="{y}" rx="{r}" ry="{ry or r}" fill="{c}" opacity="{o}"/>'


def fade(name: str, *stops: tuple[float, str, float]) -> str:
    """Defines a colour running from top to bottom; `stops` are place 0..1, colour, opacity."""
    marks = "".join(f'<stop offset="{at}" stop-color="{c}" stop-opacity="{o}"/>' for at, c, o in stops)
    return f'<defs><linearGradient id="{name}" x1="0" y1="0" x2="0" y2="1">{marks}</linearGradient></defs>'


def glow(name: str, x: float, y: float, r: float, c: str, o: float) -> str:
    """A soft pool of light."""
    return (
        f'<defs><radialGradient id="{name}" cx="{x}" cy="{y}" r="{r}" gradientUnits="userSpaceOnUse">'
        f'<stop offset="0" stop-color="{c}" stop-opacity="{o}"/><stop offset="1" stop-color="{c}" stop-opacity="0"/>'
        f'</radialGradient></defs><circle cx="{x}" cy="{y}" r="{r}" fill="url(#{name})"/>'
    )


def pane(x: float, y: float, w: float, h: float, inside: str) -> str:
    """What is drawn `inside`, from 0,0, shows only within a box at x, y."""
    name = f"pane{x:.0f}x{y:.0f}"
    return (
        f'<defs><clipPath id="{name}"><rect x="0" y="0" width="{w}" height="{h}"/></clipPath></defs>'
        f'<g transform="translate({x} {y})"><g clip-path="url(#{name})">{inside}</g></g>'
    )
