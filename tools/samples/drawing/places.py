"""Rooms elsewhere: a width and a height in units -> SVG of a flat picture with light and depth.

Landscape rooms are 1600 x 900 units, portrait ones 900 x 1600, the webcam's 1200 x 900.
"""

from __future__ import annotations

import random

from drawing.paint import box, dot, fade, fill, glow, line, tint
from drawing.props import (
    books,
    lamp,
    plant,
    shelf,
    sunbeam,
    tree,
    wall,
    window,
)


def garden(w: float, h: float) -> str:
    out = (
        fade("air", (0, "#8fd0ee", 1), (0.65, "#e6f5ef", 1), (1, "#fbf3d9", 1))
        + box(0, 0, w, h, "url(#air)")
        + glow("sun", 1330, 90, 420, "#fff3c4", 0.95)
    )
    for x, y, k in ((220, 130, 1), (900, 90, 0.8), (1240, 210, 0.7)):
        out += "".join(
            dot(x + dx * k, y + dy * k, r * k, "#ffffff", 0.85)
            for dx, dy, r in ((-60, 8, 38), (0, -14, 54), (58, 6, 42), (100, 16, 26))
        )
    out += (
        dot(350, 640, 620, "#a8d3a0", 1, 190)
        + dot(1300, 660, 640, "#92c791", 1, 210)
        + tree(150, 620, 1.5, "#5d9e62")
        + tree(1440, 630, 1.75, "#4f9160")
        + tree(1170, 590, 0.9, "#72b071")
    )
    out += (
        "".join(box(x, 520, 34, 170, "#fbf6ea", 8) for x in range(-6, 1620, 52))
        + box(0, 560, w, 18, "#f0e8d6")
        + box(0, 640, w, 18, "#f0e8d6")
    )
    out += fade("lawn", (0, "#8cc578", 1), (1, "#4f9653", 1)) + box(0, 676, w, 300, "url(#lawn)")
    dice = random.Random(4)
    for _ in range(46):
        x, y, c = (
            dice.uniform(0, w),
            dice.uniform(652, 710),
            dice.choice(("#e8604c", "#f6c445", "#f4f1ea", "#c96fb0")),
        )
        out += (
            line(f"M {x:.0f} {y:.0f} l {dice.uniform(-6, 6):.0f} 34", "#3f7f49", 4)
            + dot(round(x), round(y), 12, c)
            + dot(round(x), round(y), 4, "#f9e3a0")
        )
    for x, s in ((270, 1), (1330, -1)):
        seat = (
            box(-80, -110, 160, 20, "#d98e4f", 6)
            + "".join(box(-76 + i * 40, -260, 26, 150, "#e09a5c", 8) for i in range(4))
            + box(-84, -270, 168, 22, "#c57b40", 8)
        )
        seat += line("M -64 -92 L -80 40", "#b86f38", 14) + line("M 64 -92 L 80 40", "#b86f38", 14)
        out += (
            f'<g transform="translate({x} 800) skewY({4 * s})">' + dot(0, 42, 112, "#1f4a2a", 0.3, 14) + seat + "</g>"
        )
    return out


