"""Charts of sums over time: lines that go straight from point to point, or keep a level until it changes.

The value axis begins at nothing and counts tenge; the axis of days has the first days of months, quarters or years.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from xml.etree.ElementTree import Element

from reports.charts.axes import COLOURS, GRID, QUIET, Scale, canvas, day_ticks, line, path, ticks, words, written
from reports.words import Lang, cell_text

WIDTH, HEIGHT = 760, 280
LEFT, RIGHT, TOP, BOTTOM = 100, 16, 34, 30
#: How series are told apart without colour.
DASHES = ("none", "7 4", "2 3", "10 3 2 3")
TIYN = 100


@dataclass(frozen=True, slots=True)
class Series:
    """Sums in tiyn by day, days ascending. ``step``: each holds until the next; ``line``: they change evenly."""

    words: str
    points: Sequence[tuple[date, int]]
    kind: Literal["step", "line"] = "step"


def chart(id: str, series: Sequence[Series], *, title: str, description: str, lang: Lang) -> str:  # noqa: A002 - SVG's
    """The series in one drawing, as SVG; nothing where none of them has a point.

    Sums are marked in whole tenge. ``title`` and ``description`` are read out in place of the picture.
    """
    days = [day for each in series for day, _ in each.points]
    if not days:
        return ""
    first, last = min(days), max(days)
    levels = ticks(max(tiyn for each in series for _, tiyn in each.points) // TIYN)
    across = Scale(first.toordinal(), last.toordinal(), LEFT, WIDTH - RIGHT)
    up = Scale(0, (levels[-1] or 1) * TIYN, HEIGHT - BOTTOM, TOP)
    svg = canvas(id, WIDTH, HEIGHT, title, description)
    _grid(svg, levels, up, lang)
    for day in day_ticks(first, last):
        x = across(day.toordinal())
        line(svg, x, HEIGHT - BOTTOM, x, HEIGHT - BOTTOM + 5, stroke=QUIET)
        words(svg, x, HEIGHT - 9, f"{day:%m.%Y}", "middle", fill=QUIET)
    x = float(LEFT)
    for each, colour, dash in zip(series, COLOURS, DASHES, strict=False):
        drawn = _path(each, across, up)
        path(svg, drawn, fill="none", stroke=colour, stroke_width="2", stroke_dasharray=dash, stroke_linejoin="round")
        line(svg, x, 14, x + 28, 14, stroke=colour, stroke_width="2", stroke_dasharray=dash)
        words(svg, x + 34, 18, each.words)
        x += 50 + 7.2 * len(each.words)
    return written(svg)


def _grid(svg: Element, levels: Sequence[int], up: Scale, lang: Lang) -> None:
    for level in levels:
        y = up(level * TIYN)
        line(svg, LEFT, y, WIDTH - RIGHT, y, stroke=QUIET if level == 0 else GRID)
        words(svg, LEFT - 8, y + 4, cell_text("integer", level, lang), "end", fill=QUIET)


def _path(series: Series, across: Scale, up: Scale) -> str:
    drawn = ""
    for day, tiyn in series.points:
        x, y = across(day.toordinal()), up(tiyn)
        if not drawn:
            drawn = f"M{x:g} {y:g}"
        else:
            drawn += f"H{x:g}V{y:g}" if series.kind == "step" else f"L{x:g} {y:g}"
    return drawn
