"""Money and rounding.

Inside, money is a whole number of tiyn (1/100 tenge) in a Python or 64-bit integer; at every public boundary
it is ``moneyed.Money``. No float ever touches it, and rounding happens in one function, `round_ratio`, so
that every amount in the system is rounded the same way. What a rounding is *for* belongs to the callers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from moneyed import Currency, Money, get_currency

from ledger.errors import BadInput

Rounding = Literal["half-up", "half-even"]

KZT: Currency = get_currency("KZT")
TIYN_PER_TENGE = 100
#: Largest amount that fits the database's BIGINT, in tiyn.
MAX_TIYN = 2**63 - 1


@dataclass(eq=False, kw_only=True)
class NotAnAmount(BadInput):
    """A text or number that is not a tenge amount with at most two decimals."""

    code = "not-an-amount"
    sentence = (
        "Expected an amount in tenge with at most two decimals, up to 92 quadrillion; found {found}. "
        "Write it like 1250000.50."
    )
    found: str


def tenge(amount: str | int | Decimal) -> Money:
    """Money of ``amount`` tenge, e.g. ``tenge("1250000.50")``."""
    return Money(amount, KZT)


def to_tiyn(money: Money) -> int:
    """Whole tiyn of ``money``, exactly.

    Raises:
        NotAnAmount: another currency, a fraction of a tiyn, or more than fits 64 bits.
    """
    if money.currency != KZT or not money.amount.is_finite():
        raise NotAnAmount(found=str(money))
    tiyn = money.amount * TIYN_PER_TENGE
    if tiyn != int(tiyn) or abs(tiyn) > MAX_TIYN:
        raise NotAnAmount(found=str(money.amount))
    return int(tiyn)


def from_tiyn(tiyn: int) -> Money:
    """Money of a whole number of tiyn, with two decimals."""
    return Money(Decimal(int(tiyn)).scaleb(-2), KZT)


def round_ratio(numerator: int, denominator: int, rounding: Rounding = "half-up") -> int:
    """``numerator / denominator`` to the nearest whole number, exactly, for any size of integers.

    ``half-up`` takes a half away from zero (2.5 → 3, -2.5 → -3), ``half-even`` to the even neighbour.
    """
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    quotient, remainder = divmod(abs(numerator), denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and (rounding == "half-up" or quotient % 2)):
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Split ``total`` tiyn in proportion to non-negative ``weights`` by largest remainder.

    The parts sum to ``total`` exactly; ties go to the earlier part. With all weights zero the first part
    takes everything.
    """
    weight = sum(weights)
    if weight == 0:
        return [total if index == 0 else 0 for index in range(len(weights))]
    parts = [total * each // weight for each in weights]
    remainders = [total * each % weight for each in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: -remainders[index])
    for index in by_remainder[: total - sum(parts)]:
        parts[index] += 1
    return parts
