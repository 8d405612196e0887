"""A look and a pose -> SVG of a talking figure, head centre at 0,0, about 260 units from crown to chin."""

from __future__ import annotations

import math
from dataclasses import dataclass

from drawing import hair
from drawing.cast import Look
from drawing.clothes import clothes
from drawing.paint import line


@dataclass(frozen=True)
class Pose:
    """Where everything is at one moment; lengths in units, angles in degrees, the rest about -1..1."""

    mouth: float = 0  # 0 shut .. 1 wide open
    wide: float = 0  # -1 rounded .. 1 stretched
    eyes: float = 1  # 0 shut .. 1 open
    gaze: float = 0
    brows: float = 0
    turn: float = 0
    tilt: float = 0
    x: float = 0
    y: float = 0
    breath: float = 0


def mix(a: str, b: str, share: float) -> str:
    """The colour `share` of the way from `a` to `b`, both #rrggbb."""
    pairs = [(int(a[i : i + 2], 16), int(b[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + (q - p) * share):02x}" for p, q in pairs)


def person(look: Look, pose: Pose, light: float = -1) -> str:
    """SVG elements of the figure; `light` is -1 where it comes from the left, 1 from the right."""
    k, p = look.skin, pose
    style = hair.STYLES[look.hair]
    back, front = style(look.hair_colour, look.fw)
    head = f'<g transform="translate({p.x:.2f} {p.y:.2f}) rotate({p.tilt:.2f} 0 150)">'
    lag = -p.turn * 2.5
    chin = 130 + p.mouth * 6
    face = _face(look, chin)
    parts = [
        '<defs><linearGradient id="skin" x1="0" y1="0" x2="1" y2="0.25">'
        f'<stop offset="0" stop-color="{mix(k.base, "#ffffff" if light < 0 else k.shade, 0.14)}"/>'
        f'<stop offset="1" stop-color="{mix(k.base, k.shade if light < 0 else "#ffffff", 0.16)}"/></linearGradient>'
        f'<clipPath id="face"><path d="{face}"/></clipPath></defs>',
        head,
        f'<g transform="translate({lag:.2f} 0)">',
        back,
        "</g></g>",
        f'<g transform="translate(0 {-p.breath:.2f})">',
        _body(look, p, light),
        "</g>",
        head,
        _ears(look, p),
        f'<path d="{face}" fill="url(#skin)"/>',
        '<g clip-path="url(#face)">',
        _modelling(look, p, light),
        "</g>",
        f'<g transform="translate({p.turn * 7:.2f} {-p.brows * 0.6:.2f})">',
        _features(look, p),
        "</g>",
        f'<g transform="translate({p.turn * 2:.2f} 0)">',
        front,
        "</g>",
        f'<g transform="translate({p.turn * 6:.2f} 0)">',
        _glasses(look, p),
        "</g>",
        "</g>",
    ]
    return "".join(parts)


def _face(look: Look, chin: float) -> str:
    w, j = look.fw, look.jaw
    return (
        f"M {-w} -15 C {-w} -92 {-w * 0.62} -128 0 -128 C {w * 0.62} -128 {w} -92 {w} -15 "
        f"C {w} 40 {j + 14} 74 {j * 0.8} {chin - 26} C {j * 0.5} {chin - 4} {j * 0.28} {chin} 0 {chin} "
        f"C {-j * 0.28} {chin} {-j * 0.5} {chin - 4} {-j * 0.8} {chin - 26} C {-j - 14} 74 {-w} 40 {-w} -15 Z"
    )


def _ears(look: Look, p: Pose) -> str:
    k, w, out = look.skin, look.fw, []
    for side in (-1, 1):
        x = side * (w + 3) - p.turn * 3
        out.append(
            f'<ellipse cx="{x:.2f}" cy="10" rx="15" ry="25" fill="{mix(k.base, k.shade, 0.35)}"/>'
            f'<ellipse cx="{x + side:.2f}" cy="10" rx="7.5" ry="15" fill="{k.shade}" opacity="0.7"/>'
        )
        if "hoops" in look.extras:
            out.append(
                f'<circle cx="{x + side * 2:.2f}" cy="53" r="17" fill="none" stroke="#f0b93a" stroke-width="5"/>'
            )
        if "studs" in look.extras:
            out.append(f'<circle cx="{x + side * 2:.2f}" cy="33" r="5" fill="#f7d774"/>')
    return "".join(out)


def _modelling(look: Look, p: Pose, light: float) -> str:
    k, w, far = look.skin, look.fw, -light
    out = [
        f'<path d="M {far * w * 1.2} -140 L {far * w * 0.72 + p.turn * 4:.2f} -140 C {far * w * 0.86} -60 '
        f'{far * w * 0.9} 30 {far * w * 0.34} 150 L {far * w * 1.3} 150 Z" fill="{k.shade}" opacity="0.42"/>'
    ]
    for side in (-1, 1):
        x = side * 57 + p.turn * 6
        out.append(f'<ellipse cx="{x:.2f}" cy="46" rx="21" ry="14" fill="{k.blush}" opacity="0.28"/>')
        if look.age:
            out.append(
                line(
                    f"M {side * 26 + p.turn * 6:.1f} 52 Q {side * 40 + p.turn * 6:.1f} 64 {side * 42} 82",
                    k.shade,
                    3,
                    0.8,
                )
            )
    if look.age:
        out += [
            line(
                f"M {-34 + p.turn * 5:.1f} {y} Q {p.turn * 5:.1f} {y - 6} {34 + p.turn * 5:.1f} {y}",
                k.shade,
                2.6,
                0.6,
            )
            for y in (-68, -82)
        ]
    if "freckles" in look.extras:
        dots = (
            (-64, 34),
            (-55, 42),
            (-47, 33),
            (-40, 43),
            (-58, 51),
            (64, 34),
            (55, 42),
            (47, 33),
            (40, 43),
            (58, 51),
        )
        out += [f'<circle cx="{x + p.turn * 6:.1f}" cy="{y}" r="2.3" fill="#c27a4e" opacity="0.75"/>' for x, y in dots]
    out.append(_beard(look, p))
    return "".join(out)


def _beard(look: Look, p: Pose) -> str:
    colour = {"stubble": look.hair_colour, "grey": "#8e8a87"}.get(look.beard, look.hair_colour)
    shade = {"stubble": 0.22, "short": 0.88, "full": 1.0, "grey": 0.45}.get(look.beard, 0)
    if not shade:
        return ""
    w, x, top = look.fw, p.turn * 5, 62 if look.beard != "full" else 56
    drop = p.mouth * 14
    return (
        f'<path fill-rule="evenodd" fill="{colour}" opacity="{shade}" d="M {-w - 10} 8 C {-w + 8} 20 {-w + 14} 44 '
        f"{-52 + x:.1f} {top + 4} C {-34 + x:.1f} {top - 8} {-16 + x:.1f} {top - 5} {x:.1f} {top - 1} "
        f"C {16 + x:.1f} {top - 5} {34 + x:.1f} {top - 8} {52 + x:.1f} {top + 4} C {w - 14} 44 {w - 8} 20 {w + 10} 8 "
        f"L {w + 20} 170 L {-w - 20} 170 Z M {-31 + x:.1f} 80 Q {x:.1f} {64} {31 + x:.1f} 80 "
        f'Q {24 + x:.1f} {99 + drop:.1f} {x:.1f} {100 + drop:.1f} Q {-24 + x:.1f} {99 + drop:.1f} {-31 + x:.1f} 80 Z"/>'
    )


def _features(look: Look, p: Pose) -> str:
    k, out = look.skin, []
    brow = mix(look.hair_colour, "#3a2a20" if look.hair_colour != "#eceae6" else "#ffffff", 0.35)
    if look.hair == "curly top":
        brow = "#3a2a26"
    for side in (-1, 1):
        x = side * 39
        lift = -36 - p.brows * 6
        out.append(
            line(
                f"M {x - side * 17} {lift + (5 if look.smile >= 0 else 8)} Q {x + side * 2} {lift - 6} "
                f"{x + side * 22} {lift + 4}",
                brow,
                look.brow,
            )
        )
        out.append(_eye(look, p, x, side))
    if look.age:
        out += [line(f"M {s * 26} 18 Q {s * 39} 26 {s * 53} 17", k.shade, 2.6, 0.85) for s in (-1, 1)]
    out.append(line("M 3 2 C 7 18 14 30 12 38 C 9 46 -4 46 -9 41", mix(k.shade, "#5a2a1c", 0.22), 4.4, 0.95))
    out.append(f'<ellipse cx="1" cy="36" rx="7" ry="6" fill="{mix(k.base, "#ffffff", 0.5)}" opacity="0.3"/>')
    out.append(_mouth(look, p))
    return "".join(out)


def _eye(look: Look, p: Pose, x: float, side: int) -> str:
    k, rx = look.skin, 15.5
    ink = "#2a1a18"
    if p.eyes < 0.18:
        return line(f"M {x - rx} 3 Q {x} 10 {x + rx} 3", ink, 4)
    ry = 12.5 * p.eyes
    name = "l" if side < 0 else "r"
    top = f"M {x - rx} 2 Q {x} {2 - 2 * ry:.2f} {x + rx} 2"
    almond = f"{top} Q {x} {2 + 1.7 * ry:.2f} {x - rx} 2 Z"
    g = x + p.gaze * 5
    out = (
        f'<defs><clipPath id="eye{name}"><path d="{almond}"/></clipPath></defs>'
        f'<path d="{almond}" fill="#fffaf4"/><g clip-path="url(#eye{name})">'
        f'<circle cx="{g:.2f}" cy="0.5" r="10.2" fill="{look.eye}"/><circle cx="{g:.2f}" cy="0.5" r="5.2" fill="#140d0d"/>'
        f'<path d="{top} L {x + rx} -16 L {x - rx} -16 Z" transform="translate(0 4)" fill="#3a2320" opacity="0.16"/>'
        f'<circle cx="{g - 3.4:.2f}" cy="-3.6" r="3.1" fill="#ffffff"/></g>' + line(top, ink, 3.6)
    )
    if look.lashes:
        out += line(f"M {x + side * rx} 2 l {side * 6} -5", ink, 3.6)
    return out + line(
        f"M {x - rx + 4} {-8 - ry:.2f} Q {x} {-13 - ry:.2f} {x + rx - 2} {-8 - ry:.2f}", k.shade, 2.2, 0.8
    )


def _mouth(look: Look, p: Pose) -> str:
    k, y = look.skin, 80
    w = 25 + 4.5 * p.wide * min(1, p.mouth * 3)
    corner = -look.smile * (1 - 0.35 * p.mouth)
    lip = 5.0 if look.lashes else 3.4
    ink = mix(k.lip, "#3a1414", 0.35)
    out = ""
    if look.beard == "moustache" or look.beard == "full":
        colour = look.hair_colour if look.beard == "moustache" else mix(look.hair_colour, "#6b3c14", 0.2)
        above = (
            f'<path d="M 0 58 C 14 52 34 58 46 76 C 32 79 14 78 0 71 C -14 78 -32 79 -46 76 C -34 58 -14 52 0 58 Z" '
            f'fill="{colour}"/>'
        )
    elif look.beard == "goatee":
        drop = p.mouth * 12
        above = line("M -30 78 C -26 63 -10 62 0 65 C 10 62 26 63 30 78", look.hair_colour, 6.5, 0.9)
        out += (
            f'<path d="M -19 {104 + drop:.1f} Q 0 {97 + drop:.1f} 19 {104 + drop:.1f} Q 17 {126 + drop * 0.5:.1f} 0 '
            f'{127 + drop * 0.5:.1f} Q -17 {126 + drop * 0.5:.1f} -19 {104 + drop:.1f} Z" fill="{look.hair_colour}" opacity="0.9"/>'
        )
    else:
        above = ""
    if p.mouth < 0.07:
        bow = y + 2 + max(0, look.smile) * 0.5 - min(0, look.smile) * -0.6
        out += line(f"M {-w} {y + corner:.2f} Q 0 {bow + 4:.2f} {w} {y + corner:.2f}", ink, 4)
        out += line(f"M -10 {y + 13} Q 0 {y + 16} 10 {y + 13}", k.shade if not look.lashes else k.lip, 4, 0.65)
        return out + above
    h = 5 + 27 * p.mouth
    w -= 5 * p.mouth * max(0, -p.wide)
    up = y - 3 - 3.5 * p.mouth
    shape = (
        f"M {-w:.2f} {y + corner:.2f} Q {-w * 0.5:.2f} {up - 2:.2f} 0 {up:.2f} Q {w * 0.5:.2f} {up - 2:.2f} {w:.2f} "
        f"{y + corner:.2f} C {w * 0.8:.2f} {y + h * 0.85:.2f} {w * 0.4:.2f} {y + h:.2f} 0 {y + h:.2f} "
        f"C {-w * 0.4:.2f} {y + h:.2f} {-w * 0.8:.2f} {y + h * 0.85:.2f} {-w:.2f} {y + corner:.2f} Z"
    )
    return out + (
        f'<defs><clipPath id="mouth"><path d="{shape}"/></clipPath></defs>'
        f'<path d="{shape}" fill="#5b1a22" stroke="{k.lip}" stroke-width="{lip * 1.5}" stroke-linejoin="round"/>'
        f'<g clip-path="url(#mouth)"><rect x="{-w * 0.74:.2f}" y="{up - 8:.2f}" width="{w * 1.48:.2f}" '
        f'height="{8 + 3 + 7 * p.mouth:.2f}" rx="5" fill="#fffdf8"/>'
        f'<ellipse cx="0" cy="{y + h + 3:.2f}" rx="{w * 0.62:.2f}" ry="{3 + h * 0.36:.2f}" fill="#d8646a"/></g>'
        + line(
            f"M -9 {y + h + 10:.2f} Q 0 {y + h + 12:.2f} 9 {y + h + 10:.2f}",
            k.shade,
            3.5,
            0.7 if not look.beard else 0,
        )
        + above
    )


def _glasses(look: Look, p: Pose) -> str:
    if "glasses" in look.extras:
        lens, ink = 'x="{x}" y="-22" width="56" height="44" rx="13"', "#5a3d2b"
    elif "round glasses" in look.extras:
        lens, ink = 'x="{x}" y="-27" width="56" height="54" rx="27"', "#d9a441"
    else:
        return ""
    rims = "".join(
        f'<rect {lens.format(x=x)} fill="#ffffff" fill-opacity="0.13" stroke="{ink}" stroke-width="4.6"/>'
        for x in (-67, 11)
    )
    arms = "".join(line(f"M {s * 67} -4 L {s * (look.fw + 4) - p.turn * 8:.1f} -9", ink, 4.6) for s in (-1, 1))
    glint = "".join(line(f"M {x} -14 l 10 -6", "#ffffff", 3.4, 0.55) for x in (-55, 23))
    return rims + arms + line("M -11 -4 Q 0 -10 11 -4", ink, 4.6) + glint


def _body(look: Look, p: Pose, light: float) -> str:
    k, n, s = look.skin, look.neck, look.shoulders
    neck = (
        f'<path d="M {-n} 60 L {-n} 148 C {-n} 176 {-n - 34} 188 {-n - 60} 198 L {n + 60} 198 C {n + 34} 188 {n} 176 '
        f'{n} 148 L {n} 60 Z M {-n - 60} 197 L 0 290 L {n + 60} 197 Z" fill="{mix(k.base, k.shade, 0.28)}"/>'
    )
    drop = math.copysign(9, -light)
    shadow = (
        f'<path d="M {-n} 96 C {-n * 0.6:.1f} 136 {n * 0.6:.1f} 140 {n} 100 L {n} 146 C {n * 0.5:.1f} {174 + drop:.1f} '
        f'{-n * 0.5:.1f} {174 - drop:.1f} {-n} 146 Z" fill="{k.shade}" opacity="0.85"/>'
    )
    return neck + shadow + clothes(look.clothes, look.colour, look.second, s, n, light, look.extras)