def train(w: float, h: float) -> str:
    """The carriage only; what passes outside is drawn by `passing` and shows through the hole."""
    pane = "M 150 330 Q 150 270 210 270 L 960 270 L 960 1010 L 210 1010 Q 150 1010 150 950 Z"
    out = f'<path fill-rule="evenodd" fill="#d8dde0" d="M 0 0 H {w} V {h} H 0 Z {pane}"/>'
    out += f'<path d="{pane}" fill="none" stroke="#5b666e" stroke-width="24"/><path d="{pane}" fill="none" stroke="#aeb7bc" stroke-width="6"/>'
    out += (
        fade("roof", (0, "#aab4ba", 1), (1, "#d8dde0", 0))
        + box(0, 0, w, 260, "url(#roof)")
        + box(0, 120, w, 26, "#f7fbfb", 0)
        + box(0, 146, w, 10, "#1a1020", 0, 0.12)
    )
    out += fill("M 300 280 L 520 280 L 220 1000 L 160 1000 L 160 700 Z", "#ffffff", 0.16) + fill(
        "M 590 280 L 650 280 L 350 1000 L 280 1000 Z", "#ffffff", 0.12
    )
    out += box(0, 1030, w, 14, "#b7c0c5") + box(0, 1044, w, h, "#c6cdd1")
    out += fill("M -20 1700 L -20 800 C 0 700 190 690 216 800 L 280 1700 Z", "#2f5d8a") + fill(
        "M 30 1700 L 44 850 C 60 780 150 780 164 850 L 220 1700 Z", "#3b6fa1"
    )
    out += (
        box(-10, 690, 226, 130, "#27507a", 50)
        + fill("M 700 1700 L 690 960 C 700 880 900 880 930 960 L 930 1700 Z", "#2f5d8a")
        + box(690, 860, 230, 120, "#27507a", 50)
    )
    return out + "".join(
        dot(x, y, 10, "#f2c14e", 0.8)
        for x, y in (
            (90, 900),
            (130, 980),
            (84, 1060),
            (140, 1140),
            (100, 1230),
            (780, 1080),
            (840, 1170),
            (770, 1260),
        )
    )


def passing(w: float, h: float, shift: float) -> str:
    """Country outside a moving train, `shift` units on; far things move slower than near ones."""
    out = (
        fade("out", (0, "#8cc7e8", 1), (0.6, "#e3f2ec", 1), (1, "#f6edcf", 1))
        + box(0, 250, w, 780, "url(#out)")
        + dot(700, 400, 60, "#fff6d8")
    )
    for speed, y, rx, ry, c, gap in (
        (0.06, 860, 420, 150, "#b3d6c1", 500),
        (0.2, 930, 380, 140, "#8fc28e", 430),
        (0.5, 1010, 430, 130, "#6dab6c", 470),
    ):
        first = -(shift * speed) % gap - gap
        out += "".join(dot(round(first + gap * i, 2), y, rx, c, 1, ry) for i in range(5))
    first = -(shift * 0.5) % 640 - 320
    return out + "".join(tree(round(first + 640 * i, 2), 950, 0.62 + 0.12 * (i % 2 == 0), "#4f8f5a") for i in range(3))


def office(w: float, h: float) -> str:
    out = wall(w, h, "#d5dde3", h * 0.88, "#8c949c") + box(60, 70, 720, 480, "#f4f7f8", 4)
    out += fade("city", (0, "#a9d3ec", 1), (1, "#f3ecd9", 1)) + box(76, 86, 688, 448, "url(#city)")
    for x, y, bw, c in (
        (90, 300, 90, "#8fa9bf"),
        (190, 230, 80, "#7d99b3"),
        (280, 340, 120, "#9db4c6"),
        (410, 200, 90, "#6f8daa"),
        (510, 290, 110, "#8ba6bd"),
        (630, 250, 120, "#7793ae"),
    ):
        out += box(x, y, bw, 534 - y, c) + "".join(
            box(x + 12 + i * 22, y + 20 + j * 34, 11, 17, "#f6e7b8", 1, 0.8)
            for i in range(int(bw / 22) - 1)
            for j in range(int((500 - y) / 34))
            if (i * 7 + j * 3 + x) % 4
        )
    out += "".join(box(x, 70, 12, 480, "#f4f7f8") for x in (300, 536)) + box(40, 550, 760, 20, "#c3ccd3", 4)
    out += (
        box(1010, 110, 430, 290, "#1a1020", 6, 0.1)
        + box(1000, 100, 430, 290, "#fdfdfb", 6)
        + box(1000, 100, 430, 290, "none")
    )
    notes = (
        (1030, 130, "#f9d65c"),
        (1120, 140, "#f4978e"),
        (1210, 128, "#8fd3c1"),
        (1310, 138, "#f9d65c"),
        (1034, 240, "#8fd3c1"),
        (1130, 236, "#f9d65c"),
        (1310, 246, "#9cb8ea"),
    )
    out += "".join(
        box(x, y, 72, 72, c, 2)
        + box(x + 10, y + 18, 50, 5, "#1a1020", 2, 0.28)
        + box(x + 10, y + 34, 36, 5, "#1a1020", 2, 0.28)
        for x, y, c in notes
    )
    out += (
        box(960, 640, 640, 24, "#e9e2d5", 4)
        + box(1000, 664, 30, 240, "#6c757d")
        + box(1170, 430, 320, 188, "#2b3440", 10)
        + box(1182, 442, 296, 158, "#3e6d8f", 4)
        + box(1312, 616, 36, 26, "#2b3440")
    )
    out += "".join(box(1200, 462 + i * 26, (190, 240, 150, 210, 120)[i], 11, "#dff0f7", 5, 0.75) for i in range(5))
    return out + plant(60, 830, 1.3, "#58986a", "#dcae86") + sunbeam(w, h, 420, "#fff6dc", 0.22)


