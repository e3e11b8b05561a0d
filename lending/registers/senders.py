"""Whose register is it: the lender that a file's own contents point to.

A register of issued loans names agreements, and an agreement has one borrower organisation; registers of what
became of loans name contracts, and a contract has one lender. When the rows point to exactly one lender it need not
be told; otherwise, and for registers that are not about loans, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import BadInput
from ledger.tables import OrganisationRow
from lending.chain.tables import FacilityRow
from lending.microcredits.tables import LoanRow
from lending.registers import cells
from lending.registers.columns import RegisterKind
from lending.registers.review import Review


@dataclass(eq=False, kw_only=True)
class SenderUnclear(BadInput):
    """The rows of a register point to no lender, or to several."""

    code = "sender-unclear"
    sentence = (
        "Expected a register of one lender; the agreements and contracts in {filename} belong to {found}. "
        "Name the lender whose register it is."
    )
    filename: str
    found: str


def sender(session: Session, review: Review) -> int:
    """Organisation id of the lender that all known agreements or contracts of the rows belong to.

    Raises:
        SenderUnclear: they belong to nobody known, or to more than one.
    """
    lenders = SENDERS.get(review.kind)
    found = lenders(session, review.rows) if lenders else {}
    if len(found) != 1:
        names = ", ".join(sorted(found.values())) or "no lender known here"
        raise SenderUnclear(filename=review.filename, found=names)
    return next(iter(found))


def _by_agreements(session: Session, rows: Collection[Any]) -> Mapping[int, str]:
    wanted = {row.facility_number for row in rows}
    query = select(FacilityRow.number, OrganisationRow.id, OrganisationRow.code).join(
        OrganisationRow, OrganisationRow.id == FacilityRow.borrower_id
    )
    return {row.id: row.code for row in session.execute(query) if cells.one_alphabet(row.number) in wanted}


def _by_contracts(session: Session, rows: Collection[Any]) -> Mapping[int, str]:
    query = (
        select(OrganisationRow.id, OrganisationRow.code)
        .join(LoanRow, LoanRow.lender_id == OrganisationRow.id)
        .where(LoanRow.contract_number.in_({row.contract_number for row in rows}))
        .distinct()
    )
    return {row.id: row.code for row in session.execute(query)}


#: How the rows of a register point to its lender.
SENDERS: Mapping[RegisterKind, Callable[[Session, Collection[Any]], Mapping[int, str]]] = {
    "issued-loans": _by_agreements,
    "repayments": _by_contracts,
    "target-use": _by_contracts,
}
