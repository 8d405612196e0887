"""Makes the ASS script with a clip's captions and lower third, which libass burns in, and its fonts.

Every line is measured here and placed exactly, each with its own rounded box behind it, so that nothing wraps,
overlaps or leaves the safe area. A line with several scripts becomes one event for each run, so that libass shapes
each run and reorders none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from reelmaker.model import Brand, Cue
from reelmaker.render.cards import colours
from reelmaker.render.cards.template import SAFE, LowerThird, Template
from reelmaker.text import layout, line_breaks, shaping
from reelmaker.text.fontconfig import font_files, prepare
from reelmaker.text.fonts import Face, metrics
from reelmaker.text.layout import Flow

__all__ = ["ass", "escaped", "font_files", "prepare"]
SMALLEST = 1 / 20  # of the frame's height: the line of a caption is never lower than that
FADE_MS = 180
PAD = (0.5, 0.15)  # of a box around its words, in ems
PITCH = 1.28  # from line to line, in ems; more for taller scripts
NAME_PITCH = 1.2
TURN = "\\fe-1"  # makes libass lay out words from right to left if the first letter has that direction
RIGHT_TO_LEFT = "\u200f"  # an invisible letter with that direction
HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 2
ScaledBorderAndShadow: yes
YCbCr Matrix: TV.709

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, \
MarginV, Encoding
"""
EVENTS = """
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
WEIGHTS = {
    100: "Thin",
    200: "ExtraLight",
    300: "Light",
    400: "",
    500: "Medium",
    600: "SemiBold",
    700: "Bold",
    800: "ExtraBold",
    900: "Black",
}


def ass(cues: Sequence[Cue], label: str, clip_ms: int, template: Template, brand: Brand, size: tuple[int, int]) -> str:
    """A complete script, with times relative to the clip's start; "" if there is nothing to show."""
    font = layout.font_path(brand)
    label = " ".join(layout.clean(label, font).split())
    visible = [
        (cue, [text, *filter(None, [layout.clean(cue.english, font)])])
        for cue in cues
        if (text := layout.clean(cue.text, font)) and cue.start_ms < clip_ms
    ]
    languages = max((len(texts) for _, texts in visible), default=1)
    events, pitch = _captions(visible, clip_ms, template, brand, size) if visible else ([], PITCH)
    if label and template.lower_third.show_ms > 0:
        events += _lower_third(label, clip_ms, template, brand, size, pitch, languages)
    if not events:
        return ""
    styles = [
        _style("caption", font, template.caption.weight),
        _style("name", font, template.lower_third.weight),
        "Style: box,Inter,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1",
    ]
    header = HEAD.format(width=size[0], height=size[1])
    return header + "\n".join(styles) + "\n" + EVENTS + "\n".join(events) + "\n"


def escaped(text: str) -> str:
    """Words that libass shows as they are: no override tag, no line break, no hard space."""
    joined = text.replace("\\", "\\\u2060")  # a word joiner: invisible, and no tag begins
    return " ".join(joined.replace("{", "\\{").replace("}", "\\}").split())


@dataclass(frozen=True, slots=True)
class Look:
    """Words of one kind, measured: font, weight, colours, alpha (0 to 255), pixels an em."""

    style: str
    font: Path
    weight: int
    text: str
    ground: str
    alpha: int
    px: float
    radius: float

    @property
    def size(self) -> float:
        """The size as libass counts it: ascent and descent together."""
        return self.px * layout.height(self.font)

    def wide(self, line: str) -> float:
        return layout.width(line, self.font, self.weight, layout.PLAIN) * self.px

    def spaced(self, lines: Sequence[tuple[str, Flow]], pitch: float) -> tuple[float, float]:
        """The distance of lines in ems, and how far below the middle of its space a line is set."""
        reaches = [layout.reach(line, self.font, self.weight, layout.PLAIN, flow) for line, flow in lines]
        above, below = max(up for up, _ in reaches), max(down for _, down in reaches)
        if not above:
            return pitch, 0.0
        sinks = _sinks(Face(self.font))
        above, below = max(above, pitch / 2 + sinks), max(below, pitch / 2 - sinks)
        return above + below, above - sinks - (above + below) / 2