def library(w: float, h: float) -> str:
    tones = ("#8c3b3b", "#2f5d62", "#d9a441", "#37486b", "#e9dcc3", "#6d4a68", "#4f7a4f", "#c46a3f")
    out = fade("wood", (0, "#5a3a28", 1), (1, "#432a1e", 1)) + box(0, 0, w, h, "url(#wood)")
    for j, y in enumerate((170, 370, 570, 770, 970)):
        for i, x in enumerate((20, 420, 820, 1220)):
            out += (
                box(x, y - 180, 370, 180, "#38221a")
                + books(x + 14, y, 344, 168, 11 + j * 7 + i * 3, tones)
                + box(x, y - 180, 370, 36, "#140a08", 0, 0.34)
            )
        out += shelf(0, y, w, "#7d5236", 20)
    out += "".join(box(x, 0, 30, h, "#6d452d") + box(x, 0, 7, h, "#8a5c3e") for x in (-8, 390, 790, 1190, 1575))
    out += (
        box(1232, 396, 346, 174, "#38221a")
        + plant(1330, 570, 0.55, "#5d9e6c", "#e9dcc3")
        + dot(1490, 500, 50, "#6fa3b8")
        + fill("M 1460 480 q 22 -22 44 -6 q 10 18 -10 26 q -30 6 -34 -20 Z", "#8dbf7f")
        + line("M 1490 550 L 1490 568", "#c79a4b", 10)
        + line("M 1456 568 L 1524 568", "#c79a4b", 8)
    )
    return out + glow("warm", 170, 150, 620, "#ffd28a", 0.42) + glow("warm2", 1430, 150, 620, "#ffd28a", 0.36)


