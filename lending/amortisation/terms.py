"""The terms of a loan, as frozen values that cannot hold nonsense.

`Terms` is what a contract says; every rule below that a schedule relies on is checked when it is made, so
the arithmetic behind it has no bad case to think of. What a programme allows is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from moneyed import Money

from ledger.calendar import Convention
from ledger.money import MAX_TIYN, Rounding, to_tiyn
from lending.amortisation.day_counts import DayCount
from lending.amortisation.refusals import (
    BadTerms,
    CustomPrincipalDoesNotFit,
    FirstDueTooEarly,
    GraceTooLong,
    PrincipalOutOfRange,
    RateOutOfRange,
    TermOutOfRange,
    TrancheOutOfPlace,
)

Method = Literal["annuity", "equal-principal", "bullet", "custom"]
GraceTreatment = Literal["first", "spread", "capitalise"]
AccruesTo = Literal["nominal", "shifted"]

#: No loan lasts longer than a century; the calendar tables rely on it.
MAX_TERM_MONTHS = 1200
FIRST_YEAR, LAST_YEAR = 1950, 2150
#: A rate above 100 000 % a year, or finer than 12 decimals, is a typing error.
MAX_RATE = Decimal(1000)
MAX_RATE_DECIMALS = 12

CHOICES: dict[str, tuple[str | int, ...]] = {
    "every_months": tuple(range(1, 13)),
    "method": get_args(Method),
    "day_count": get_args(DayCount),
    "interest_grace_treatment": get_args(GraceTreatment),
    "rounding": get_args(Rounding),
    "business_days": get_args(Convention),
    "accrues_to": get_args(AccruesTo),
}


@dataclass(frozen=True)
class Tranche:
    """Part of the principal, paid out ``on`` a date; it bears interest from that day."""

    on: date
    amount: Money


@dataclass(frozen=True)
class Flow:
    """What the borrower pays ``on`` a date besides the instalments, such as a commission.

    It counts in the effective rate only (``reference`` formula of the effective rate: commissions and other
    payments in, penalties out). A negative amount is paid to the borrower.
    """

    on: date
    amount: Money


@dataclass(frozen=True)
class Opening:
    """What a loan already under way brings into a new plan.

    ``period_started_on``: first day of the interest period the plan starts in the middle of;
    ``accrued``: exact interest of that period before the plan starts, in tiyn;
    ``deferred``: whole tiyn of interest put off by a grace and not paid yet.
    """

    period_started_on: date
    accrued: Fraction = Fraction(0)
    deferred: int = 0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a contract says about repayment.

    ``annual_rate`` is a fraction (0.06 is 6 %). ``first_due_on`` None: one period after disbursement.
    Graces are counted in instalments. ``due_day`` is the day of the month the due dates are anchored on when
    it is not that of ``first_due_on``: a loan of the 31st whose next instalment falls on 28 February.
    ``accrues_to`` says whether interest runs to the nominal due date or to the one moved by
    ``business_days``. ``tranches`` empty: the whole principal on ``disbursed_on``.

    ``custom_principal`` gives the principal of each instalment. ``fixed_principal`` gives it once for every
    paying instalment, the rest falling due with the last. ``fixed_instalment`` is an agreed annuity payment.

    Raises:
        BadTerms: one of its subclasses, naming the field, what was expected and what was found.
    """

    principal: Money
    annual_rate: Decimal
    disbursed_on: date
    first_due_on: date | None = None
    instalments: int
    every_months: int = 1
    method: Method = "annuity"
    day_count: DayCount = "30/360"
    principal_grace: int = 0
    interest_grace: int = 0
    interest_grace_treatment: GraceTreatment = "spread"
    rounding: Rounding = "half-up"
    business_days: Convention = "none"
    accrues_to: AccruesTo = "nominal"
    due_day: int | None = None
    tranches: tuple[Tranche, ...] = ()
    custom_principal: tuple[Money, ...] | None = None
    fixed_principal: Money | None = None
    fixed_instalment: Money | None = None

    def __post_init__(self) -> None:
        for field in ("instalments", "every_months", "principal_grace", "interest_grace"):
            if type(getattr(self, field)) is not int:
                raise BadTerms(field=field, expected="a whole number", found=repr(getattr(self, field)))
        for field, choices in CHOICES.items():
            if getattr(self, field) not in choices:
                raise BadTerms(
                    field=field,
                    expected="one of " + ", ".join(map(str, choices)),
                    found=repr(getattr(self, field)),
                )
        _check_principal(self)
        _check_rate(self)
        _check_term(self)
        _check_grace(self)
        _check_parts(self)
        _check_tranches(self)


