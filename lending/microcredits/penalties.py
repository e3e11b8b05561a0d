"""Penalty for being late: what a contract may agree on, and what it then costs, day by day.

Each day that begins with something overdue costs a share of it, rounded half-up to the tiyn by itself, so that a sum of
days does not hang on when it is counted. The share falls after the first days past due, and no year of a loan costs
more than a share of its amount. The caps are data (``penalties.toml``), still to be verified; where a programme forbids
fees, a charge for a breach needs an agreement in writing made before the contract. Pure; forgiving a penalty is the
business of `lending.microcredits.waivers`.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from ledger.columns import Integers
from ledger.errors import NesieError
from lending.amortisation.months import whole_months
from lending.microcredits.histories import RATE_DENOMINATOR
from lending.microcredits.refusals import BreachChargeNotAgreed, PenaltyAboveCap
from lending.microcredits.values import Contract
from lending.programmes.editions import Edition
from lending.programmes.provisions import fitting


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be charged; shares are fractions, see ``penalties.toml``."""

    first_days: int
    share_first: Decimal
    share_after: Decimal
    year_share: Decimal


@cache
def caps() -> Caps:
    """The caps in ``penalties.toml``."""
    text = files("lending.microcredits").joinpath("penalties.toml").read_text(encoding="utf-8")
    document = tomllib.loads(text)
    shares = {name: Decimal(document[name]) for name in ("share_first", "share_after", "year_share")}
    return Caps(first_days=document["first_days"], **shares)


def refusal(contract: Contract, edition: Edition, lender_kind: str, most: Caps) -> NesieError | None:
    """Why the penalty of a contract may not be agreed on, if so.

    A share is above its cap; or the programme allows charges for a breach only as agreed in writing (919-PN-01,
    746-PN-02), and the contract names no agreement from before it, or charges more than was agreed.
    """
    penalty = contract.penalty
    if penalty is None:
        return None
    for share, cap in ((penalty.rate, most.share_first), (penalty.rate_after, most.share_after)):
        if not 0 <= share <= cap:
            return PenaltyAboveCap(number=contract.number, expected=str(cap), found=str(share))
    known: Mapping[str, Any] = defaultdict(lambda: None, lender=lender_kind)
    asking = [
        case for case in fitting(edition.provision("penalties.breach_charge_agreed"), known).cases if case.value
    ]  # fmt: skip
    approval = penalty.approval
    agreed = approval is not None and approval.agreed_on <= contract.signed_on and penalty.rate <= approval.share
    if asking and not agreed:
        return BreachChargeNotAgreed(number=contract.number, rule=asking[-1].rule, clause=asking[-1].clause)
    return None


@dataclass(frozen=True, kw_only=True, eq=False)
class Late:
    """Loans that are late, one row a loan, over days that are the columns; amounts in tiyn, shares per million.

    ``overdue`` is what a day begins with, ``days_late`` how old the oldest of it is, ``new_year`` whether a year of
    the loan begins. ``in_year`` is what its current year has cost before the first day, ``ceiling`` what any may cost.
    """

    rate: Integers
    rate_after: Integers
    first_days: int
    ceiling: Integers
    in_year: Integers
    overdue: Integers
    days_late: Integers
    new_year: Integers


def charged(late: Late) -> tuple[Integers, Integers]:
    """What the days cost each loan in all, and what its current year has cost after the last of them."""
    total, in_year = np.zeros_like(late.in_year), late.in_year
    for day in range(late.overdue.shape[1]):
        in_year = np.where(late.new_year[:, day], 0, in_year)
        rate = np.where(late.days_late[:, day] <= late.first_days, late.rate, late.rate_after)
        cost = (late.overdue[:, day] * rate + RATE_DENOMINATOR // 2) // RATE_DENOMINATOR
        cost = np.clip(cost, 0, np.maximum(late.ceiling - in_year, 0))
        total, in_year = total + cost, in_year + cost
    return total, in_year


def year_of(started_on: Integers, day: Integers) -> Integers:
    """Whole years from ``started_on`` to ``day``, both day numbers; one of 29 February has its year on 1 March."""
    years: Integers = whole_months(started_on, day) // 12
    return years
