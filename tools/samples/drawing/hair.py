"""Hair and headgear: each style takes a colour and half the face's width, gives SVG behind and before the face."""

from __future__ import annotations

from collections.abc import Callable

from drawing.paint import fill, line, tint

Style = Callable[[str, float], tuple[str, str]]


def blobs(points: list[tuple[float, float, float]], colour: str) -> str:
    return "".join(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colour}"/>' for x, y, r in points)


def cap(w: float, side: float, top: float, hairline: str) -> str:
    """The outline of hair on a skull: from the left temple over the crown to the right, back along `hairline`."""
    return (
        f"M {-w - 3} {side} C {-w - 12} -92 {-w * 0.72} {top} 0 {top} C {w * 0.72} {top} {w + 12} -92 {w + 3} {side} "
        f"{hairline} Z"
    )


def afro(c: str, w: float) -> tuple[str, str]:
    ring = [
        (-118, 8, 44),
        (118, 8, 44),
        (-136, -48, 50),
        (136, -48, 50),
        (-120, -108, 54),
        (120, -108, 54),
        (-74, -154, 56),
        (74, -154, 56),
        (0, -172, 58),
        (-104, 52, 32),
        (104, 52, 32),
    ]
    back = f'<ellipse cx="0" cy="-58" rx="142" ry="128" fill="{c}"/>' + blobs(ring, c)
    back += "".join(
        line(d, tint(c, 0.2), 7, 0.65)
        for d in (
            "M -138 -96 q 14 -34 44 -48",
            "M -54 -196 q 28 -16 58 -10",
            "M 84 -172 q 34 12 46 42",
            "M -152 -40 q -6 24 4 42",
            "M 152 -46 q 8 24 -2 44",
            "M -96 -138 q 16 -18 34 -22",
            "M 108 -112 q 16 14 20 32",
        )
    )
    top = [
        (-84, -70, 26),
        (-56, -96, 27),
        (-20, -108, 26),
        (20, -108, 26),
        (56, -96, 27),
        (84, -70, 26),
        (-95, -40, 17),
        (95, -40, 17),
    ]
    return back, fill(
        cap(w, -30, -150, f"C {w} -60 {w * 0.8} -92 0 -98 C {-w * 0.8} -92 {-w} -60 {-w - 3} -30"), c
    ) + blobs(top, c)


def long(c: str, w: float) -> tuple[str, str]:
    back = fill(
        f"M 0 -156 C -92 -156 {-w - 34} -88 {-w - 30} 10 C {-w - 28} 100 {-w - 42} 190 {-w - 30} 262 C -70 282 70 282 "
        f"{w + 30} 262 C {w + 42} 190 {w + 28} 100 {w + 30} 10 C {w + 34} -88 92 -156 0 -156 Z",
        c,
    )
    back += line(f"M {-w - 18} 60 C {-w - 14} 130 {-w - 24} 190 {-w - 16} 240", tint(c, 0.22), 6, 0.7)
    half = "M 0 -152 C {a} -156 {b} -96 {d} 0 C {d} 36 {e} 66 {f} 92 C {g} 40 {h} -40 0 -112 Z"
    out = ""
    for s in (-1, 1):
        v = dict(
            a=s * 74,
            b=s * (w + 20),
            d=s * (w + 16),
            e=s * (w + 14),
            f=s * (w + 22),
            g=s * (w - 18),
            h=s * 62,
        )
        out += fill(half.format(**v), c) + line(
            f"M {s * 18} -138 C {s * 58} -122 {s * 88} -70 {s * (w + 6)} 0", tint(c, 0.24), 5, 0.6
        )
    return back, out + line("M 0 -150 L 0 -114", tint(c, -0.3), 3, 0.8)


def sides(c: str, w: float) -> tuple[str, str]:
    back = "".join(
        blobs(
            [(s * (w + 4), -30, 23), (s * (w + 8), -4, 22), (s * (w + 2), 20, 17), (s * (w - 6), -52, 19)],
            c,
        )
        for s in (-1, 1)
    )
    front = "".join(
        fill(
            f"M {s * (w + 4)} -52 C {s * (w - 10)} -44 {s * (w - 12)} -18 {s * (w - 3)} 6 L {s * (w + 12)} -8 Z",
            c,
        )
        for s in (-1, 1)
    )
    return back, front + line("M -30 -112 Q 0 -124 36 -110", "#ffffff", 7, 0.28)


