"""Rounding of ratios on whole arrays, exactly as `ledger.money.round_ratio` rounds one.

The arrays hold 64-bit integers where every intermediate fits, Python integers (dtype object) where one might
not; the same lines serve both. Only non-negative ratios occur here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ledger.money import MAX_TIYN, Rounding

Whole = npt.NDArray[Any]


def round_ratios(numerator: Whole, denominator: int, rounding: Rounding) -> Whole:
    """``numerator / denominator`` to the nearest whole number, for non-negative numerators."""
    doubled = numerator * 2
    doubled += denominator
    rounded: Whole = doubled // (2 * denominator)
    if rounding == "half-even":
        tie = rounded * (2 * denominator) == doubled
        rounded = rounded - (tie & (rounded % 2 == 1))
    return rounded


def exact_dtype(largest: int) -> type[np.int64 | object]:
    """64-bit integers when no intermediate exceeds ``largest`` and that fits, Python integers otherwise."""
    return np.int64 if largest <= MAX_TIYN else object
