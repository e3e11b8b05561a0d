"""Axes and scales shared by charts: values and days onto the drawing, round ticks, and the drawing itself as XML.

What is drawn carries its looks in attributes (``fill``, ``stroke-dasharray``), never in a style, and its words through
XML, so nothing a person wrote can become markup. Series differ by dash and width as well as by colour, to be told apart
in black and white.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

INK, QUIET, GRID = "#1c2730", "#5a6872", "#d8dee3"
#: Colours of series, each at least 4.5 : 1 on white.
COLOURS = ("#12384f", "#a8480a", "#2f6b3a", "#7a2b6b")
FONT_SIZE = "12"


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` laid evenly from ``start`` to ``end`` of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where ``value`` is drawn, to a tenth; the start, where there is nothing to lay out."""
        span = self.high - self.low
        share = (value - self.low) / span if span else 0
        return round(self.start + share * (self.end - self.start), 1)


def ticks(high: int, most: int = 5) -> tuple[int, ...]:
    """Round values from 0 up to the first one not below ``high``: steps of 1, 2 or 5 times a power of ten.

    At most ``most`` steps, so at most ``most + 1`` values; 0 alone where ``high`` is 0.
    """
    if high <= 0:
        return (0,)
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step * most >= high:
                return tuple(range(0, step * ceil(high / step) + 1, step))
        power *= 10


def day_ticks(first: date, last: date, most: int = 8) -> tuple[date, ...]:
    """First days of months from ``first`` to ``last``, both included: every one, or quarters, half-years, years."""
    for months in (1, 3, 6, 12, 24, 60, 120):
        found = _firsts(first, last, months)
        if len(found) <= most:
            return found
    return ()


def _firsts(first: date, last: date, months: int) -> tuple[date, ...]:
    count = first.year * 12 + first.month - (first.day == 1)
    steps = range(ceil(count / months) * months, last.year * 12 + last.month, months)
    return tuple(date(step // 12, step % 12 + 1, 1) for step in steps)


def canvas(id: str, width: int, height: int, title: str, description: str) -> Element:  # noqa: A002 - its name in SVG
    """An empty drawing that is read out as one picture: ``title``, then ``description``."""
    svg = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width} {height}", "class": "chart", "role": "img",
            "width": str(width), "height": str(height), "aria-labelledby": f"{id}-title {id}-desc",
            "font-size": FONT_SIZE, "fill": INK,
        },
    )  # fmt: skip
    SubElement(svg, "title", {"id": f"{id}-title"}).text = title
    SubElement(svg, "desc", {"id": f"{id}-desc"}).text = description
    return svg


def line(svg: Element, x1: float, y1: float, x2: float, y2: float, **looks: str) -> None:
    """A straight line; ``looks`` are attributes, underscores standing for hyphens."""
    SubElement(svg, "line", {"x1": f"{x1:g}", "y1": f"{y1:g}", "x2": f"{x2:g}", "y2": f"{y2:g}"} | _attributes(looks))


def words(
    svg: Element, x: float, y: float, text: str, anchor: Literal["start", "middle", "end"] = "start", **looks: str
) -> None:
    """A text whose ``anchor`` stands at ``x`` and whose foot stands on ``y``."""
    SubElement(
        svg, "text", {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor} | _attributes(looks)
    ).text = text  # fmt: skip


def path(svg: Element, d: str, **looks: str) -> Element:
    """A path; what is drawn into it may be given a title of its own."""
    return SubElement(svg, "path", {"d": d} | _attributes(looks))


def written(svg: Element) -> str:
    """The drawing as SVG text."""
    return tostring(svg, encoding="unicode")


def _attributes(looks: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in looks.items()}
