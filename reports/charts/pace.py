"""Utilisation against its deadline: a line of what was issued month by month, the even pace, and where it leads.

Geometry only. The vertical scale begins at nothing and ends at the money received; the horizontal one runs from the
first drawdown to the deadline, or to today where that is later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Measures of the picture in user units.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 260, 110, 24, 18, 34


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    value: int | date


@dataclass(frozen=True, slots=True)
class Pace:
    """A line chart: points of paths in user units; ``even`` is the even pace, ``foreseen`` the forecast's line."""

    width: int
    height: int
    left: int
    right: float
    top: int
    bottom: float
    issued: str
    even: str
    foreseen: str
    deadline_at: float | None
    today_at: float
    sums: tuple[Tick, ...]
    days: tuple[Tick, ...]


def pace(
    points: Sequence[tuple[date, int]], received: int, begun: date, today: date, deadline: date | None,
    expected: int | None,
) -> Pace:  # fmt: skip
    """The chart of what was issued by each day of ``points`` (tiyn in all), out of ``received`` since ``begun``."""
    end = max(today, deadline or today)
    span, full = max(1, (end - begun).days), max(1, received)
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM

    def x(day: date) -> float:
        return round(LEFT + (right - LEFT) * max(0, (day - begun).days) / span, 1)

    def y(tiyn: int) -> float:
        return round(bottom - (bottom - TOP) * min(tiyn, full) / full, 1)

    line = [(begun, 0), *points]
    last = line[-1][1]
    stepped = f"M{x(begun)} {y(0)}" + "".join(f"H{x(day)}V{y(tiyn)}" for day, tiyn in points) + f"H{x(today)}"
    ahead = deadline is not None and expected is not None and deadline > today
    return Pace(
        width=WIDTH, height=HEIGHT, left=LEFT, right=right, top=TOP, bottom=bottom, issued=stepped,
        even="" if deadline is None else f"M{x(begun)} {y(0)}L{x(deadline)} {y(full)}",
        foreseen=f"M{x(today)} {y(last)}L{x(deadline)} {y(expected)}" if ahead and deadline and expected else "",
        deadline_at=None if deadline is None else x(deadline), today_at=x(today),
        sums=tuple(Tick(y(full * part // 4), full * part // 4) for part in range(5)),
        days=tuple(Tick(x(day), day) for day in dict.fromkeys((begun, deadline or end, end))),
    )  # fmt: skip
