"""Rooms at home: a width and a height in units -> SVG of a flat picture with light and depth.

Landscape rooms are 1600 x 900 units, portrait ones 900 x 1600, the webcam's 1200 x 900.
"""

from __future__ import annotations

import random

from drawing.paint import box, dot, fade, fill, glow, line, tint
from drawing.props import (
    books,
    curtain,
    desk_lamp,
    lamp,
    picture,
    plant,
    shelf,
    sunbeam,
    wall,
    window,
)


def living(w: float, h: float) -> str:
    out = wall(w, h, "#e7c9b1", h * 0.86, "#a9714b") + window(120, 110, 330, 430)
    out += (
        box(60, 62, 450, 14, "#8a5a3a", 7)
        + curtain(48, 70, 120, 660, "#2f7f86", -1)
        + curtain(402, 70, 120, 660, "#2f7f86", 1)
    )
    out += picture(1060, 130, 190, 240, "#f4d9b8", "#e2725b", "#2f7f86") + picture(
        1290, 180, 150, 190, "#d8e6e2", "#f2b84b", "#c96f4a"
    )
    out += (
        box(1010, 600, 560, 26, "#8a5a3a", 4)
        + box(1040, 626, 22, 280, "#6f452b")
        + box(1520, 626, 22, 280, "#6f452b")
        + box(1060, 626, 470, 70, "#7c4e31")
    )
    return (
        out
        + desk_lamp(1400, 600, "#e4572e")
        + books(1080, 600, 190, 120, 3, ("#2f7f86", "#e2a03e", "#7a3b45", "#f0e4d2"))
        + sunbeam(w, h, 260)
    )


def hallway(w: float, h: float) -> str:
    out = wall(w, h, "#9fc4bd", h * 0.83, "#b98d62")
    out += (
        box(0, 940, w, 390, tint("#9fc4bd", 0.28), 0, 0.75)
        + "".join(box(x, 990, 130, 300, tint("#9fc4bd", 0.16), 4) for x in (60, 230, 540, 710))
        + box(0, 930, w, 18, "#f4f1e6")
    )
    out += (
        dot(226, 452, 176, "#1a1020", 0.14)
        + dot(220, 440, 176, "#c79a4b")
        + dot(220, 440, 156, "#d9eef0")
        + fill("M 100 520 L 250 300 L 300 310 L 130 570 Z", "#ffffff", 0.5)
    )
    out += (
        box(610, 250, 300, 1080, tint("#9fc4bd", -0.2), 4)
        + box(640, 280, 300, 1050, "#f3eadb", 4)
        + box(690, 350, 200, 260, tint("#f3eadb", -0.07), 4)
        + box(690, 680, 200, 480, tint("#f3eadb", -0.07), 4)
        + dot(668, 800, 15, "#c79a4b")
    )
    out += lamp(450, 0, 120, "#e0a84e", 84, 0.6)
    out += (
        box(44, 1130, 320, 22, "#7c4e31", 4)
        + box(64, 1150, 16, 280, "#6a4229")
        + box(330, 1150, 16, 280, "#6a4229")
        + plant(120, 1130, 0.8, "#4f8f63", "#f0e4d2")
    )
    return out


def nursery(w: float, h: float) -> str:
    out = wall(w, h, "#f4cdd0", h * 0.84, "#d5a577")
    dice = random.Random(7)
    out += "".join(
        dot(60 + 120 * i + (60 if j % 2 else 0), 90 + 110 * j, dice.choice((7, 9, 11)), "#ffffff", 0.5)
        for i in range(8)
        for j in range(10)
    )
    flags = ("#f2b84b", "#6fb3a8", "#e2725b", "#8f9fd6", "#f7efe2")
    out += line("M -10 150 Q 230 330 450 230 Q 680 130 920 280", "#a8747a", 5)
    for i in range(14):
        x = 20 + i * 66
        t = x / 450 - 1 if x > 450 else x / 450
        y = (
            (150 * (1 - t) ** 2 + 2 * 330 * t * (1 - t) + 230 * t * t)
            if x <= 450
            else (230 * (1 - t) ** 2 + 2 * 130 * t * (1 - t) + 280 * t * t)
        )
        out += fill(f"M {x - 24} {y - 2:.0f} L {x + 24} {y + 4:.0f} L {x} {y + 62:.0f} Z", flags[i % 5])
    out += shelf(40, 700, 300, "#fbf4ea") + books(160, 700, 170, 130, 12, ("#8f9fd6", "#f2b84b", "#6fb3a8", "#e2725b"))
    bear = (
        dot(-26, -128, 17, "#b9814f")
        + dot(26, -128, 17, "#b9814f")
        + dot(0, -100, 42, "#c98f5b")
        + dot(0, -88, 19, "#ecd0ac")
        + dot(-14, -108, 5, "#33221a")
        + dot(14, -108, 5, "#33221a")
        + dot(0, -94, 6, "#33221a")
        + dot(0, -34, 46, "#c98f5b", 1, 42)
        + dot(0, -30, 26, "#ecd0ac")
    )
    out += (
        f'<g transform="translate(100 700) scale(0.95)">{bear}</g>'
        + shelf(600, 560, 280, "#fbf4ea")
        + '<g transform="translate(690 560) scale(1.1)">'
        + fill("M -34 0 L -34 -66 L 0 -106 L 34 -66 L 34 0 Z", "#6fb3a8")
        + box(-12, -36, 24, 36, "#f7efe2", 3)
        + dot(0, -62, 10, "#f7efe2")
        + "</g>"
    )
    out += plant(820, 560, 0.5, "#5d9e74", "#f2b84b") + glow("night", 700, 940, 300, "#ffe7b3", 0.5)
    out += box(560, 1010, 360, 420, "#fbf4ea", 10) + "".join(
        box(590, 1044 + i * 124, 320, 100, "#f3e3d3", 8) + dot(750, 1094 + i * 124, 11, "#c79a6b") for i in range(3)
    )
    out += (
        fill("M 640 1010 L 660 1010 L 690 890 L 610 890 Z", "#c79a6b", 0)
        + box(690, 940, 16, 70, "#c79a6b")
        + fill("M 632 950 L 660 850 L 738 850 L 766 950 Z", "#fff0cd")
    )
    return out + "".join(
        fill(
            f"M {x} {y} l 9 20 l 22 2 l -17 14 l 6 22 l -20 -12 l -20 12 l 6 -22 l -17 -14 l 22 -2 Z",
            "#f2b84b",
            0.9,
        )
        for x, y in ((120, 470), (210, 560), (760, 400))
    )


