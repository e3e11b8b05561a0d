"""Bars that compare a share with where it should be: what is done, against the time that is gone.

Geometry only, in a picture of a fixed width; templates draw it, and the row of the table beside it has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

#: Measures of a bar in user units.
WIDTH, HEIGHT = 150, 16


@dataclass(frozen=True, slots=True)
class Bar:
    """``done`` is as long as the share, ``mark`` stands where the time is, ``foreseen`` where the pace will lead."""

    width: float
    height: float
    done: float
    mark: float | None
    foreseen: float | None


def bar(done: Decimal | Fraction | None, gone: Decimal | Fraction | None, foreseen: Decimal | None = None) -> Bar:
    """A bar of shares between 0 and 1; what is beyond is drawn at the end."""
    return Bar(WIDTH, HEIGHT, _place(done) or 0.0, _place(gone), _place(foreseen))


def _place(part: Decimal | Fraction | None) -> float | None:
    if part is None:
        return None
    within = min(Fraction(1), max(Fraction(0), Fraction(part)))
    return float(round(within * WIDTH, 1))
