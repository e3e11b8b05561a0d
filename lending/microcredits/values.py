"""What a lender and a borrower agree on, and the sums they move, as frozen values.

A `Contract` is a microcredit as signed; a `Disbursal` and a `Payment` are money on a day. Public amounts are
`Money`, rates fractions. `terms` says what a contract means to the arithmetic of schedules. Nothing here knows
the database; whether a contract may be concluded is decided in `lending.microcredits.loans`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from moneyed import Money

from ledger.calendar import Convention
from ledger.errors import NesieError
from ledger.identifiers import IdNumber
from ledger.money import Rounding
from lending.amortisation.day_counts import DayCount
from lending.amortisation.terms import GraceTreatment, Method, Terms
from lending.microcredits.waterfall import DEFAULT_ORDER, Part

Status = Literal["contracted", "active", "repaid", "written-off"]
#: What a payment is for: what is due, principal ahead of time (two ways), everything, principal alone, due or not, or
#: interest and penalty alone.
Intent = Literal["due", "prepay-shorten", "prepay-lower", "settle", "principal", "interest"]


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """Where a recorded fact came from: an accepted register and the row of its file."""

    register_id: int
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrower:
    """An end borrower. ``kind``: individual-entrepreneur, legal-entity, peasant-farm or cooperative."""

    id_number: IdNumber
    kind: str
    name: str
    registered_on: date | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """Agreement in writing of who funds the lender to a charge for breaches: at most ``share`` of what is overdue."""

    number: str
    agreed_on: date
    share: Decimal


@dataclass(frozen=True, slots=True)
class PenaltyTerms:
    """What a contract charges a day for being late, as fractions of what is overdue: at first, and later."""

    rate: Decimal
    rate_after: Decimal = Decimal(0)
    approval: Approval | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on a loan that goes wrong: when, who, why, by which document; and another person who confirms it."""

    on: date
    by: str
    reason: str
    document: str
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A microcredit as signed. ``disburse_on`` is the day its schedule starts from; graces count instalments.

    ``waterfall`` is the order in which a payment settles what is owed, ``penalty`` what being late costs. ``details``
    holds what is kept but not computed with: certificate, referral, guarantee share, jobs promised.
    """

    lender_id: int
    facility_id: int
    borrower: Borrower
    number: str
    signed_on: date
    disburse_on: date
    amount: Money
    annual_rate: Decimal
    instalments: int
    every_months: int = 1
    method: Method = "annuity"
    day_count: DayCount = "30/360"
    principal_grace: int = 0
    interest_grace: int = 0
    interest_grace_treatment: GraceTreatment = "spread"
    rounding: Rounding = "half-up"
    business_days: Convention = "none"
    first_due_on: date | None = None
    purpose: str
    sector: str
    territory_type: str
    kato: str | None = None
    oked: str | None = None
    start_up: bool = False
    waterfall: tuple[Part, ...] = DEFAULT_ORDER
    penalty: PenaltyTerms | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    line: RegisterLine | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Loan:
    """A concluded contract: its id, the edition it stays under for life, and how it stands."""

    id: int
    edition: str
    status: Status
    contract: Contract


@dataclass(frozen=True, slots=True)
class Disbursal:
    """Money to be paid out to the borrower on a day: the whole loan or a tranche of it."""

    loan_id: int
    amount: Money
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money received from a borrower. ``bank_reference`` may be empty; with one, it is accepted once a day."""

    loan_id: int
    paid_on: date
    amount: Money
    bank_reference: str = ""
    intent: Intent = "due"
    line: RegisterLine | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why one item of a batch cannot be done: its place in the batch, the field to blame, and the refusal."""

    place: int
    field: str
    error: NesieError


def terms(contract: Contract, *, principal: Money | None = None, disbursed_on: date | None = None) -> Terms:
    """The terms of ``contract``, as signed or for what was really paid out and when.

    Where due dates move to working days interest runs to the moved day, on which it is paid.

    Raises:
        BadTerms: what was signed cannot be scheduled.
    """
    return Terms(
        principal=principal or contract.amount,
        annual_rate=contract.annual_rate,
        disbursed_on=disbursed_on or contract.disburse_on,
        first_due_on=contract.first_due_on,
        instalments=contract.instalments,
        every_months=contract.every_months,
        method=contract.method,
        day_count=contract.day_count,
        principal_grace=contract.principal_grace,
        interest_grace=contract.interest_grace,
        interest_grace_treatment=contract.interest_grace_treatment,
        rounding=contract.rounding,
        business_days=contract.business_days,
        accrues_to="shifted",
    )
