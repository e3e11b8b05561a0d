"""Change of use: land and housing lent for on the promise that their designated use becomes business in time.

The term is the edition's and runs from the contract, the last day included (746-LN-18, RM-CR-04); an edition that
forbids such purposes without exception has none. That a day has passed is no breach by itself: somebody finds it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, insert, literal, select
from sqlalchemy.orm import Session

from lending.microcredits.loans import locked_loan
from lending.microcredits.refusals import DatesOutOfOrder
from lending.microcredits.tables import LoanRow
from lending.oversight.refusals import DoneAlready, NobodyNamed, NotWatched
from lending.oversight.tables import ChangeOfUseRow
from lending.programmes.months import add_months
from lending.programmes.oversight_terms import oversight_terms
from lending.programmes.provisions import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeOfUse:
    """The document by which a plot or dwelling became business property."""

    loan_id: int
    cadastral_number: str
    changed_on: date
    document_kind: str
    document_number: str
    checked_by: str
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class DueChange:
    """A change of use to come by ``due_on`` under ``rule``; ``changed_on`` None: not seen yet."""

    loan_id: int
    due_on: date
    rule: str
    changed_on: date | None

    def late(self, on: date) -> bool:
        """Whether the day passed without the change, or the change came after it."""
        return (self.changed_on or on) > self.due_on


def record_change(session: Session, change: ChangeOfUse) -> None:
    """Record that the use has changed; after the last day too, for it then mends the violation.

    Raises:
        NotFound: no such loan. NotWatched: its edition has no such duty for its purpose. DoneAlready, NobodyNamed.
        DatesOutOfOrder: the change is before the contract.
    """
    loan = locked_loan(session, change.loan_id)
    contract = loan.contract
    if _term(loan.edition, contract.territory_type, contract.purpose) is None:
        raise NotWatched(
            number=contract.number, purpose=contract.purpose, edition=loan.edition, duty="change of use"
        )  # fmt: skip
    if not change.checked_by.strip():
        raise NobodyNamed(number=contract.number)
    if change.changed_on < contract.signed_on:
        raise DatesOutOfOrder(
            number=contract.number, earlier="contract date", later="change of use",
            expected=str(contract.signed_on), found=str(change.changed_on),
        )  # fmt: skip
    if session.get(ChangeOfUseRow, change.loan_id) is not None:
        raise DoneAlready(what="a change of use", of=contract.number)
    fields = ("cadastral_number", "changed_on", "document_kind", "document_number", "checked_by", "sha256")
    values = {name: getattr(change, name) for name in fields}
    session.execute(insert(ChangeOfUseRow).values(loan_id=loan.id, **values))


def due_changes(session: Session, on: date, *, loan_ids: Collection[int] | None = None) -> list[DueChange]:
    """The changes of use that loans signed by ``on`` promise, in order of their last days; all loans, or some."""
    table = LoanRow
    kinds = session.execute(select(table.edition, table.territory_type, table.purpose).distinct())
    terms = {kind: term for row in kinds if (term := _term(*(kind := tuple(row)))) is not None}
    purposes = {purpose for _, _, purpose in terms}
    wanted = [table.contract_date <= on, table.purpose.in_(purposes)]
    if loan_ids is not None:
        wanted.append(table.id.in_(loan_ids))
    rows = session.execute(
        select(
            table.id, table.edition, table.territory_type, table.purpose, table.contract_date,
            ChangeOfUseRow.changed_on,
        )
        .outerjoin(ChangeOfUseRow, and_(ChangeOfUseRow.loan_id == table.id, ChangeOfUseRow.changed_on <= literal(on)))
        .where(*wanted)
    )  # fmt: skip
    found = [
        DueChange(loan_id, add_months(signed_on, term.value), term.rule, changed_on)
        for loan_id, *kind, signed_on, changed_on in rows
        if (term := terms.get(tuple(kind))) is not None
    ]
    return sorted(found, key=lambda each: (each.due_on, each.loan_id))


def _term(edition: str, territory: str, purpose: str) -> Case[int] | None:
    return oversight_terms(edition, territory, purpose).change_of_use_months
