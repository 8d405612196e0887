"""Clothes: kind and colours -> SVG of shoulders and chest below the neck of a figure."""

from __future__ import annotations

from drawing.paint import fill, line, tint


def clothes(kind: str, c: str, c2: str, s: float, n: float, light: float, extras: tuple[str, ...]) -> str:
    """SVG of the clothes; `s` is half the shoulders' width, `n` half the neck's."""
    dark, far = tint(c, -0.22), -light
    v = {"tee": 205, "stripes": 200, "football": 214, "blouse": 226, "kurta": 224, "apron": 208}.get(kind, 194)
    torso = (
        f"M {-n - 22} 172 C {-n - 60} 190 {-s + 20} 198 {-s} 250 C {-s - 26} 330 {-s - 40} 480 {-s - 46} 700 L {s + 46} 700 "
        f"C {s + 40} 480 {s + 26} 330 {s} 250 C {s - 20} 198 {n + 60} 190 {n + 22} 172 C {n + 6} {v + 14} {-n - 6} {v + 14} {-n - 22} 172 Z"
    )
    name = "torso"
    out = [
        f'<defs><clipPath id="{name}"><path d="{torso}"/></clipPath><linearGradient id="cloth" x1="0" y1="0" x2="1" y2="0.4">'
        f'<stop offset="0" stop-color="{tint(c, 0.1 if light < 0 else -0.2)}"/>'
        f'<stop offset="1" stop-color="{tint(c, -0.2 if light < 0 else 0.1)}"/></linearGradient></defs>',
        fill(torso, "url(#cloth)"),
        f'<g clip-path="url(#{name})">',
        _pattern(kind, c, c2, s),
        # the arms are told from the chest by a shadow, the chest by the shadow of the head
        fill(
            f"M {-s + 34} 330 C {-s + 22} 420 {-s + 26} 560 {-s + 20} 700 L {-s + 2} 700 C {-s + 14} 560 {-s + 12} 420 {-s + 34} 330 Z",
            dark,
            0.75,
        ),
        fill(
            f"M {s - 34} 330 C {s - 22} 420 {s - 26} 560 {s - 20} 700 L {s - 2} 700 C {s - 14} 560 {s - 12} 420 {s - 34} 330 Z",
            dark,
            0.75,
        ),
        fill(
            f"M {far * (s + 80)} 170 L {far * s * 0.62} 170 C {far * s * 0.9} 300 {far * s * 0.66} 480 {far * s * 0.8} 700 L {far * (s + 80)} 700 Z",
            "#120c1c",
            0.14,
        ),
        fill(f"M {-n - 30} 170 C {-n} 246 {n} 246 {n + 30} 170 Z", "#120c1c", 0.16),
        "</g>",
        _collar(kind, c, c2, n, s),
    ]
    if "headphones" in extras:
        out += [
            line(f"M {-n - 34} 196 C {-n - 24} 262 {n + 24} 262 {n + 34} 196", "#23222b", 15),
            *(
                f'<rect x="{x}" y="160" width="34" height="62" rx="15" fill="{f}" transform="rotate({a} {x + 17} 190)"/>'
                for x, f, a in (
                    (-n - 54, "#e9a23b", 12),
                    (n + 20, "#e9a23b", -12),
                    (-n - 42, "#2f2e39", 12),
                    (n + 8, "#2f2e39", -12),
                )
            ),
        ]
    return "".join(out)