def night(w: float, h: float) -> str:
    out = (
        fade("dusk", (0, "#2f3656", 1), (1, "#454b70", 1))
        + box(0, 0, w, h, "url(#dusk)")
        + box(60, 90, 330, 400, "#59608a", 4)
    )
    out += (
        fade("dark", (0, "#141b3c", 1), (1, "#3a3f73", 1))
        + box(76, 106, 298, 368, "url(#dark)")
        + dot(290, 190, 42, "#f4ecc8")
        + dot(306, 180, 36, "#1c2348")
    )
    out += "".join(
        dot(x, y, r, "#f4ecc8", 0.85)
        for x, y, r in (
            (110, 150, 3),
            (160, 220, 4),
            (220, 140, 3),
            (130, 300, 3),
            (240, 270, 3),
            (340, 290, 3),
        )
    )
    out += "".join(
        box(x, y, bw, 474 - y, "#22294f")
        + "".join(
            box(x + 12 + 24 * i, y + 16 + 30 * j, 11, 14, "#f6c768", 1, 0.9)
            for i in range(int(bw / 26))
            for j in range(2)
            if (i + j + x) % 3
        )
        for x, y, bw in ((76, 390, 80), (156, 350, 70), (226, 400, 90), (316, 370, 58))
    )
    out += box(219, 90, 12, 400, "#59608a") + box(40, 488, 370, 18, "#6a719b", 4)
    out += (
        glow("bed", 1010, 430, 480, "#ffc477", 0.75)
        + box(905, 560, 250, 26, "#6b4636", 5)
        + box(925, 586, 210, 330, "#573828")
        + box(1016, 470, 16, 92, "#c79a6b")
        + fill("M 946 480 L 976 360 L 1072 360 L 1102 480 Z", "#ffdf9f")
    )
    out += (
        box(150, 620, 720, 300, "#5a4252", 34) + box(180, 650, 660, 300, "#6b5060", 26) + box(0, 800, w, 120, "#3a3f63")
    )
    return (
        out
        + picture(560, 110, 150, 190, "#59608a", "#d98e6a", "#3a4a78", "#3d3f5e")
        + picture(740, 150, 120, 150, "#6a6f95", "#f2c781", "#564a70", "#3d3f5e")
    )


def lounge(w: float, h: float) -> str:
    out = (
        wall(w, h, "#f3d9b5", h * 0.82, "#b97f55")
        + fill("M 40 1000 L 40 420 C 40 250 160 160 280 160 C 400 160 520 250 520 420 L 520 1000 Z", "#e39a6b")
        + fill(
            "M 110 1000 L 110 450 C 110 320 190 250 280 250 C 370 250 450 320 450 450 L 450 1000 Z",
            "#efb98a",
        )
    )
    out += picture(600, 220, 230, 290, "#f9eedb", "#d96c4a", "#4c7d74") + picture(
        640, 560, 180, 180, "#e8d5c0", "#f2b84b", "#a9553f"
    )
    out += plant(110, 1060, 1.7, "#4c8a5e", "#f4ebdc")
    out += (
        fill(
            "M -40 1130 C -40 1000 60 960 200 960 L 700 960 C 840 960 940 1000 940 1130 L 940 1640 L -40 1640 Z",
            "#2f6f73",
        )
        + box(-40, 1180, 980, 420, "#367d80", 50)
        + box(450, 1010, 8, 300, "#275d61", 4)
    )
    return (
        out
        + f'<g transform="rotate(-12 150 1130)">{box(50, 1030, 220, 200, "#f2b84b", 40)}{line("M 70 1060 L 250 1200 M 250 1060 L 70 1200", "#d99c2e", 5, 0.7)}</g><g transform="rotate(10 770 1130)">{box(660, 1030, 220, 200, "#f4ebdc", 40)}{"".join(line(f"M {x} 1050 L {x} 1210", "#d96c4a", 7, 0.8) for x in (700, 740, 780, 820, 850))}</g>'
        + sunbeam(w, h, -140, "#fff1c9", 0.34)
    )