def _captions(
    cues: Sequence[tuple[Cue, Sequence[str]]],
    clip_ms: int,
    template: Template,
    brand: Brand,
    size: tuple[int, int],
) -> tuple[list[str], float]:
    """The events, and the distance of lines in ems; a caption has a text, and possibly its English translation."""
    caption, (width, height) = template.caption, size
    palette = colours.palette(template.palette, brand)
    ground = colours.resolve(caption.ground, palette, palette["background"])
    text, alpha = _text_and_alpha(caption.colour, ground, caption.opacity, palette)
    font = layout.font_path(brand)
    look = Look("caption", font, caption.weight, text, ground, alpha, caption.size * height, caption.radius)
    max_lines = 2 if width >= height else 3
    all_texts = [text for _, texts in cues for text in texts]
    look, lines = _sized(all_texts, look, width, height, max_lines)
    region = shaping.region_of(" ".join(all_texts))
    flowing = iter(
        [(row, Flow(layout.flow_of(text).rtl, region)) for row in rows]
        for text, rows in zip(all_texts, lines, strict=True)
    )
    blocks = [[line for _ in texts for line in next(flowing)] for _, texts in cues]
    line_distance, offset = look.spaced([line for block in blocks for line in block], PITCH)
    pitch, pad, offset = look.px * line_distance, look.px * PAD[1], look.px * offset
    events = []
    for (cue, _), block in zip(cues, blocks, strict=True):
        rows = [row for row, _ in block]
        start, end = cue.start_ms, min(cue.end_ms, clip_ms)
        bottom = height * (1 - caption.bottom) - pad
        middles = [bottom - pitch * (len(rows) - row - 0.5) for row in range(len(rows))]
        events.append(_box(start, end, [_caption_box(rows, middles, look, width / 2, line_distance)], look))
        for (line, flow), middle in zip(block, middles, strict=True):
            events += _words(start, end, line, look, flow, (width / 2, middle + offset))
    return events, line_distance


def _sized(texts: Sequence[str], look: Look, width: int, height: int, max_lines: int) -> tuple[Look, list[list[str]]]:
    """One size for all captions of the clip: the largest at which each has at most `max_lines` lines."""
    smallest = SMALLEST * height / layout.height(look.font)
    while True:
        room = (width * (1 - 2 * SAFE) - 2) / look.px - 2 * PAD[0]
        lines = [_wrapped(text, look, room, max_lines) for text in texts]
        if look.px <= smallest or all(len(rows) <= max_lines for rows in lines):
            return look, [_truncated(rows, max_lines) for rows in lines]
        look = replace(look, px=max(smallest, look.px * 0.96))


def _wrapped(text: str, look: Look, room: float, max_lines: int) -> list[str]:
    """The caption's own lines if they fit, else its words wrapped again."""
    own_lines = text.split("\n")
    if len(own_lines) <= max_lines and all(look.wide(line) <= room * look.px for line in own_lines):
        return own_lines
    lines = layout.balanced(line_breaks.rejoined(own_lines), look.font, look.weight, room, layout.PLAIN)
    assert lines is not None
    return lines


def _truncated(lines: list[str], max_lines: int) -> list[str]:
    """At most the allowed number of lines; a longer caption is truncated with an ellipsis."""
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], lines[max_lines - 1].rstrip(" .,;:…")[:-1] + "…"]


