"""The level payment of an annuity, to the tiyn, for many loans at once.

The level is the payment A that clears a balance B over the actual periods: ``B = A x V`` with
``V = 1/(1+i1) + 1/((1+i1)(1+i2)) + ...``, ``i`` being rate x year fraction of each period. V is estimated in
floating point with a known bound on its error; only where that bound leaves open which way the level rounds is
it worked out again in integers. The result is therefore always the exact level, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ledger.money import Rounding, round_ratio
from lending.amortisation.rounding import Whole


def annuity_levels(
    balance: Whole, weights: Sequence[Whole], denominator: int, rounding: Rounding, accrued: Whole
) -> Whole:
    """Level payments in tiyn of ``balance`` over periods with interest ``weights / denominator``.

    ``accrued`` (over ``denominator`` too) is what the first payment finds due besides the balance and its
    interest: interest earned before, tranches drawn since. The level clears it as well.

    ``weights`` holds one array a period. A step of the estimate makes at most seven roundings, five of them in
    the growth, and ``B / V`` a few more, so the relative error stays below ``8 (n + 2)`` units of 2^-53.
    """
    value = np.zeros(len(balance))
    seen: Whole | None = None
    growth = value
    for weight in reversed(weights):
        if weight is not seen:  # regular periods share one array
            growth = 1 + (weight / denominator).astype(np.float64, copy=False)
            seen = weight
        value += 1
        value /= growth
    first = denominator + weights[0]
    debt = balance.astype(np.float64) + (accrued / first).astype(np.float64, copy=False)
    estimate = debt / value
    below = np.floor(estimate)
    excess = estimate - below
    unsure = np.abs(excess - 0.5) <= estimate * (8 * (len(weights) + 2) * 2.0**-53)
    level: Whole = np.where(unsure, 0, below + (excess > 0.5)).astype(np.int64).astype(balance.dtype, copy=False)
    for loan in np.flatnonzero(unsure):
        own = [int(weight[loan]) for weight in weights]
        brought = int(accrued[loan]) if len(accrued) > 1 else int(accrued[0])
        level[loan] = _exact(int(balance[loan]), own, denominator, rounding, brought)
    return level


def _exact(balance: int, weights: Sequence[int], denominator: int, rounding: Rounding, accrued: int) -> int:
    """``balance / V`` in integers: V is built from the last period back, ``V <- (V + 1) / (1 + i)``."""
    above, below = 0, 1
    for weight in reversed(weights):
        above, below = (above + below) * denominator, below * (denominator + weight)
    first = denominator + weights[0]
    return round_ratio((balance * first + accrued) * below, first * above, rounding)
