"""The intake of target-use confirmations: each new row proves part of a loan by a document.

A row is recorded already when its loan has a confirmation by the same document over the same sum; it must then be of
the same day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from lending.microcredits.loans import locked
from lending.oversight.target_use import confirm, obstacles, recorded
from lending.oversight.values import Confirmation, Document
from lending.registers.columns import Place
from lending.registers.intake import Intake, contracts, differs, line, refusals
from lending.registers.target_use import TargetUse

FIELDS = {"loan_id": "contract_number", "document": "document_number"}


def target_use_intake(session: Session, lender_id: int, rows: Sequence[TargetUse]) -> Intake:
    """Compare confirmations with what is recorded."""
    about, objections = contracts(session, lender_id, rows)
    found = locked(session, set(about.values()))
    known = recorded(session, found)
    fresh: list[TargetUse] = []
    for row in rows:
        if row.place not in about:
            continue
        before = known.get((about[row.place], _document(row), to_tiyn(row.amount)))
        if before is None:
            fresh.append(row)
        elif before != row.confirmed_on:
            objections.append(differs(row, "confirmed_on", before))
    against = obstacles(session, [_confirmation(about[row.place], row) for row in fresh], found)
    objections += refusals(fresh, against, FIELDS)
    return Intake(objections, len(fresh), len(rows) - len(fresh), partial(_write, session, fresh, about))


def _document(row: TargetUse) -> Document:
    return Document(row.document_kind, row.document_number, row.document_on)


def _confirmation(loan_id: int, row: TargetUse, register_id: int | None = None) -> Confirmation:
    return Confirmation(
        loan_id=loan_id, confirmed_on=row.confirmed_on, amount=row.amount, document=_document(row),
        line=None if register_id is None else line(register_id, row),
    )  # fmt: skip


def _write(
    session: Session, rows: Sequence[TargetUse], about: Mapping[Place, int], register_id: int
) -> dict[str, list[str]]:
    confirm(session, [_confirmation(about[row.place], row, register_id) for row in rows])
    return {}
