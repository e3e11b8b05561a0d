"""Terms and plans as JSON: what ``nesie schedule`` reads and writes.

Amounts and rates travel as decimal strings and dates as ISO strings, so nothing passes through a float. A
field that is missing, unknown or unreadable is refused by name; what the values mean is checked by `Terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from moneyed import Money

from ledger.errors import BadInput
from ledger.money import KZT, to_tiyn
from lending.amortisation.plans import Plan
from lending.amortisation.refusals import BadTerms
from lending.amortisation.terms import CHOICES, Terms, Tranche


def terms_from_json(data: object) -> Terms:
    """The terms in a decoded JSON object whose keys are the fields of `Terms`.

    ``null`` counts as absent. Tranches are objects with ``on`` and ``amount``.

    Raises:
        BadTerms: naming the first field that is unknown, missing or unreadable, or that makes no loan.
    """
    given = _object(data, "terms", {field.name for field in fields(Terms)})
    for field in fields(Terms):
        if field.default is MISSING and field.name not in given:
            raise BadTerms(field=field.name, expected="a value", found="nothing")
    return Terms(**{name: _READERS.get(name, _choice)(name, value) for name, value in given.items()})


def plan_to_json(plan: Plan) -> dict[str, Any]:
    """``plan`` as JSON values: amounts with two decimals, dates ISO, the effective rate unrounded."""
    return {
        "instalments": [
            {
                "n": line.n,
                "due_on": line.due_on.isoformat(),
                "days": line.days,
                "principal": _written(line.principal),
                "interest": _written(line.interest),
                "total": _written(line.total),
                "balance": _written(line.balance),
            }
            for line in plan.instalments
        ],
        "effective_rate": f"{plan.effective_rate:f}",
    }


def _written(money: Money) -> str:
    return f"{money.amount:.2f}"


def _object(data: object, field: str, known: set[str]) -> Mapping[str, object]:
    """A JSON object without its nulls."""
    if not isinstance(data, dict):
        raise BadTerms(field=field, expected="an object", found=repr(data))
    for name in data:
        if name not in known:
            raise BadTerms(field=field, expected="only the fields " + ", ".join(sorted(known)), found=repr(name))
    return {name: value for name, value in data.items() if value is not None}


def _amount(field: str, value: object) -> Money:
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            money = Money(Decimal(value), KZT)
            to_tiyn(money)
        except (InvalidOperation, BadInput):
            pass
        else:
            return money
    raise BadTerms(field=field, expected='tenge as a string such as "3000000.00"', found=repr(value))


def _rate(field: str, value: object) -> Decimal:
    if isinstance(value, str):
        try:
            return Decimal(value)
        except InvalidOperation:
            pass
    raise BadTerms(field=field, expected='a fraction as a string such as "0.06"', found=repr(value))


def _day(field: str, value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise BadTerms(field=field, expected='a date such as "2019-03-15"', found=repr(value))


def _count(field: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadTerms(field=field, expected="a whole number", found=repr(value))
    return value


def _choice(field: str, value: object) -> object:
    """A word out of a closed list; `Terms` knows the list."""
    if not isinstance(value, str):
        raise BadTerms(field=field, expected="one of " + ", ".join(map(str, CHOICES[field])), found=repr(value))
    return value


def _list(field: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise BadTerms(field=field, expected="a list", found=repr(value))
    return value


def _amounts(field: str, value: object) -> tuple[Money, ...]:
    return tuple(_amount(field, each) for each in _list(field, value))


def _tranches(field: str, value: object) -> tuple[Tranche, ...]:
    drawn = [_object(each, field, {"on", "amount"}) for each in _list(field, value)]
    return tuple(Tranche(_day(field, each.get("on")), _amount(field, each.get("amount"))) for each in drawn)


_READERS: dict[str, Callable[[str, object], Any]] = {
    "principal": _amount,
    "annual_rate": _rate,
    "disbursed_on": _day,
    "first_due_on": _day,
    "instalments": _count,
    "every_months": _count,
    "principal_grace": _count,
    "interest_grace": _count,
    "due_day": _count,
    "tranches": _tranches,
    "custom_principal": _amounts,
    "fixed_principal": _amount,
    "fixed_instalment": _amount,
}
