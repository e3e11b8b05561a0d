"""Provisions: the share of what is owed that is set aside, by days past due.

The matrix is data (``provisions.toml``), our own default and not law; a lender may bring another. Shares are exact
millionths, amounts whole tiyn, and every loan's provision is rounded by itself, so that a portfolio's provision is
the sum of its loans'. What is booked for a change of the provision is told in `lending.bookings`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ledger.columns import Integers
from ledger.errors import BadInput
from lending.amortisation.rounding import round_ratios

#: Shares are whole numbers over this.
SHARE_UNIT = 10**6


@dataclass(eq=False, kw_only=True)
class UnsoundMatrix(BadInput):
    """A provision matrix that does not say one share for every number of days."""

    code = "unsound-provision-matrix"
    sentence = (
        "Expected bands that start on day 0, then later and later, each with a share from 0 to 1 of at most six "
        "decimals; found {found}. Mend the matrix and load it again."
    )
    found: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """Bands of days past due: the first day of each, ascending from 0, and its share over `SHARE_UNIT`.

    Raises:
        UnsoundMatrix: the bands leave days without a share, or a share is not between 0 and 1.
    """

    from_day: tuple[int, ...]
    share: tuple[int, ...]

    def __post_init__(self) -> None:
        bands = list(zip(self.from_day, self.share, strict=True))
        ascending = [*sorted(set(self.from_day))] == [*self.from_day]
        if not ascending or self.from_day[:1] != (0,) or not all(0 <= share <= SHARE_UNIT for share in self.share):
            raise UnsoundMatrix(found=str(bands))

    def provision(self, owed: Integers, days_past_due: Integers) -> Integers:
        """Provision for each loan in tiyn, half-up: its band's share of ``owed``; nothing where nothing is owed."""
        band = np.searchsorted(np.array(self.from_day), days_past_due, "right") - 1
        share = np.array(self.share, np.int64)[band]
        whole, part = np.divmod(np.maximum(owed, 0), SHARE_UNIT)  # apart, so that no product leaves 64 bits
        provision: Integers = whole * share + round_ratios(part * share, SHARE_UNIT, "half-up")
        return provision


def matrix(document: Mapping[str, Any]) -> Matrix:
    """The matrix of a document of the form of ``provisions.toml``.

    Raises:
        UnsoundMatrix: it is no matrix.
    """
    try:
        bands = [(band["from_day"], Decimal(band["share"]) * SHARE_UNIT) for band in document["band"]]
        if not all(type(day) is int and share == int(share) for day, share in bands):
            raise UnsoundMatrix(found=str(document["band"]))
    except (KeyError, TypeError, InvalidOperation):
        raise UnsoundMatrix(found=str(document)) from None
    return Matrix(tuple(day for day, _ in bands), tuple(int(share) for _, share in bands))


@cache
def default_matrix() -> Matrix:
    """The matrix in ``provisions.toml``."""
    return matrix(tomllib.loads(files("lending").joinpath("provisions.toml").read_text(encoding="utf-8")))