def bob(c: str, w: float, length: float = 96, fringe: float = -44) -> tuple[str, str]:
    back = fill(
        f"M 0 -158 C -96 -158 {-w - 34} -84 {-w - 32} 0 C {-w - 30} 50 {-w - 36} {length - 22} {-w - 20} {length} "
        f"C -60 {length + 22} 60 {length + 22} {w + 20} {length} C {w + 36} {length - 22} {w + 30} 50 {w + 32} 0 "
        f"C {w + 34} -84 96 -158 0 -158 Z",
        tint(c, -0.16),
    )
    front = fill(
        f"M {-w - 16} 40 C {-w - 34} -84 -92 -158 0 -158 C 92 -158 {w + 34} -84 {w + 16} 40 C {w + 2} 26 {w - 8} -14 "
        f"{w - 14} {fringe - 6} C 50 {fringe + 8} 18 {fringe + 4} 6 {fringe - 2} C -16 {fringe + 8} -48 {fringe + 8} "
        f"{-w + 14} {fringe - 4} C {-w + 8} -14 {-w - 2} 26 {-w - 16} 40 Z",
        c,
    )
    for s in (-1, 1):
        front += fill(
            f"M {s * (w - 12)} -50 C {s * (w + 2)} -6 {s * (w - 2)} 40 {s * (w - 6)} {length - 18} C {s * (w + 10)} {length + 8} "
            f"{s * (w + 34)} {length - 10} {s * (w + 30)} {length - 30} C {s * (w + 34)} 20 {s * (w + 32)} -40 {s * (w + 12)} -70 Z",
            c,
        )
    shine = tint(c, 0.26)
    return back, front + line("M -70 -122 Q -18 -146 42 -134", shine, 9, 0.55) + "".join(
        line(f"M {x} {fringe - 4} Q {x - 5} {fringe - 30} {x + 2} {fringe - 58}", tint(c, -0.2), 3, 0.55)
        for x in (-44, -12, 34)
    )


def short_bob(c: str, w: float) -> tuple[str, str]:
    return bob(c, w, 64, -50)


def quiff(c: str, w: float) -> tuple[str, str]:
    hairline = f"L {w - 5} -34 C {w - 6} -58 {w - 16} -74 54 -84 C 10 -78 -30 -82 -58 -92 C {-w + 14} -74 {-w + 6} -58 {-w + 5} -34 L {-w - 3} -4"
    shape = f"M {-w - 3} -4 C {-w - 14} -78 {-w + 2} -128 -62 -140 C -58 -168 10 -186 56 -166 C 92 -158 {w + 20} -104 {w + 3} -4 {hairline} Z"
    strands = "".join(
        line(d, tint(c, 0.25), 5, 0.65)
        for d in ("M -52 -128 C -30 -152 14 -164 50 -150", "M -40 -108 C -14 -130 28 -140 66 -126")
    )
    return "", fill(shape, c) + strands + line("M -60 -96 C -50 -116 -40 -124 -34 -128", tint(c, -0.25), 4, 0.6)


def wavy(c: str, w: float) -> tuple[str, str]:
    d = f"M 0 -158 C -98 -158 {-w - 40} -90 {-w - 30} -10 "
    d += f"C {-w - 56} 30 {-w - 24} 62 {-w - 48} 104 C {-w - 60} 150 {-w - 26} 182 {-w - 10} 196 C -60 214 60 214 {w + 10} 196 "
    d += f"C {w + 26} 182 {w + 60} 150 {w + 48} 104 C {w + 24} 62 {w + 56} 30 {w + 30} -10 C {w + 40} -90 98 -158 0 -158 Z"
    front = fill(
        f"M -34 -152 C 40 -172 {w + 36} -96 {w + 18} 6 C {w + 34} 40 {w + 8} 70 {w + 26} 108 C {w - 4} 70 {w + 2} 30 {w - 8} -10 "
        f"C {w - 18} -62 20 -92 -34 -104 C -62 -84 {-w + 4} -52 {-w + 6} -8 C {-w - 4} 30 {-w + 4} 70 {-w - 26} 108 C {-w - 8} 70 "
        f"{-w - 34} 40 {-w - 20} 6 C {-w - 34} -92 -104 -146 -34 -152 Z",
        c,
    )
    shine = "".join(
        line(s, tint(c, 0.25), 5, 0.6)
        for s in (
            "M -20 -134 C 34 -138 80 -100 92 -40",
            f"M {w + 22} 84 C {w + 14} 120 {w + 34} 140 {w + 20} 172",
            f"M {-w - 30} 70 C {-w - 40} 110 {-w - 18} 140 {-w - 26} 176",
            "M -50 -136 C -84 -120 -98 -84 -100 -48",
        )
    )
    return fill(d, tint(c, -0.14)), front + shine


