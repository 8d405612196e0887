"""Native charts that can be edited on the slide: customers who spoke of a problem, by segment and month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reelmaker.model import NOT_TOLD, Count, Part
from reelmaker.outputs.deck.base import Base
from reelmaker.outputs.deck.layout import Box, Page, describe
from reelmaker.outputs.escaping import plain
from reelmaker.render.cards import colours
from reelmaker.select import headline

MOST = 12  # bars that remain readable on a slide
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# What the chart's embedded spreadsheet would treat as a formula or an address
_RUN = re.compile(r"^(=|\{=|https?:|ftps?:|mailto:|internal:|external:|file:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart: its title and its bars from first to last: label, how many spoke, of how many."""

    title: str
    bars: tuple[tuple[str, int, int], ...]
    upright: bool  # columns, for values over time


def charts_of(count: Count) -> list[Chart]:
    """The charts that compare at least two values. The bars of each add up to the whole count."""
    segments = [part for part in count.by_segment if plain(part.value)]
    months = [part for part in count.by_month if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", part.value)]
    charts = []
    if segments and len(count.by_segment) > 1:
        largest = sorted(segments, key=lambda part: (-part.of, part.value))[: _room(segments)]
        bars = [_bar(part.value, part) for part in segments if part in largest]
        rest = [part for part in segments if part not in largest]
        bars += [*_together(f"{len(rest)} others", rest), *_not_told(count.by_segment, segments)]
        charts.append(_chart("by segment", bars, count))
    if len(months) > 1:
        room = _room(months)
        bars = [_bar(_month(part.value), part) for part in months[-room:]]
        bars = [*_together("Before", months[:-room]), *bars, *_not_told(count.by_month, months)]
        charts.append(_chart("by month", bars, count, upright=True))
    return charts


def _room(parts: Sequence[Part]) -> int:
    """How many of them have a bar of their own; where they are too many, one bar is for the others."""
    return MOST if len(parts) <= MOST else MOST - 1


def _chart(by: str, bars: Sequence[tuple[str, int, int]], count: Count, *, upright: bool = False) -> Chart:
    title = f"Who spoke of it, {by}" if count.agrees else f"{headline.title(by)}, {headline.BY_PROGRAM}"
    return Chart(title, tuple(bars), upright)


def _together(label: str, parts: Sequence[Part]) -> list[tuple[str, int, int]]:
    """One bar for all of these; none where there are none."""
    return [(label, sum(part.spoke for part in parts), sum(part.of for part in parts))] if parts else []


def _not_told(parts: Sequence[Part], told: Sequence[Part]) -> list[tuple[str, int, int]]:
    return _together(NOT_TOLD, [part for part in parts if part not in told])


def _bar(label: str, part: Part) -> tuple[str, int, int]:
    short_label = plain(label)
    short_label = short_label if len(short_label) <= 24 else f"{short_label[:23]}…"
    return f"'{short_label}" if _RUN.match(short_label) else short_label, part.spoke, part.of


def _month(value: str) -> str:
    return f"{MONTHS[int(value[5:7]) - 1]} {value[:4]}"


def add(page: Page, box: Box, chart: Chart, base: Base, height: int) -> Any:
    """Put the chart on the page; `height` is that of the page, in EMU."""
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.util import Emu

    data = CategoryChartData(number_format="0")
    data.categories = [f"{label} ({spoke} of {of})" for label, spoke, of in chart.bars]
    data.add_series("Spoke of it", [spoke for _, spoke, _ in chart.bars])
    data.add_series("Did not", [of - spoke for _, spoke, of in chart.bars])
    kind = XL_CHART_TYPE.COLUMN_STACKED if chart.upright else XL_CHART_TYPE.BAR_STACKED
    frame = page.slide.shapes.add_chart(kind, box.left, box.top, box.width, box.height, data)
    chart_shape = frame.chart
    chart_shape.font.size = Emu(round(height * 0.026))
    chart_shape.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    chart_shape.has_title = False
    chart_shape.has_legend = True
    chart_shape.legend.position, chart_shape.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot = chart_shape.plots[0]
    plot.gap_width, plot.overlap = 45, 100
    others_colour = colours.mix(base.background, base.text, 0.2)
    spoke, others = plot.series
    spoke.format.fill.solid()
    spoke.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    others.format.fill.solid()
    others.format.fill.fore_color.rgb = RGBColor.from_string(others_colour[1:].upper())
    values = chart_shape.value_axis
    values.visible, values.has_major_gridlines, values.minimum_scale = False, False, 0
    categories = chart_shape.category_axis
    categories.major_tick_mark, categories.tick_label_position = XL_TICK_MARK.NONE, XL_TICK_LABEL_POSITION.LOW
    categories.format.line.fill.background()
    categories.reverse_order = not chart.upright  # the first bar on top
    _labelled(spoke, colours.readable(base.background, base.primary))
    describe(frame, says(chart), chart.title)
    return frame


def _labelled(series: Any, colour: str) -> None:
    """The count inside its bar; nothing if it is zero."""
    from pptx.dml.color import RGBColor

    labels = series.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = "0;;;", False
    labels.font.bold = True
    labels.font.color.rgb = RGBColor.from_string(colour[1:].upper())


def says(chart: Chart) -> str:
    """The chart in words."""
    return f"{chart.title}: {_list([f'{label} {spoke} of {of}' for label, spoke, of in chart.bars])}."


def _list(parts: Sequence[str]) -> str:
    return ", ".join(parts)