def _lower_third(
    label: str,
    clip_ms: int,
    template: Template,
    brand: Brand,
    size: tuple[int, int],
    pitch: float,
    languages: int,
) -> list[str]:
    """The lower third with the speaker's label, on the side where reading begins.

    Args:
        pitch: the distance of the captions' lines, in ems.
        languages: how many languages the captions have.
    """
    style, (width, height) = template.lower_third, size
    palette = colours.palette(template.palette, brand)
    ground = colours.resolve(style.ground, palette, palette["background"])
    text, alpha = _text_and_alpha(style.colour, ground, style.opacity, palette)
    # Relative to the shorter side, as in the cards, so that a label does not fill a tall frame
    px = style.size * min(width, height) * (1.25 if height > width else 1.0)
    look = Look("name", layout.font_path(brand), style.weight, text, ground, alpha, px, style.radius)
    pad_x, pad_y, bar = 0.7 * px, 0.42 * px, max(3.0, 0.16 * px)
    room = (width * (1 - 2 * SAFE) - 2 * pad_x - bar) / px
    rows = layout.balanced(label, look.font, look.weight, room, layout.PLAIN)
    assert rows is not None
    rows = _truncated(rows, 2)
    flow = layout.flow_of(label)
    line_distance, offset = look.spaced([(row, flow) for row in rows], NAME_PITCH)
    box_height = px * (line_distance * len(rows)) + 2 * pad_y
    box_width = bar + 2 * pad_x + max(map(look.wide, rows))
    lines = (2 if width >= height else 3) * languages
    left, top = width * SAFE, _top(style, template, height, box_height, lines, pitch)
    if flow.rtl:
        left = width * (1 - SAFE) - box_width
    end = min(clip_ms, style.show_ms)
    middles = [top + pad_y + px * line_distance * (row + 0.5) + px * offset for row in range(len(rows))]
    inner = [left + bar + pad_x for _ in rows]
    edge = left
    if flow.rtl:
        edge = left + box_width - bar
        inner = [edge - pad_x - look.wide(row) for row in rows]
    plain = (left, top, left + box_width, top + box_height)
    radius = look.radius * px
    stripe = colours.resolve(style.bar, palette, ground, colours.NOTICED)
    fade = f"\\fad({FADE_MS},{FADE_MS})"
    return [
        _box(0, end, [_rounded(*plain, radius)], look, fade),
        _drawing_event(
            0,
            end,
            [_rounded(edge, top, edge + bar, top + box_height, 0 if radius < bar else bar / 2)],
            stripe,
            255,
            fade,
        ),
        *(
            event
            for row, position in zip(rows, zip(inner, middles, strict=True), strict=True)
            for event in _words(0, end, row, look, flow, position, f"\\an4{fade}")
        ),
    ]


def _top(style: LowerThird, template: Template, height: int, box_height: float, lines: int, pitch: float) -> float:
    """The top edge, which never meets the captions: at the top of the frame, or above the space that captions may
    take.
    """
    if style.place == "top-left":
        return height * max(SAFE, 0.06)
    room = template.caption.size * height * (lines * pitch + 2 * PAD[1] + 0.4)
    return height * (1 - template.caption.bottom) - room - box_height


def _text_and_alpha(colour: str, ground: str, opacity: float, palette: Mapping[str, str]) -> tuple[str, int]:
    """A text colour that is readable on the box over any picture, and the box's alpha, made denser if necessary."""
    text = colours.resolve(colour, palette, ground, colours.READABLE)
    while opacity < 1:
        under = (colours.mix("#000000", ground, opacity), colours.mix("#ffffff", ground, opacity))
        if min(colours.contrast(text, mixed) for mixed in under) >= colours.READABLE:
            break
        opacity = min(1.0, opacity + 0.05)
    return text, round(opacity * 255)


def _style(name: str, font: Path, weight: int) -> str:
    family, bold = _face(font, weight)
    white, transparent = "&H00FFFFFF", "&H00000000"
    common = f"{bold},0,0,0,100,100,0,0,1,0,0,5,0,0,0,1"
    return f"Style: {name},{family},20,{white},{white},{transparent},{transparent},{common}"


@lru_cache(maxsize=64)
def _face(path: Path, weight: int) -> tuple[str, int]:
    """Family name as libass finds it, and its Bold flag."""
    family, style = (part or "" for part in layout.font(path, 20, 400).getname())
    family = family.replace(",", " ").strip()
    if path == layout.own_font():
        word = WEIGHTS[min(WEIGHTS, key=lambda named_weight: abs(named_weight - weight))]
        return (family, -1) if word == "Bold" else (f"{family} {word}".strip(), 0)
    return family, -1 if "bold" in style.lower() or weight >= 650 else 0


def _family_of(face: Face, weight: int) -> tuple[str, int]:
    """Like `_face`, for a font of any script."""
    if not face.weights:
        return _face(face.path, weight)
    nearest = face.weight(weight)
    return (face.family, -1) if nearest == 700 else (f"{face.family} {WEIGHTS[nearest]}".strip(), 0)


def _time(ms: int) -> str:
    hundredths = max(0, ms) // 10
    return f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _colour(colour: str) -> str:
    red, green, blue = colours.rgb(colour)
    return f"&H{blue:02X}{green:02X}{red:02X}&"


def _event(layer: int, start: int, end: int, style: str, text: str) -> str:
    return f"Dialogue: {layer},{_time(start)},{_time(end)},{style},,0,0,0,,{text}"