def messy(c: str, w: float) -> tuple[str, str]:
    spikes = (
        f"M {-w - 4} -2 C {-w - 20} -60 {-w - 10} -104 {-w + 4} -116 L {-w - 2} -142 L -62 -140 L -58 -170 L -22 -154 L 6 -178 "
        f"L 26 -154 L 62 -166 L 68 -138 L {w + 6} -136 L {w - 2} -110 C {w + 14} -90 {w + 14} -50 {w + 4} -2 L {w - 6} -38 "
        f"L {w - 18} -72 L 44 -66 L 30 -88 L 2 -68 L -14 -90 L -44 -68 L -52 -86 L {-w + 14} -58 L {-w + 6} -34 Z"
    )
    return "", (
        f'<path d="{spikes}" fill="{c}" stroke="{c}" stroke-width="10" stroke-linejoin="round"/>'
        + line("M -48 -132 Q -20 -148 12 -142", tint(c, 0.25), 6, 0.6)
        + line("M 30 -136 Q 54 -134 70 -118", tint(c, 0.25), 6, 0.6)
    )


def bun(c: str, w: float) -> tuple[str, str]:
    knot = [(-34, -186, 34), (34, -186, 34), (0, -210, 38), (-18, -172, 32), (20, -172, 32)]
    back = blobs(knot, c) + "".join(
        line(d, tint(c, 0.2), 6, 0.7)
        for d in ("M -40 -204 q 16 -26 42 -24", "M 20 -214 q 26 6 28 30", "M -18 -176 q 18 -14 38 0")
    )
    front = fill(
        cap(w, -14, -152, f"C {w - 2} -50 {w * 0.72} -96 0 -100 C {-w * 0.72} -96 {-w + 2} -50 {-w - 3} -14"),
        c,
    )
    band = fill(
        f"M {-w - 5} -46 C {-w * 0.86} -112 {-w * 0.4} -128 0 -128 C {w * 0.4} -128 {w * 0.86} -112 {w + 5} -46 "
        f"L {w + 9} -76 C {w * 0.9} -134 {w * 0.44} -156 0 -156 C {-w * 0.44} -156 {-w * 0.9} -134 {-w - 9} -76 Z",
        "#f6c445",
    )
    dots = blobs(
        [
            (-70, -106, 5),
            (-38, -130, 5),
            (0, -141, 5),
            (38, -130, 5),
            (70, -106, 5),
            (-90, -76, 4),
            (90, -76, 4),
        ],
        "#c9483d",
    )
    return back, front + band + dots


def fade(c: str, w: float) -> tuple[str, str]:
    soft = fill(
        cap(
            w,
            14,
            -146,
            f"L {w - 6} 0 C {w - 4} -56 {w - 22} -82 56 -88 L -56 -88 C {-w + 22} -82 {-w + 4} -56 {-w + 6} 0 L {-w - 3} 14",
        ),
        c,
        0.55,
    )
    top = fill(
        f"M {-w + 2} -62 C {-w - 2} -118 -62 -152 0 -152 C 62 -152 {w + 2} -118 {w - 2} -62 C {w - 16} -80 {w - 26} -88 56 -90 "
        f"C 20 -96 -20 -96 -56 -90 C {-w + 26} -88 {-w + 16} -80 {-w + 2} -62 Z",
        c,
    )
    return "", soft + top + line("M -46 -130 Q 0 -146 46 -130", tint(c, 0.24), 7, 0.5)


def top_knot(c: str, w: float) -> tuple[str, str]:
    back = (
        f'<ellipse cx="0" cy="-164" rx="38" ry="32" fill="{tint(c, -0.12)}"/>'
        + line("M -24 -172 q 22 -22 46 -4", tint(c, 0.3), 5, 0.8)
        + line("M -26 -152 q 26 14 52 0", tint(c, -0.35), 5, 0.8)
    )
    front = fill(
        cap(
            w,
            -6,
            -152,
            f"L {w - 6} -34 C {w - 4} -66 {w * 0.7} -92 0 -94 C {-w * 0.7} -92 {-w + 4} -66 {-w + 6} -34 L {-w - 3} -6",
        ),
        c,
    )
    lines = "".join(
        line(
            f"M {x} {-92 + abs(x) * 0.3} Q {x * 0.7} -124 {x * 0.3} -146",
            tint(c, -0.22 if i % 2 else 0.25),
            4,
            0.55,
        )
        for i, x in enumerate((-72, -44, -16, 16, 44, 72))
    )
    return back, front + lines


