"""Things that stand or hang in more than one room: place, size and colours -> SVG."""

from __future__ import annotations

import random

from drawing.paint import box, dot, fade, fill, glow, line, pane, tint


def wall(w: float, h: float, c: str, floor: float, wood: str) -> str:
    """A wall lit from above, a skirting board and a floor."""
    top = fade("wall", (0, tint(c, 0.1), 1), (1, tint(c, -0.1), 1)) + box(0, 0, w, h, "url(#wall)")
    return (
        top
        + box(0, floor, w, h - floor, wood)
        + box(0, floor - 26, w, 26, tint(c, 0.45))
        + box(0, floor, w, 12, "#1a1020", 0, 0.16)
    )


def window(
    x: float,
    y: float,
    w: float,
    h: float,
    sky: str = "#bfe3f2",
    low: str = "#eef7ee",
    frame: str = "#fbf7ef",
) -> str:
    """A window with a view of hills, and its light on the wall."""
    out = box(x - 10, y + 14, w + 34, h + 16, "#1a1020", 6, 0.13) + box(x - 16, y - 16, w + 32, h + 32, frame, 6)
    out += fade(f"sky{x:.0f}", (0, sky, 1), (1, low, 1)) + box(x, y, w, h, f"url(#sky{x:.0f})")
    hills = dot(w * 0.22, h * 0.95, w * 0.5, "#a9cf9f", 1, h * 0.26)
    hills += dot(w * 0.85, h * 1.02, w * 0.55, "#8dbd8b", 1, h * 0.28)
    out += pane(x, y, w, h, dot(w * 0.72, h * 0.24, w * 0.09, "#fff6d8") + hills)
    return (
        out
        + box(x + w / 2 - 6, y, 12, h, frame)
        + box(x, y + h * 0.46, w, 10, frame)
        + box(x - 30, y + h + 12, w + 60, 18, tint(frame, -0.06), 5)
    )


def curtain(x: float, y: float, w: float, h: float, c: str, s: int) -> str:
    """One half of a pair of curtains; `s` is the side it is drawn to, -1 or 1."""
    edge = x if s < 0 else x + w
    swing = x + w if s < 0 else x
    out = fill(
        f"M {edge} {y} L {swing} {y} C {swing - s * -12} {y + h * 0.5} {swing + s * 34} {y + h * 0.7} {swing + s * 22} {y + h} L {edge} {y + h} Z",
        c,
    )
    return out + "".join(
        line(
            f"M {edge - s * w * t} {y + 8} C {edge - s * w * t} {y + h * 0.5} {edge - s * w * (t - 0.06)} {y + h * 0.7} "
            f"{edge - s * w * (t - 0.08)} {y + h}",
            tint(c, -0.16),
            8,
            0.8,
        )
        for t in (0.25, 0.5, 0.75)
    )


def plant(x: float, y: float, k: float, leaf: str = "#4f8f63", pot: str = "#c9704a") -> str:
    """A potted plant standing at x, y."""
    out = ""
    for i, (dx, dy, turn) in enumerate(
        (
            (-92, -150, -46),
            (88, -160, 42),
            (-54, -236, -20),
            (58, -246, 22),
            (0, -280, 0),
            (-112, -84, -70),
            (108, -90, 68),
        )
    ):
        c = tint(leaf, (-0.12, 0.1, 0, 0.16)[i % 4])
        out += line(f"M 0 -60 Q {dx * 0.3} {dy * 0.7} {dx} {dy}", tint(leaf, -0.3), 6)
        out += (
            f'<g transform="translate({dx} {dy}) rotate({turn})">'
            + fill("M 0 44 C -44 18 -38 -42 0 -72 C 38 -42 44 18 0 44 Z", c)
            + line("M 0 40 L 0 -56", tint(c, -0.2), 3)
            + "</g>"
        )
    out += (
        fill("M -58 -78 L 58 -78 L 44 0 L -44 0 Z", pot)
        + box(-66, -92, 132, 24, tint(pot, 0.14), 5)
        + fill("M 10 -68 L 56 -68 L 44 0 L 18 0 Z", "#1a1020", 0.14)
    )
    return f'<g transform="translate({x} {y}) scale({k})">' + dot(0, 2, 70, "#1a1020", 0.18, 10) + out + "</g>"


