"""One search for whatever has a number, a name or a sum: loans, applications, guarantees, agreements and registers.

What is typed is understood as people write it: twelve digits are an IIN or BIN, figures with spaces may be a sum of
tenge, anything else a part of a number or of a name. Sight decides what may be found; a reference like ``loan:17`` or
the whole number of one thing alone leads straight to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from sqlalchemy import Date, Select, String, cast, literal, or_, select
from sqlalchemy.orm import Session

from guarantees.tables import GuaranteeRow
from lending.applications.tables import ApplicationRow
from lending.chain.tables import FacilityRow
from lending.microcredits.tables import BorrowerRow, LoanRow
from lending.registers.tables import RegisterRow

#: Hits of one kind that are shown; the rest is found by saying more, or in the list.
SHOWN = 20
#: Shorter texts would find everything.
SHORTEST = 2
REFERENCE = re.compile(r"(loan|application|guarantee|facility|register|approval):(\d{1,18})")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: ``kind`` and ``id`` make its reference; the rest tells it apart. ``amount`` is tiyn."""

    kind: str
    id: int
    number: str
    name: str
    on: date
    amount: int
    exact: bool

    @property
    def reference(self) -> str:
        """The thing as a reference: ``loan:17``."""
        return f"{self.kind}:{self.id}"


def straight_to(text: str) -> str | None:
    """The reference that ``text`` is, if it is one; whether it is in sight is found by going there."""
    found = REFERENCE.fullmatch(text.strip().lower())
    return found[0] if found else None


def find(session: Session, text: str) -> list[Hit]:
    """What is in sight and matches ``text``: exact numbers first, then the newest; at most `SHOWN` of a kind."""
    text = " ".join(text.split())
    if len(text) < SHORTEST:
        return []
    tiyn = sum_of(text)
    queries = (
        _loans(text, tiyn), _applications(text), _guarantees(text), _facilities(text, tiyn), _registers(text, tiyn)
    )  # fmt: skip
    rows = [row for query in queries for row in session.execute(query.limit(SHOWN))]
    hits = [
        Hit(kind, id, number, name, on, amount, exact=number.casefold() == text.casefold())
        for kind, id, number, name, on, amount in rows  # noqa: A001 - what it is
    ]
    order = {kind: place for place, kind in enumerate(("loan", "application", "guarantee", "facility", "register"))}
    return sorted(hits, key=lambda hit: (not hit.exact, order[hit.kind], -hit.on.toordinal(), -hit.id))


def only(hits: Sequence[Hit]) -> Hit | None:
    """The one thing whose whole number was typed, if there is just one such."""
    exact = [hit for hit in hits if hit.exact]
    return exact[0] if len(exact) == 1 else None


def sum_of(text: str) -> int | None:
    """``1 250 000`` or ``1250000,50 ₸`` in tiyn; None where it is no sum."""
    plain = _SPACES.sub("", text).removesuffix("₸").replace(",", ".")
    try:
        amount = Decimal(plain) * 100
    except InvalidOperation:
        return None
    return int(amount) if amount.is_finite() and amount == int(amount) and 0 < amount < 2**62 else None


def _loans(text: str, tiyn: int | None) -> Select[str, int, str, str, date, int]:
    plain = _SPACES.sub("", text)
    matches = [
        LoanRow.contract_number.icontains(text, autoescape=True),
        BorrowerRow.name.icontains(text, autoescape=True),
        BorrowerRow.id_number == plain,
    ]
    if tiyn is not None:
        matches.append(LoanRow.amount == tiyn)
    return (
        select(
            literal("loan", String), LoanRow.id, LoanRow.contract_number,
            BorrowerRow.name, LoanRow.contract_date, LoanRow.amount,
        )
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .where(or_(*matches))
        .order_by((LoanRow.contract_number == text).desc(), LoanRow.contract_date.desc(), LoanRow.id.desc())
    )  # fmt: skip


def _applications(text: str) -> Select[str, int, str, str, date, int]:
    row = ApplicationRow
    number = row.borrower_id_number == _SPACES.sub("", text)
    return (
        select(literal("application", String), row.id, row.number, row.borrower_name, row.applied_on, literal(0))
        .where(
            or_(row.number.icontains(text, autoescape=True), row.borrower_name.icontains(text, autoescape=True), number)
        )
        .order_by((row.number == text).desc(), row.applied_on.desc(), row.id.desc())
    )


def _guarantees(text: str) -> Select[str, int, str, str, date, int]:
    row = GuaranteeRow
    return (
        select(
            literal("guarantee", String), row.id, row.number, BorrowerRow.name, LoanRow.contract_date, literal(0)
        )
        .join(LoanRow, LoanRow.id == row.loan_id)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .where(row.number.icontains(text, autoescape=True))
        .order_by((row.number == text).desc(), row.id.desc())
    )  # fmt: skip


def _facilities(text: str, tiyn: int | None) -> Select[str, int, str, str, date, int]:
    row = FacilityRow
    matches = [row.number.icontains(text, autoescape=True)] + ([] if tiyn is None else [row.amount == tiyn])
    return (
        select(literal("facility", String), row.id, row.number, row.edition, row.signed_on, row.amount)
        .where(or_(*matches))
        .order_by((row.number == text).desc(), row.signed_on.desc(), row.id.desc())
    )


def _registers(text: str, tiyn: int | None) -> Select[str, int, str, str, date, int]:
    row = RegisterRow
    number = cast(row.id, String).label("number")
    matches = [row.file_name.icontains(text, autoescape=True), cast(row.id, String) == text.lstrip("№# ")]
    matches += [] if tiyn is None else [row.amount == tiyn]
    recorded = cast(row.recorded_at, Date).label("on")
    return (
        select(literal("register", String), row.id, number, row.file_name, recorded, row.amount)
        .where(or_(*matches))
        .order_by(row.id.desc())
    )