def moving(w: float, h: float) -> str:
    out = wall(w, h, "#cfdbe6", h * 0.84, "#c39a6c") + window(620, 80, 360, 380, "#a9d8f0")
    out += (
        box(1110, 110, 400, 690, "#1a1020", 4, 0.12)
        + box(1096, 100, 400, 690, "#e8d3b0", 6)
        + box(1112, 120, 178, 560, "#f1e0c3", 3)
        + box(1302, 120, 178, 560, "#f1e0c3", 3)
        + box(1112, 694, 368, 80, "#f1e0c3", 3)
        + line("M 1274 370 L 1274 440 M 1318 370 L 1318 440", "#8a6a44", 9)
        + line("M 1260 734 L 1330 734", "#8a6a44", 9)
        + box(1120, 788, 26, 30, "#b9976a")
        + box(1446, 788, 26, 30, "#b9976a")
    )
    for x, y, bw, bh, c in (
        (60, 580, 310, 250, "#cf9a62"),
        (110, 390, 230, 190, "#d9a871"),
        (360, 660, 220, 180, "#c48d55"),
    ):
        out += (
            box(x + 10, y + bh - 8, bw, 18, "#1a1020", 6, 0.2)
            + box(x, y, bw, bh, c, 3)
            + box(x + bw * 0.72, y, bw * 0.28, bh, tint(c, -0.12), 3)
            + box(x + bw * 0.42, y, bw * 0.13, bh, tint(c, 0.3), 0, 0.65)
            + box(x + 22, y + bh - 66, 60, 9, "#7a5230", 2, 0.7)
            + box(x + 22, y + bh - 48, 40, 9, "#7a5230", 2, 0.7)
        )
    return (
        out
        + plant(210, 390, 0.8, "#58986a", "#f2efe8")
        + lamp(380, 0, 40, "#e2725b", 66, 0.3)
        + sunbeam(w, h, 560, "#fff7e0", 0.3)
    )


def kitchen(w: float, h: float) -> str:
    out = wall(w, h, "#f5efe2", h * 0.98, "#c0a27c") + "".join(
        box(x, y, 52, 52, "#cfe5df", 4, 0.7 if (x + y) % 3 else 1)
        for y in range(470, 640, 58)
        for x in range(-10, int(w), 58)
    )
    out += (
        box(-20, -20, 330, 350, "#3f7d76", 6)
        + box(-10, 0, 150, 314, "#4a8d85", 5)
        + box(152, 0, 150, 314, "#4a8d85", 5)
        + box(118, 230, 9, 60, "#e9c46a", 4)
        + box(166, 230, 9, 60, "#e9c46a", 4)
    )
    out += shelf(w - 300, 200, 300, "#c58f5c") + shelf(w - 300, 370, 300, "#c58f5c")
    for i in range(4):
        out += (
            dot(w - 256 + i * 66, 176, 28, ("#e76f51", "#f4f1e8", "#e9c46a", "#7fb5ab")[i], 1, 24)
            + box(w - 284 + i * 66, 150, 56, 24, "#f5efe2")
            + box(w - 276 + i * 68, 304, 46, 66, ("#e9c46a", "#d9e8e4", "#e76f51", "#c7ddd2")[i], 8, 0.95)
            + box(w - 272 + i * 68, 292, 38, 16, "#8a5f3f", 4)
        )
    out += (
        box(0, 640, w, 28, "#8a5f3f")
        + box(0, 668, w, h, "#3f7d76")
        + "".join(
            box(x, 690, 190, h, "#4a8d85", 6) + box(x + 70, 712, 50, 9, "#e9c46a", 4) for x in range(10, int(w), 204)
        )
    )
    out += (
        box(36, 560, 90, 80, "#e76f51", 14)
        + line("M 120 580 q 40 4 26 40", "#e76f51", 11)
        + dot(81, 556, 34, "#c9573c", 1, 9)
    )
    return (
        out
        + plant(w - 70, 640, 0.62, "#5fa36b", "#f2b84b")
        + dot(w - 190, 622, 60, "#f7f3ea", 1, 20)
        + "".join(dot(x, 602, 21, c) for x, c in ((w - 218, "#e2573c"), (w - 182, "#e9b93c"), (w - 156, "#7cb35c")))
        + lamp(w * 0.5, -30, 40, "#e9b93c", 70, 0.4)
    )
