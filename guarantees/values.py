"""Guarantees as frozen values, and the arithmetic of one guarantee: its sum, its commission, how it shrinks, what
it has earned.

Amounts inside are whole tiyn. A guaranteed sum is rounded down, so that it never exceeds its share; commissions are
rounded half-up. Nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from guarantees.policy import Conditions, Income, Reduction, default_conditions
from ledger.money import round_ratio

#: The three parties who sign (919-GU-14).
PARTIES = ("guarantor", "lender", "borrower")
Change = Literal["concluded", "amended", "prolonged", "cancelled", "released", "reinstated", "expired"]
#: After these a guarantee secures nothing any more.
ENDED: tuple[Change, ...] = ("cancelled", "released", "expired")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A trilateral guarantee contract to be concluded for a loan, from an akimat's allocation of the year.

    ``share`` is the part of the loan guaranteed, ``signatories`` who signs for each of `PARTIES`, ``applied_on`` the
    day the borrower applied for the loan (None: its contract date).
    """

    number: str
    loan_id: int
    allocation_id: int
    signed_on: date
    share: Decimal
    signatories: Mapping[str, str]
    form_version: str = "1"
    applied_on: date | None = None
    conditions: Conditions = field(default_factory=default_conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """A guarantee as it stands after its latest change; amounts are tiyn.

    ``amount`` is the guaranteed part of the whole loan, ``commission`` what the akimat owes for it in all. It secures
    the loan to ``expires_on`` inclusive, claims are taken to `claims_until`.
    """

    id: int
    number: str
    loan_id: int
    lender_id: int
    guarantor_id: int
    allocation_id: int
    signed_on: date
    commission_rate: Decimal
    conditions: Conditions
    state: Change
    changed_on: date
    share: Decimal
    amount: int
    expires_on: date
    commission: int

    @property
    def claims_until(self) -> date:
        """Last day on which a claim may be presented."""
        return self.expires_on + timedelta(days=self.conditions.claim_days)


def part(tiyn: int, share: Decimal) -> int:
    """``share`` of an amount, rounded down to the tiyn."""
    whole = Fraction(share) * tiyn
    return whole.numerator // whole.denominator


def commission(amount: int, rate: Decimal) -> int:
    """Commission for a guarantee of ``amount``, half-up (919-GU-03, 746-GU-02)."""
    whole = Fraction(rate) * amount
    return round_ratio(whole.numerator, whole.denominator)


def capacity(left: int, rate: Decimal) -> int:
    """The largest guarantee whose commission fits into ``left`` (919-GU-08), rounded down to the tiyn."""
    whole = Fraction(max(left, 0)) / Fraction(rate)
    return whole.numerator // whole.denominator


def guaranteed(rule: Reduction, share: Decimal, loan_amount: int, unpaid: int) -> int:
    """What of ``unpaid`` principal (drawn or not, at most ``loan_amount``) is guaranteed.

    ``proportional``: a constant share of it. ``repaid-last``: the whole guaranteed sum while that much is unpaid.
    ``repaid-first``: the guaranteed sum less all that was repaid.
    """
    amount = part(loan_amount, share)
    if rule == "proportional":
        return part(unpaid, share)
    if rule == "repaid-last":
        return min(amount, unpaid)
    return max(amount - (loan_amount - unpaid), 0)


def exposure(rule: Reduction, share: Decimal, loan_amount: int, unpaid: int, net_paid: int) -> int:
    """What the guarantor may still have to pay.

    ``unpaid`` is the principal not repaid to the lender, ``net_paid`` what the guarantor has paid on the debt and not
    recovered. What was paid counts as still unpaid by the borrower, and is taken off the guaranteed sum.
    """
    return max(guaranteed(rule, share, loan_amount, min(unpaid + net_paid, loan_amount)) - net_paid, 0)


def earned(income: Income, total: int, starts_on: date, expires_on: date, on: date) -> int:
    """Commission earned by the close of ``on``: all at once, or by days of the guarantee's term, half-up.

    The day it starts counts, the day it ends does not.
    """
    days = (expires_on - starts_on).days
    if income == "at-once" or days <= 0:
        return total if on >= starts_on else 0
    elapsed = min(max((on - starts_on).days + 1, 0), days)
    return round_ratio(total * elapsed, days)
