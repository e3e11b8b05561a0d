"""The card of an accepted register: its receipt, and what each of its rows made.

What a row changed nothing of, because it was recorded before, made nothing; such rows are counted only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, literal, null, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.tables import OrganisationRow
from lending.applications.tables import SpecialisationRow, TrainingRow
from lending.microcredits.tables import LoanRow, RepaymentRow
from lending.oversight.tables import TargetUseRow
from lending.registers.columns import RegisterKind
from lending.registers.tables import RegisterRow
from reports.report import Name

#: Rows of a register on one page of its card.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Made:
    """What a row of the file made: ``what`` is loan, repayment, target-use, training or specialisation.

    ``name`` is the number of the contract, or the person or the district where there is none; ``amount`` is tiyn.
    """

    row: int
    what: str
    id: int
    name: str
    on: date
    amount: int | None
    loan_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCard:
    """A register with a page of what it made; ``following`` is where to go on after, None on the last page."""

    id: int
    kind: RegisterKind
    sender: Name
    file_name: str
    sha256: str
    rows: int
    added: int
    unchanged: int
    amount: int
    first_on: date | None
    last_on: date | None
    accepted_at: datetime
    signed_by: tuple[str, ...]
    transformations: Mapping[str, int]
    warnings: int
    made: tuple[Made, ...]
    following: int | None


def register_card(session: Session, register_id: int, *, after: int = 0) -> RegisterCard:
    """The register with this number, and what its rows made beyond the thing ``after``.

    Raises:
        NotFound: there is none in sight.
    """
    row = session.get(RegisterRow, register_id)
    if row is None:
        raise NotFound(what="register", name=str(register_id))
    sender = session.get_one(OrganisationRow, row.organisation_id)
    made = [Made(*each) for each in session.execute(_made(row, after).limit(PAGE + 1))]
    told: Mapping[str, Any] = row.told
    return RegisterCard(
        id=row.id, kind=row.kind, sender=Name(sender.name_kk, sender.name_ru, sender.name_en),  # type: ignore[arg-type]  # the column holds kinds
        file_name=row.file_name, sha256=row.sha256.hex(), rows=row.rows, added=told["added"],
        unchanged=told["unchanged"], amount=row.amount, first_on=_day(told.get("first_on")),
        last_on=_day(told.get("last_on")), accepted_at=row.recorded_at, signed_by=tuple(told.get("signed_by", ())),
        transformations=told["transformations"], warnings=len(told["warnings"]), made=tuple(made[:PAGE]),
        following=made[PAGE - 1].id if len(made) > PAGE else None,
    )  # fmt: skip


def _day(iso: str | None) -> date | None:
    return None if iso is None else date.fromisoformat(iso)


def _made(register: RegisterRow, after: int) -> Select[Any]:
    """What the rows made, in the order it was recorded in."""
    nobody = null()
    told: Select[Any]
    match register.kind:
        case "issued-loans":
            of: Any = LoanRow
            told = select(
                of.register_row, literal("loan"), of.id, of.contract_number, of.contract_date, of.amount, of.id
            )  # fmt: skip
        case "repayments":
            of = RepaymentRow
            told = select(
                of.register_row, literal("repayment"), of.id, LoanRow.contract_number, of.paid_on,
                of.amount, of.loan_id,
            ).join(LoanRow, LoanRow.id == of.loan_id)  # fmt: skip
        case "target-use":
            of = TargetUseRow
            told = select(
                of.register_row, literal("target-use"), of.id, LoanRow.contract_number, of.confirmed_on, of.amount,
                of.loan_id,
            ).join(LoanRow, LoanRow.id == of.loan_id)  # fmt: skip
        case "training":
            of = TrainingRow
            told = select(of.register_row, literal("training"), of.id, of.name, of.admitted_on, nobody, nobody)
        case _:
            of = SpecialisationRow
            told = select(of.register_row, literal("specialisation"), of.id, of.district, of.valid_from, nobody, nobody)
    return told.where(of.register_id == register.id, of.id > after).order_by(of.id)