def _pattern(kind: str, c: str, c2: str, s: float) -> str:
    if kind == "stripes":
        return "".join(
            line(f"M {-s - 60} {y + 16} Q 0 {y - 14} {s + 60} {y + 16}", c2, 13) for y in range(236, 720, 40)
        )
    if kind == "knit":
        return "".join(line(f"M {x} 200 Q {x * 1.12} 420 {x * 1.16} 700", c2, 4, 0.55) for x in range(-220, 221, 22))
    if kind == "football":
        return "".join(
            fill(f"M {x} 170 L {x + 34} 170 L {x + 40} 700 L {x - 4} 700 Z", c2, 0.95) for x in range(-255, 256, 84)
        ) + (fill("M 62 300 l 44 0 l 0 26 q 0 22 -22 32 q -22 -10 -22 -32 Z", "#f2c230"))
    if kind == "kurta":
        hem = fill("M -20 200 L 20 200 L 14 420 L -14 420 Z", tint(c, -0.16))
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="4.5" fill="{c2}" opacity="0.8"/>'
            for y in range(276, 700, 64)
            for x in range(-210 + (y // 64 % 2) * 35, 240, 70)
            if abs(x) > 30
        )
        return hem + dots
    if kind == "blouse":
        return "".join(
            f'<circle cx="{x}" cy="{y}" r="7" fill="{c2}" opacity="0.75"/>'
            for y in range(240, 700, 58)
            for x in range(-240 + (y // 58 % 2) * 30, 250, 60)
        )
    if kind == "jumper":
        return "".join(
            line(
                "M " + " L ".join(f"{x} {y + (12 if i % 2 else -12)}" for i, x in enumerate(range(-260, 261, 26))),
                tint(c, 0.32),
                6,
                0.8,
            )
            for y in (300, 330)
        ) + line(f"M {-s - 60} 366 L {s + 60} 366", tint(c, 0.32), 5, 0.6)
    if kind == "cardigan":
        shirt = fill("M -62 176 L 62 176 L 30 700 L -30 700 Z", c2)
        grid = "".join(line(f"M {x} 176 L {x} 700", "#b5523f", 3, 0.55) for x in (-36, -12, 12, 36))
        grid += "".join(line(f"M -60 {y} L 60 {y}", "#b5523f", 3, 0.45) for y in range(226, 700, 26))
        edges = "".join(
            line(f"M {s2 * 62} 172 C {s2 * 52} 300 {s2 * 34} 420 {s2 * 30} 700", tint(c, -0.3), 12) for s2 in (-1, 1)
        )
        return shirt + grid + edges
    if kind == "blazer":
        return fill("M -54 176 L 54 176 L 8 520 L -8 520 Z", c2)
    if kind == "apron":
        bib = fill("M -104 300 Q 0 322 104 300 L 150 700 L -150 700 Z", c2) + fill(
            "M -104 300 Q 0 322 104 300 L 106 316 Q 0 338 -106 316 Z", tint(c2, 0.14)
        )
        straps = "".join(line(f"M {x * 0.58} 190 L {x} 306", c2, 20) for x in (-94, 94))
        return (
            straps
            + bib
            + f'<circle cx="0" cy="392" r="26" fill="none" stroke="{tint(c2, 0.5)}" stroke-width="5"/>'
            + fill("M -10 384 h 18 v 10 q 0 10 -9 10 q -9 0 -9 -10 Z", tint(c2, 0.5))
        )
    if kind == "tee":
        return f'<circle cx="0" cy="392" r="46" fill="{c2}" opacity="0.9"/>' + fill(
            "M -46 396 q 23 -26 46 0 q 23 26 46 0 q -4 42 -46 42 q -42 0 -46 -42 Z", tint(c, -0.1), 0.85
        )
    return ""


def _collar(kind: str, c: str, c2: str, n: float, s: float) -> str:
    dark, light = tint(c, -0.25), tint(c, 0.14)
    if kind in ("knit", "polo neck", "jumper"):
        high = 128 if kind == "polo neck" else 158
        roll = fill(
            f"M {-n - 7} {high} C {-n} {high + 20} {n} {high + 20} {n + 7} {high} L {n + 22} 186 C {n} 222 {-n} 222 {-n - 22} 186 Z",
            light,
        )
        if kind == "jumper":  # over a shirt
            roll = fill(f"M {-n - 24} 166 L 0 246 L {n + 24} 166 L {n + 10} 150 L 0 212 L {-n - 10} 150 Z", c2) + line(
                f"M {-n - 32} 182 L 0 262 L {n + 32} 182", dark, 11
            )
            return roll
        return roll + "".join(line(f"M {x} {high + 22} L {x * 1.15} 208", dark, 3, 0.5) for x in range(-36, 37, 12))
    if kind in ("tee", "stripes"):
        return line(
            f"M {-n - 22} 173 C {-n - 6} {226} {n + 6} {226} {n + 22} 173",
            dark if kind == "tee" else c2,
            10,
        )
    if kind == "football":
        return line(f"M {-n - 22} 172 C {-n} 236 {n} 236 {n + 22} 172", "#f2c230", 11)
    if kind == "kurta":
        return (
            line(f"M {-n - 24} 172 C {-n - 4} 238 {n + 4} 238 {n + 24} 172", c2, 9)
            + line("M 0 226 L 0 330", c2, 6)
            + "".join(f'<circle cx="0" cy="{y}" r="6" fill="{c2}"/>' for y in (250, 284, 318))
        )
    if kind == "blouse":
        return fill(f"M {-n - 26} 166 L 0 262 L -46 290 L {-n - 50} 184 Z", tint(c, 0.2)) + fill(
            f"M {n + 26} 166 L 0 262 L 46 290 L {n + 50} 184 Z", tint(c, 0.16)
        )
    if kind == "cardigan":
        return (
            fill(f"M {-n - 20} 160 L -2 218 L -40 256 L {-n - 34} 182 Z", c2)
            + fill(f"M {n + 20} 160 L 2 218 L 40 256 L {n + 34} 182 Z", tint(c2, -0.06))
            + "".join(f'<circle cx="{-34}" cy="{y}" r="7" fill="#8a6a44"/>' for y in (330, 400, 470))
        )
    if kind == "blazer":
        tee = line(f"M {-n - 16} 176 C {-n} 216 {n} 216 {n + 16} 176", tint(c2, -0.12), 7)
        return tee + "".join(
            fill(
                f"M {q * (n + 20)} 166 L {q * (n + 48)} 186 L {q * 96} 272 L {q * 70} 292 L {q * 84} 316 L {q * 6} 520 L {q * 40} 300 Z",
                tint(c, 0.1 if q < 0 else -0.05),
            )
            for q in (-1, 1)
        )
    if kind == "hoodie":
        hood = fill(
            f"M {-n - 18} 140 C {-n - 86} 150 {-n - 96} 214 {-n - 40} 252 C -30 292 30 292 {n + 40} 252 C {n + 96} 214 {n + 86} 150 {n + 18} 140 "
            f"C {n + 34} 196 24 240 0 246 C -24 240 {-n - 34} 196 {-n - 18} 140 Z",
            light,
        )
        return (
            hood
            + fill(
                f"M {-n - 18} 140 C {-n - 34} 196 -24 240 0 246 C 24 240 {n + 34} 196 {n + 18} 140 C {n + 50} 200 30 262 0 266 C -30 262 {-n - 50} 200 {-n - 18} 140 Z",
                c2,
            )
            + "".join(line(f"M {x} 258 C {x * 1.2} 300 {x} 330 {x * 1.1} 366", "#e8e4da", 6) for x in (-30, 30))
        )
    if kind == "coat":
        scarf = fill(
            f"M {-n - 30} 138 C {-n} 176 {n} 176 {n + 30} 138 C {n + 54} 170 {n + 48} 214 {n + 22} 222 C 20 246 -20 246 {-n - 22} 222 C {-n - 48} 214 {-n - 54} 170 {-n - 30} 138 Z",
            c2,
        )
        tail = fill("M 10 226 L 62 214 L 84 420 L 30 428 Z", tint(c2, -0.12)) + "".join(
            line(f"M {a} {b} l 4 22", tint(c2, -0.12), 6) for a, b in ((36, 426), (52, 424), (70, 422))
        )
        bands = "".join(
            line(d, tint(c2, 0.35), 7, 0.8)
            for d in (
                f"M {-n - 36} 176 C {-n} 214 {n} 214 {n + 36} 176",
                "M 24 300 L 74 292",
                "M 28 340 L 78 332",
            )
        )
        return line("M -14 240 L -22 700", dark, 6) + tail + scarf + bands
    return ""
