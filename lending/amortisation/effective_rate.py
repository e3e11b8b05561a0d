"""The yearly effective rate (AEIR, ГЭСВ) of a set of dated payments.

The rate that makes what is paid worth what is lent, with time counted in days from the first payment out over
365, in leap years too. Solved by ``pyxirr``; what belongs among the payments is the caller's knowledge.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pyxirr

from lending.amortisation.refusals import NoEffectiveRate

Cash = tuple[date, int]

#: The solver stops at a residue fixed in currency units, which a large loan never reaches in floating point and
#: a small one reaches too early. Every loan is therefore solved as a loan of this size.
_LENT = 10**9


def effective_rate(lent: Sequence[Cash], paid: Sequence[Cash]) -> Decimal:
    """The effective rate as a fraction of one, unrounded, of tiyn lent and paid by date.

    Source: NBRK rules of 26.11.2019 No 208 (the same formula in No 137 and No 378): commissions belong among
    the payments, penalties do not.

    Raises:
        NoEffectiveRate: no rate fits, e.g. nothing is paid back.
    """
    total = sum(amount for _, amount in lent)
    flows = [(day, -amount) for day, amount in lent] + list(paid)
    rate = pyxirr.xirr([day for day, _ in flows], [amount * _LENT / total for _, amount in flows], silent=True)
    if rate is None:
        raise NoEffectiveRate(field="payments", expected="payments that repay the loan", found="no solution")
    return Decimal(repr(rate))


def printed_percent(rate: Decimal) -> Decimal:
    """``rate`` as contracts print it: percent with one decimal, half-up (0.0615453 → 6.2)."""
    return (rate * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
