"""Schedules and accruals the slow way: one loan, one instalment, one day at a time, in fractions.

Written from the definitions in `docs/algorithms`, sharing no code with the engine, so that agreement means
something. Amounts are tiyn. Business-day shifts and events are checked elsewhere.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from lending.amortisation import Terms


@dataclass(frozen=True)
class Line:
    """One instalment of the oracle."""

    due_on: date
    principal: int
    interest: int
    balance: int


def nearest(value: Fraction, rounding: str) -> int:
    """A non-negative fraction to the nearest whole number."""
    whole, rest = floor(value), value - floor(value)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (rounding == "half-up" or whole % 2 == 1))
    return whole + up


def month_later(day: date, months: int, anchor: int) -> date:
    """``months`` after the month of ``day``, on ``anchor`` or the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(anchor, calendar.monthrange(year, month + 1)[1]))


def due_dates(terms: Terms) -> list[date]:
    """All nominal due dates."""
    first = terms.first_due_on or month_later(terms.disbursed_on, terms.every_months, terms.disbursed_on.day)
    anchor = (terms.first_due_on or terms.disbursed_on).day
    return [month_later(first, k * terms.every_months, anchor) for k in range(terms.instalments)]


def thirty(start: date, end: date) -> int:
    """Days of 30 a month: whole months exactly, anything else by 30E/360."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months and (month_later(start, months, start.day) == end or month_later(end, -months, end.day) == start):
        return 30 * months
    return 30 * months + min(end.day, 30) - min(start.day, 30)


def year_fraction(day_count: str, start: date, end: date) -> Fraction:
    """The part of a year from ``start`` to ``end``."""
    if day_count == "30/360":
        return Fraction(thirty(start, end), 360)
    days = [start + timedelta(n) for n in range((end - start).days)]
    if day_count == "act/act":
        return sum((Fraction(1, 366 if calendar.isleap(day.year) else 365) for day in days), Fraction(0))
    return Fraction(len(days), int(day_count[4:]))


def level(balance: int, rates: Sequence[Fraction]) -> Fraction:
    """The exact level payment that clears ``balance`` over periods of these rates."""
    worth, discount = Fraction(0), Fraction(1)
    for rate in rates:
        discount /= 1 + rate
        worth += discount
    return balance / worth


def lines(terms: Terms) -> list[Line]:
    """The schedule of terms with a single disbursement and no shifts."""
    dates, n = due_dates(terms), terms.instalments
    rate = Fraction(terms.annual_rate)
    rates = [
        rate * year_fraction(terms.day_count, a, b)
        for a, b in zip([terms.disbursed_on, *dates[:-1]], dates, strict=True)
    ]
    capitalise = terms.interest_grace > 0 and terms.interest_grace_treatment == "capitalise"
    balance, deferred, share, payment, result = int(terms.principal.amount * 100), 0, 0, 0, []
    for k in range(n):
        if k == terms.principal_grace or (capitalise and k == terms.interest_grace > terms.principal_grace):
            exact = level(balance, rates[k:]) if terms.method == "annuity" else Fraction(balance, n - k)
            payment = nearest(exact, terms.rounding)
        earned = payable = nearest(balance * rates[k], terms.rounding)
        if k < terms.interest_grace:
            deferred, payable = deferred + earned, 0
        elif terms.interest_grace and not capitalise:
            if k == terms.interest_grace:
                spread = terms.interest_grace_treatment == "spread"
                share = nearest(Fraction(deferred, n - k if spread else 1), terms.rounding)
            part = deferred if k == n - 1 else min(share, deferred)
            deferred, payable = deferred - part, earned + part
        aims = {"annuity": payment - earned, "equal-principal": payment, "bullet": 0}
        principal = 0 if k < terms.principal_grace else max(0, min(aims[terms.method], balance))
        if k == n - 1:
            principal = balance
        balance -= principal
        if capitalise and k == terms.interest_grace - 1:
            balance, deferred = balance + deferred, 0
        result.append(Line(dates[k], principal, payable, balance))
    return result


def accrued(
    day_count: str,
    rates: Mapping[date, Fraction],
    moves: Mapping[date, int],
    dues: Sequence[date],
    until: date,
    rounding: str,
) -> int:
    """Interest from the first move to ``until``, day by day, each period rounded once."""
    start = min(moves)
    day, balance, total, period = start, 0, 0, Fraction(0)
    rate = Fraction(0)
    while day < until:
        balance += moves.get(day, 0)
        rate = rates.get(day, rate)
        after = day + timedelta(1)
        part = year_fraction(day_count, start, after) - year_fraction(day_count, start, day)
        period += balance * rate * part
        day = after
        if day in dues:
            total, period, start = total + nearest(period, rounding), Fraction(0), day
    return total + nearest(period, rounding)