def _words(
    start: int, end: int, line: str, look: Look, flow: Flow, position: tuple[float, float], tags: str = "\\an5"
) -> list[str]:
    """A line centred at (`\\an5`) or starting from (`\\an4`) this position: one event, or one for each of its runs."""
    if shaping.is_plain(line, look.font, flow.rtl):
        return [_text_event(start, end, look, escaped(line), position, look.size, tags)]
    runs = shaping.runs(line, look.font, look.weight, layout.PLAIN, flow)
    tags, centred = tags.replace("\\an5", "\\an4"), "\\an5" in tags
    start_x = position[0] - (sum(run.wide for run in runs) / 2 * look.px if centred else 0)
    events = []
    for run in runs:
        words = run.text.strip(" ")
        if not words:
            continue
        # libass leaves out spaces at either end
        spaces = run.text[len(run.text.rstrip(" ")) :] if run.rtl else run.text[: -len(run.text.lstrip(" "))]
        setting = (run.face, look.weight, layout.PLAIN, run.rtl)
        shift = shaping.advance(spaces, *setting) + shaping.lead(words, *setting)
        x = start_x + look.px * (run.start + shift)
        y = position[1] + look.px * (_sinks(Face(look.font)) - _sinks(run.face))
        family, bold = _family_of(run.face, look.weight)
        font = "" if run.face == Face(look.font) else f"\\fn{family}\\b{-bold}"
        visible_text = RIGHT_TO_LEFT + escaped(words) if run.rtl else escaped(words)
        all_tags = tags + (TURN if run.rtl else "") + font
        events.append(_text_event(start, end, look, visible_text, (x, y), look.px * sum(metrics(run.face)), all_tags))
    return events


def _text_event(
    start: int, end: int, look: Look, words: str, position: tuple[float, float], size: float, tags: str
) -> str:
    place = f"\\pos({position[0]:.1f},{position[1]:.1f})\\fs{size:.2f}\\1c{_colour(look.text)}"
    return _event(2, start, end, look.style, f"{{{tags}{place}}}{words}")


def _sinks(face: Face) -> float:
    """How far the baseline is below the middle of a line as libass counts it, in ems."""
    ascent, descent = metrics(face)
    return (ascent - descent) / 2


def _box(start: int, end: int, shapes: Sequence[str], look: Look, tags: str = "") -> str:
    return _drawing_event(start, end, shapes, look.ground, look.alpha, tags, layer=0)


def _drawing_event(
    start: int, end: int, shapes: Sequence[str], colour: str, alpha: int, tags: str = "", layer: int = 1
) -> str:
    drawing = f"{{\\an7\\pos(0,0){tags}\\1c{_colour(colour)}\\1a&H{255 - alpha:02X}&\\p1}}{' '.join(shapes)}"
    return _event(layer, start, end, "box", drawing)


def _caption_box(rows: Sequence[str], middles: Sequence[float], look: Look, centre: float, pitch: float) -> str:
    """One box for all lines, as wide as the widest: no seams, no overlapping shades."""
    half_width = max(map(look.wide, rows)) / 2 + PAD[0] * look.px
    margin = (pitch / 2 + PAD[1]) * look.px
    return _rounded(
        centre - half_width, middles[0] - margin, centre + half_width, middles[-1] + margin, look.radius * look.px
    )


def _rounded(left: float, top: float, right: float, bottom: float, radius: float) -> str:
    """A rectangle with round corners as libass drawing commands."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r < 0.5:
        return f"m {left:.1f} {top:.1f} l {right:.1f} {top:.1f} {right:.1f} {bottom:.1f} {left:.1f} {bottom:.1f}"
    k = r * 0.4477  # distance of a circle's control points
    corners = (
        f"m {left + r:.1f} {top:.1f} l {right - r:.1f} {top:.1f} "
        f"b {right - k:.1f} {top:.1f} {right:.1f} {top + k:.1f} {right:.1f} {top + r:.1f} "
        f"l {right:.1f} {bottom - r:.1f} "
        f"b {right:.1f} {bottom - k:.1f} {right - k:.1f} {bottom:.1f} {right - r:.1f} {bottom:.1f} "
        f"l {left + r:.1f} {bottom:.1f} "
        f"b {left + k:.1f} {bottom:.1f} {left:.1f} {bottom - k:.1f} {left:.1f} {bottom - r:.1f} "
        f"l {left:.1f} {top + r:.1f} "
        f"b {left:.1f} {top + k:.1f} {left + k:.1f} {top:.1f} {left + r:.1f} {top:.1f}"
    )
    return corners