def picture(x: float, y: float, w: float, h: float, a: str, b: str, c: str, frame: str = "#f7efe2") -> str:
    """A framed print of hills under a sun."""
    v, u = w - 28, h - 28
    far = fill(f"M 0 {u * 0.56} C {v * 0.3} {u * 0.7} {v * 0.6} {u * 0.4} {v} {u * 0.62} V {u} H 0 Z", tint(c, 0.3))
    near = fill(f"M 0 {u * 0.7} C {v * 0.3} {u * 0.46} {v * 0.54} {u * 0.88} {v} {u * 0.6} V {u} H 0 Z", c)
    sun = dot(v * 0.62, u * 0.36, v * 0.2, b)
    out = box(x + 8, y + 12, w, h, "#1a1020", 3, 0.16) + box(x, y, w, h, frame, 3)
    return out + pane(x + 14, y + 14, v, u, box(0, 0, v, u, a) + sun + far + near)


def lamp(x: float, y: float, drop: float, c: str, r: float = 74, lit: float = 0.5) -> str:
    """A lamp hanging from the ceiling at x."""
    return (
        glow(f"lamp{x:.0f}", x, y + drop + 40, r * 4.2, "#ffe3a3", lit)
        + line(f"M {x} {y} L {x} {y + drop}", "#3a3136", 5)
        + fill(
            f"M {x - r} {y + drop + 66} C {x - r} {y + drop + 10} {x - 22} {y + drop} {x} {y + drop - 6} C {x + 22} {y + drop} {x + r} {y + drop + 10} {x + r} {y + drop + 66} Z",
            c,
        )
        + dot(x, y + drop + 66, r - 6, "#fff3cf", 1, 10)
    )


def books(x: float, y: float, w: float, h: float, seed: int, tones: tuple[str, ...]) -> str:
    """A row of books standing on y, some leaning, with a gap here and there."""
    dice, at, out = random.Random(seed), x, ""
    while at < x + w - 20:
        t = dice.choice((18, 22, 26, 32, 38))
        tall = h * dice.uniform(0.62, 0.95)
        if dice.random() < 0.1:
            at += t * 1.6
            continue
        if at + t > x + w:
            break
        c = dice.choice(tones)
        lean = dice.choice((0, 0, 0, 0, 0, 6))
        out += (
            f'<g transform="rotate({lean} {at} {y})">'
            + box(at, y - tall, t - 2, tall, c, 2)
            + box(at, y - tall * 0.86, t - 2, 7, tint(c, 0.4))
            + box(at, y - tall * 0.22, t - 2, 5, tint(c, 0.4))
            + "</g>"
        )
        at += t + (lean and 9)
    return out


def shelf(x: float, y: float, w: float, c: str, deep: float = 20) -> str:
    return (
        box(x + 6, y + deep, w, 22, "#1a1020", 0, 0.13) + box(x, y, w, deep, c, 3) + box(x, y, w, 6, tint(c, 0.25), 3)
    )


def sunbeam(w: float, h: float, x: float, c: str = "#fff1c9", o: float = 0.3) -> str:
    """Light that falls through a window onto wall and floor."""
    return (
        fade("beam", (0, c, o), (1, c, 0))
        + fill(f"M {x} 0 L {x + 190} 0 L {x + 560} {h} L {x + 180} {h} Z", "url(#beam)")
        + fill(f"M {x + 230} 0 L {x + 320} 0 L {x + 760} {h} L {x + 630} {h} Z", "url(#beam)")
    )


def desk_lamp(x: float, y: float, c: str) -> str:
    return (
        glow("desk", x + 96, y - 120, 330, "#ffdf94", 0.55)
        + dot(x, y, 62, tint(c, -0.2), 1, 12)
        + line(f"M {x} {y - 6} L {x - 44} {y - 150} L {x + 44} {y - 236}", "#4a4148", 10)
        + f'<g transform="translate({x + 58} {y - 228}) rotate(-32)">'
        + fill("M -20 -30 L 20 -30 L 58 44 L -58 44 Z", c)
        + dot(0, 44, 56, "#fff1c4", 1, 11)
        + "</g>"
    )


def tree(x: float, y: float, k: float, c: str) -> str:
    out = fill("M -16 0 L -9 -190 L 9 -190 L 18 0 Z", "#7a5238")
    out += "".join(
        dot(dx, dy, r, tint(c, t))
        for dx, dy, r, t in (
            (-70, -190, 76, -0.14),
            (74, -196, 78, -0.1),
            (0, -262, 96, 0),
            (-42, -236, 60, 0.1),
            (46, -280, 44, 0.16),
        )
    )
    return f'<g transform="translate({x} {y}) scale({k})">{out}</g>'