def _check_principal(terms: Terms) -> None:
    if not 0 < terms.principal.amount * 100 <= MAX_TIYN:
        raise PrincipalOutOfRange(
            field="principal",
            expected="more than 0 and at most 2^63-1 tiyn",
            found=str(terms.principal.amount),
        )
    to_tiyn(terms.principal)


def _check_rate(terms: Terms) -> None:
    rate = terms.annual_rate
    if not (rate.is_finite() and 0 <= rate <= MAX_RATE and rate == round(rate, MAX_RATE_DECIMALS)):
        raise RateOutOfRange(
            field="annual_rate",
            expected="a decimal fraction such as 0.06, from 0 to 1000, with at most 12 decimals",
            found=str(rate),
        )


def _check_term(terms: Terms) -> None:
    count = terms.instalments
    if not 0 < count * terms.every_months <= MAX_TERM_MONTHS:
        raise TermOutOfRange(
            field="instalments", expected="a positive whole number, a century at most", found=str(count)
        )
    if terms.due_day is not None and terms.due_day not in range(1, 32):
        raise TermOutOfRange(field="due_day", expected="a day from 1 to 31", found=str(terms.due_day))
    for field in ("disbursed_on", "first_due_on"):
        day = getattr(terms, field)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise TermOutOfRange(field=field, expected=f"a date from {FIRST_YEAR} to {LAST_YEAR}", found=str(day))
    if terms.first_due_on is not None and terms.first_due_on <= terms.disbursed_on:
        raise FirstDueTooEarly(
            field="first_due_on", expected=f"a date after {terms.disbursed_on}", found=str(terms.first_due_on)
        )


def _check_grace(terms: Terms) -> None:
    for field in ("principal_grace", "interest_grace"):
        grace = getattr(terms, field)
        if not 0 <= grace < terms.instalments:
            raise GraceTooLong(field=field, expected=f"0 to {terms.instalments - 1} instalments", found=str(grace))


def _check_parts(terms: Terms) -> None:
    """An agreed payment belongs to the method that uses it, and custom parts repay the loan exactly."""
    given = {
        "custom_principal": ("custom",),
        "fixed_principal": ("custom", "equal-principal"),
        "fixed_instalment": ("annuity",),
    }
    present = [field for field in given if getattr(terms, field) is not None]
    wanted = "exactly one of custom_principal and fixed_principal" if terms.method == "custom" else "at most one"
    if len(present) > 1 or (terms.method == "custom" and not present):
        raise CustomPrincipalDoesNotFit(field="custom_principal", expected=wanted, found=str(len(present)))
    for field in present:
        if terms.method not in given[field]:
            raise CustomPrincipalDoesNotFit(
                field=field, expected=f"nothing with method {terms.method}", found="a value"
            )
    parts = [to_tiyn(part) for part in agreed_parts(terms)]
    if any(part < 0 for part in parts):
        raise CustomPrincipalDoesNotFit(
            field=present[0], expected="no negative amount", found=str(Decimal(min(parts)).scaleb(-2))
        )
    if terms.custom_principal is not None:
        _check_custom(terms, parts)


def _check_custom(terms: Terms, parts: Sequence[int]) -> None:
    if len(parts) != terms.instalments:
        raise CustomPrincipalDoesNotFit(
            field="custom_principal", expected=f"{terms.instalments} amounts", found=f"{len(parts)}"
        )
    if sum(parts) != to_tiyn(terms.principal):
        raise CustomPrincipalDoesNotFit(
            field="custom_principal",
            expected=f"amounts that sum to {terms.principal.amount}",
            found=str(Decimal(sum(parts)).scaleb(-2)),
        )
    if any(parts[: terms.principal_grace]):
        raise CustomPrincipalDoesNotFit(
            field="custom_principal", expected="zeros during the principal grace", found="an amount"
        )


def agreed_parts(terms: Terms) -> tuple[Money, ...]:
    """The payments the contract fixes: one for every instalment, one for all, or none."""
    if terms.custom_principal is not None:
        return terms.custom_principal
    fixed = terms.fixed_principal or terms.fixed_instalment
    return () if fixed is None else (fixed,)


def _check_tranches(terms: Terms) -> None:
    tranches = terms.tranches
    if not tranches:
        return
    days = [tranche.on for tranche in tranches]
    amounts = [to_tiyn(tranche.amount) for tranche in tranches]
    if days[0] != terms.disbursed_on or days != sorted(days):
        raise TrancheOutOfPlace(
            field="tranches",
            expected=f"dates in order, the first {terms.disbursed_on}",
            found=", ".join(map(str, days)),
        )
    if min(amounts) <= 0 or sum(amounts) != to_tiyn(terms.principal):
        raise TrancheOutOfPlace(
            field="tranches",
            expected=f"positive amounts that sum to {terms.principal.amount}",
            found=str(Decimal(sum(amounts)).scaleb(-2)),
        )