def cafe(w: float, h: float) -> str:
    out = wall(w, h, "#3f5a57", h * 0.95, "#4a3128")
    out += "".join(
        box(x + (40 if (y // 40) % 2 else 0) - 40, y, 76, 36, "#4a6966", 3, 0.55)
        for y in range(360, 640, 40)
        for x in range(0, 1700, 80)
    )
    out += (
        box(90, 90, 400, 250, "#8a5f3f", 6)
        + box(104, 104, 372, 222, "#26312f", 3)
        + "".join(
            line(f"M {132} {y} L {132 + a} {y}", "#f1ead9", 7, 0.85) + line(f"M 400 {y} L 440 {y}", "#f2c14e", 7, 0.9)
            for y, a in ((190, 190), (226, 150), (262, 210), (298, 120))
        )
    )
    out += (
        line("M 220 146 L 360 146", "#f2c14e", 11, 0.95)
        + shelf(1000, 250, 540, "#9a6b45")
        + shelf(1000, 400, 540, "#9a6b45")
    )
    for i in range(9):
        c = ("#f4efe4", "#e2a03e", "#c9704a")[i % 3]
        out += box(1026 + i * 57, 206, 38, 44, c, 6) + line(f"M {1064 + i * 57} 216 q 14 10 0 22", c, 6)
        out += box(
            1022 + i * 57,
            330 - (i % 3) * 14,
            40,
            70 + (i % 3) * 14,
            ("#d9b88a", "#7d9d8f", "#b5523f", "#efe5d2")[i % 4],
            6,
        ) + box(1026 + i * 57, 322 - (i % 3) * 14, 32, 12, "#3a2a22", 3)
    out += (
        fade("steel", (0, "#e6e9ea", 1), (0.5, "#b9c1c4", 1), (1, "#8d979c", 1))
        + box(1080, 520, 420, 190, "url(#steel)", 16)
        + box(1070, 500, 440, 34, "#c5ccce", 10)
        + box(1110, 590, 360, 24, "#3c4447", 8)
        + "".join(dot(x, 556, 14, c) for x, c in ((1140, "#c0392b"), (1190, "#f4efe4"), (1240, "#f4efe4")))
        + "".join(line(f"M {x} 612 l 0 26 m -40 4 l 60 0", "#2b3133", 12) for x in (1180, 1380))
        + box(1162, 668, 40, 36, "#f4efe4", 6)
    )
    out += (
        box(0, 706, w, 30, "#c08a58")
        + box(0, 736, w, 200, "#6d4631")
        + "".join(box(x, 736, 6, 200, "#58372a") for x in range(60, 1600, 120))
        + plant(330, 706, 0.8, "#6fae78", "#e9dcc3")
    )
    out += (
        box(90, 630, 150, 76, "#dff0f0", 8, 0.5)
        + dot(130, 692, 32, "#c98a4b", 1, 15)
        + dot(196, 692, 32, "#b5733b", 1, 15)
        + dot(164, 672, 30, "#d9a05f", 1, 15)
    )
    return (
        out
        + lamp(300, 0, 20, "#e2a03e", 76, 0.55)
        + lamp(800, -40, 20, "#e2a03e", 76, 0.4)
        + lamp(1270, 0, 20, "#e2a03e", 76, 0.55)
    )


def studio(w: float, h: float) -> str:
    out = (
        wall(w, h, "#6b5b86", h * 0.88, "#4c3a4a")
        + glow("pink", 300, 300, 620, "#ff9fb2", 0.35)
        + glow("blue", 1350, 260, 620, "#6fd3e8", 0.3)
    )
    guitar = (
        dot(0, 0, 92, "#d9853b", 1, 84)
        + dot(0, -118, 66, "#d9853b", 1, 62)
        + box(-52, -110, 104, 80, "#d9853b", 20)
        + dot(0, -64, 31, "#3a2118")
        + box(-13, -410, 26, 350, "#5b3524")
        + box(-21, -470, 42, 74, "#3f251a", 8)
        + box(-38, 12, 76, 15, "#3a2118", 4)
        + "".join(line(f"M {x} -440 L {x} 18", "#f3e6cf", 1.6) for x in (-7, -2, 3, 8))
    )
    out += f'<g transform="translate(236 560) rotate(7)">{guitar}</g>'
    for i, (x, y, c) in enumerate(
        ((500, 120, "#f2b84b"), (500, 320, "#6fc3c8"), (1010, 120, "#e26a7c"), (1010, 320, "#f4eadb"))
    ):
        out += (
            box(x + 6, y + 10, 150, 150, "#1a1020", 4, 0.25)
            + box(x, y, 150, 150, c, 4)
            + dot(x + 75, y + 75, 50, "#241c2c")
            + dot(x + 75, y + 75, 17, ("#e26a7c", "#f4eadb", "#6fc3c8", "#f2b84b")[i])
        )
    out += (
        box(1190, 430, 360, 30, "#c58f5c", 4)
        + box(1190, 460, 360, 450, "#8a5d3c")
        + "".join(
            box(1206, y, 328, 176, "#3a2a2c", 4)
            + "".join(
                box(
                    1212 + k * 16,
                    y + 20 - (k * 5 % 9),
                    12,
                    156 + (k * 5 % 9),
                    ("#e26a7c", "#6fc3c8", "#f2b84b", "#f4eadb", "#9a86c0")[k * 7 % 5],
                    1,
                )
                for k in range(20)
            )
            for y in (476, 668)
        )
    )
    out += (
        box(1230, 380, 260, 50, "#2b2533", 8)
        + dot(1330, 384, 86, "#17131d", 1, 15)
        + dot(1330, 380, 24, "#e26a7c", 1, 5)
        + line("M 1462 372 L 1462 350 L 1390 376", "#d8d2df", 6)
    )
    return (
        out
        + line("M -10 60 Q 400 130 800 56 Q 1200 -10 1610 70", "#2b2533", 4)
        + "".join(
            dot(x, y, 9, "#ffe7a8") + glow(f"g{x}", x, y, 46, "#ffe7a8", 0.6)
            for x, y in (
                (90, 76),
                (250, 92),
                (410, 95),
                (570, 86),
                (730, 66),
                (890, 44),
                (1050, 32),
                (1210, 30),
                (1370, 38),
                (1530, 58),
            )
        )
    )


def workshop(w: float, h: float) -> str:
    out = (
        wall(w, h, "#d8c3a0", h * 0.92, "#8a8378")
        + box(70, 80, 620, 440, "#1a1020", 6, 0.12)
        + box(60, 70, 620, 440, "#b98a58", 6)
        + "".join(dot(x, y, 4, "#8a623a", 0.8) for x in range(86, 670, 40) for y in range(96, 500, 40))
    )
    out += (
        box(110, 130, 26, 180, "#c0392b", 10)
        + box(86, 104, 76, 44, "#6d757c", 6)
        + fill("M 230 120 L 262 120 L 262 240 L 330 380 L 300 390 L 230 250 Z", "#b9c1c4")
        + box(222, 104, 46, 70, "#2f5d62", 12)
    )
    out += (
        line("M 400 130 L 400 300", "#9aa3a8", 22)
        + dot(400, 120, 34, "#9aa3a8")
        + dot(400, 104, 18, "#b98a58")
        + line("M 470 130 L 470 240", "#b9c1c4", 10)
        + box(456, 230, 28, 110, "#e2a03e", 12)
        + line("M 540 130 L 540 230", "#b9c1c4", 10)
        + box(526, 220, 28, 110, "#2f7f86", 12)
        + dot(626, 190, 46, "#e9dcc3")
        + dot(626, 190, 26, "#b98a58")
    )
    out += (
        window(1010, 90, 400, 340, "#b7dced")
        + box(0, 640, w, 34, "#a06d3f")
        + box(0, 674, w, 20, "#7c5230")
        + box(60, 694, 40, 220, "#8a5f3a")
        + box(1500, 694, 40, 220, "#8a5f3a")
    )
    out += (
        box(1060, 560, 230, 80, "#c0392b", 8)
        + box(1060, 586, 230, 10, "#8f2a20")
        + line("M 1120 560 q 0 -36 55 -36 q 55 0 55 36", "#6d757c", 12)
        + "".join(
            box(1350 + i * 52, 572 - i % 2 * 16, 40, 68 + i % 2 * 16, c, 5)
            + box(1350 + i * 52, 564 - i % 2 * 16, 40, 12, "#5b4a3a", 3)
            for i, c in enumerate(("#e2a03e", "#2f7f86", "#e9dcc3", "#7a8f4f"))
        )
    )
    out += (
        "".join(box(130 + i * 16, 604 - i * 16, 300 - i * 30, 16, tint("#d9a871", 0.08 * (i % 3)), 2) for i in range(3))
        + box(480, 596, 100, 44, "#6d757c", 6)
        + box(500, 566, 60, 34, "#59626a", 4)
    )
    return out + lamp(820, -20, 20, "#3f5a57", 84, 0.5) + sunbeam(w, h, 900, "#fff4d2", 0.28)
