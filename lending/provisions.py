"""Provisions: the share of what is owed that is set aside, by days past due and by stage; stages and classes of loans.

The stages are those of IFRS 9: by days past due, and a restructured loan stays in the second for its probation, however
well it pays. The classes are the regulator's, by the share provided. The matrix is data (``provisions.toml``), our own
default and not law; a lender may bring another. Shares are exact millionths, amounts whole tiyn, and every loan's
provision is rounded by itself, so that a portfolio's provision is the sum of its loans'. What is booked for a change of
the provision is told in `lending.bookings`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from ledger.columns import Integers, day_number
from ledger.errors import BadInput
from lending.amortisation.months import whole_months
from lending.amortisation.rounding import round_ratios

Days = npt.NDArray[np.datetime64]

#: Shares are whole numbers over this.
SHARE_UNIT = 10**6


@dataclass(eq=False, kw_only=True)
class UnsoundMatrix(BadInput):
    """A provision matrix that does not say one share for every number of days, or knows no stage or class."""

    code = "unsound-provision-matrix"
    sentence = (
        "Expected bands, three stages and classes that start at 0, then later and later, each with a share from 0 to 1 "
        "of at most six decimals; found {found}. Mend the matrix and load it again."
    )
    found: str


@dataclass(frozen=True, slots=True)
class Steps:
    """Shares over `SHARE_UNIT` by what they begin at, ascending from 0; each lasts to the next.

    Raises:
        UnsoundMatrix: something has no share, or a share is not between 0 and 1.
    """

    begin: tuple[int, ...]
    share: tuple[int, ...]

    def __post_init__(self) -> None:
        ascending = [*sorted(set(self.begin))] == [*self.begin]
        if not ascending or self.begin[:1] != (0,) or not all(0 <= share <= SHARE_UNIT for share in self.share):
            raise UnsoundMatrix(found=str(list(zip(self.begin, self.share, strict=True))))

    def place(self, of: Integers) -> Integers:
        """The place of the step that each value falls on."""
        places: Integers = np.searchsorted(np.array(self.begin), of, "right") - 1
        return places


@dataclass(frozen=True, slots=True)
class Matrix:
    """Shares by days past due, least shares by stage (1, 2, 3 in order), and classes by share; see ``provisions.toml``.

    Raises:
        UnsoundMatrix: there are not three stages, or no class from the share of 0 on.
    """

    bands: Steps
    stages: Steps
    classes: tuple[tuple[str, int], ...]
    probation_months: int

    def __post_init__(self) -> None:
        begin = [share for _, share in self.classes]
        if len(self.stages.begin) != 3 or begin[:1] != [0] or sorted(set(begin)) != begin:
            raise UnsoundMatrix(found=f"{self.stages}, {self.classes}")

    def stage(self, days_past_due: Integers, restructured_on: Days, as_of: date) -> Integers:
        """Stage of each loan: by days past due, and 2 at least while a restructured loan is on probation."""
        by_days = self.stages.place(days_past_due) + 1
        restructured = ~np.isnat(restructured_on)
        made = restructured_on[restructured].astype(np.int64)
        on_probation = whole_months(made, np.full_like(made, day_number(as_of))) < self.probation_months
        by_days[restructured] = np.maximum(by_days[restructured], 1 + on_probation)
        return by_days

    def share(self, days_past_due: Integers, stage: Integers) -> Integers:
        """Share of each loan over `SHARE_UNIT`: its band's, and at least its stage's."""
        by_days, least = np.array(self.bands.share, np.int64), np.array(self.stages.share, np.int64)
        share: Integers = np.maximum(by_days[self.bands.place(days_past_due)], least[stage - 1])
        return share

    def provision(self, owed: Integers, share: Integers) -> Integers:
        """Provision for each loan in tiyn, half-up: its ``share`` of ``owed``; nothing where nothing is owed."""
        whole, part = np.divmod(np.maximum(owed, 0), SHARE_UNIT)  # apart, so that no product leaves 64 bits
        provision: Integers = whole * share + round_ratios(part * share, SHARE_UNIT, "half-up")
        return provision

    def class_of(self, share: int) -> str:
        """The regulator's class of a loan provided for by ``share`` over `SHARE_UNIT`."""
        return [code for code, begins in self.classes if begins <= share][-1]


def matrix(document: Mapping[str, Any]) -> Matrix:
    """The matrix of a document of the form of ``provisions.toml``.

    Raises:
        UnsoundMatrix: it is no matrix.
    """
    try:
        bands, stages = _steps(document["band"]), _steps(document["stage"])
        classes = tuple((each["code"], _share(each["from_share"])) for each in document["class"])
        return Matrix(bands, stages, classes, int(document["probation_months"]))
    except (KeyError, TypeError, ValueError, InvalidOperation):
        raise UnsoundMatrix(found=str(document)) from None


def _steps(entries: Sequence[Mapping[str, Any]]) -> Steps:
    if not all(type(each["from_day"]) is int for each in entries):
        raise UnsoundMatrix(found=str(entries))
    return Steps(tuple(each["from_day"] for each in entries), tuple(_share(each["share"]) for each in entries))


def _share(text: str) -> int:
    share = Decimal(text) * SHARE_UNIT
    if share != int(share):
        raise UnsoundMatrix(found=text)
    return int(share)


@cache
def default_matrix() -> Matrix:
    """The matrix in ``provisions.toml``."""
    return matrix(tomllib.loads(files("lending").joinpath("provisions.toml").read_text(encoding="utf-8")))