def beanie(c: str, w: float) -> tuple[str, str]:
    curls = [
        (-88, -50, 20),
        (-62, -66, 19),
        (-30, -72, 19),
        (4, -74, 19),
        (38, -72, 19),
        (68, -64, 19),
        (90, -48, 19),
        (-98, -22, 15),
        (98, -22, 15),
    ]
    hat = fill(
        f"M {-w - 12} -74 C {-w - 16} -150 -62 -196 0 -196 C 62 -196 {w + 16} -150 {w + 12} -74 Z",
        "#e4572e",
    )
    hat += "".join(
        line(f"M {x} -106 C {x * 0.96} -150 {x * 0.6} -178 {x * 0.25} -192", "#c8451f", 5, 0.7)
        for x in (-72, -36, 0, 36, 72)
    )
    brim = f'<rect x="{-w - 18}" y="-112" width="{2 * w + 36}" height="44" rx="20" fill="#f2744b"/>'
    brim += "".join(line(f"M {x} -102 L {x} -79", "#d85a31", 5, 0.75) for x in range(-88, 89, 22))
    return blobs([(s * (w + 4), y, 18) for s in (-1, 1) for y in (-40, -14, 8)], c), blobs(curls, c) + hat + brim


def curly_top(c: str, w: float) -> tuple[str, str]:
    soft = fill(
        cap(
            w,
            6,
            -140,
            f"L {w - 6} -8 C {w - 4} -56 {w - 22} -82 56 -90 L -56 -90 C {-w + 22} -82 {-w + 4} -56 {-w + 6} -8 L {-w - 3} 6",
        ),
        tint(c, -0.5),
        0.8,
    )
    puffs = [
        (-72, -104, 31),
        (-44, -132, 33),
        (-8, -144, 34),
        (30, -138, 33),
        (64, -116, 31),
        (80, -92, 24),
        (-56, -86, 25),
        (-22, -100, 27),
        (14, -98, 27),
        (48, -92, 25),
        (-84, -82, 20),
    ]
    swirls = "".join(
        line(f"M {x - r * 0.5} {y} a {r * 0.5} {r * 0.5} 0 1 1 {r * 0.8} {r * 0.3}", tint(c, 0.28), 4.5, 0.65)
        for x, y, r in puffs[:5] + puffs[7:9]
    )
    return "", soft + blobs(puffs, c) + swirls


def flat_cap(c: str, w: float) -> tuple[str, str]:
    tufts = "".join(
        fill(
            f"M {s * (w + 5)} -70 C {s * (w + 14)} -30 {s * (w + 12)} 0 {s * (w + 2)} 16 C {s * (w - 9)} 0 {s * (w - 12)} -30 {s * (w - 16)} -66 Z",
            c,
        )
        for s in (-1, 1)
    )
    crown = fill(
        f"M {-w - 16} -72 C {-w - 32} -128 -70 -176 6 -174 C 76 -172 {w + 34} -130 {w + 18} -72 C 60 -96 -60 -96 {-w - 16} -72 Z",
        "#5c6672",
    )
    check = "".join(
        line(d, "#78838f", 3, 0.7)
        for d in (
            "M -70 -90 C -74 -120 -58 -146 -34 -166",
            "M 0 -92 C 0 -120 2 -150 6 -172",
            "M 70 -90 C 76 -120 62 -146 42 -166",
            f"M {-w - 14} -100 C -60 -128 60 -128 {w + 18} -100",
            "M -84 -136 C -40 -156 40 -156 88 -136",
        )
    )
    peak = fill(
        f"M {-w - 8} -76 C -66 -104 66 -104 {w + 8} -76 C 78 -60 50 -54 0 -54 C -50 -54 -78 -60 {-w - 8} -76 Z",
        "#474f59",
    )
    return "", tufts + crown + check + peak + line("M -66 -74 Q 0 -92 66 -74", "#6a7480", 4, 0.7)


STYLES: dict[str, Style] = {
    "afro": afro,
    "long": long,
    "sides": sides,
    "bob": bob,
    "short bob": short_bob,
    "quiff": quiff,
    "wavy": wavy,
    "messy": messy,
    "bun": bun,
    "fade": fade,
    "top knot": top_knot,
    "beanie": beanie,
    "curly top": curly_top,
    "flat cap": flat_cap,
}
