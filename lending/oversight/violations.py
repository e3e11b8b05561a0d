"""The register of violations: each with its clause, sum and a day to mend it by; two people to close one.

A violation is found by somebody, never by itself. One person proposes how it was resolved, another closes it, and
the records have to bear the resolution out: mended means proved, paid means that nothing demanded is left, and what
was demanded cannot be dismissed. Rule and clause are the edition's for the duty that is broken.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from moneyed import Money
from sqlalchemy import ColumnElement, and_, insert, literal, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import from_tiyn, to_tiyn
from lending.microcredits.history import paid_out
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.positions import positions
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.microcredits.tables import LoanRow
from lending.microcredits.values import Loan
from lending.oversight.cases import cases
from lending.oversight.change_of_use import due_changes
from lending.oversight.jobs import job_statuses
from lending.oversight.refusals import (
    ClauseMissing,
    DoneAlready,
    MoreThanPaidOut,
    NobodyNamed,
    SamePerson,
    StillBroken,
)
from lending.oversight.tables import (
    DemandRow,
    DemandWithdrawalRow,
    ViolationClosingRow,
    ViolationProposalRow,
    ViolationRow,
)
from lending.oversight.values import Breach, Resolution, broken_clause
from lending.people import folded
from lending.programmes.oversight_terms import oversight_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A breach found on a loan: the sum concerned, the day to mend it by (included), who found it.

    ``rule`` and ``clause`` are only given where the edition has none for this breach.
    """

    loan_id: int
    breach: Breach
    amount: Money
    found_on: date
    mend_by: date
    found_by: str
    rule: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A violation as it stands: amounts in tiyn; ``fine`` and ``demanded`` are what was demanded for it.

    ``resolution`` and ``closed_on`` are None while it is open.
    """

    id: int
    loan_id: int
    breach: Breach
    rule: str
    clause: str
    amount: int
    found_on: date
    mend_by: date
    fine: int
    demanded: int
    pay_by: date | None
    resolution: Resolution | None
    closed_on: date | None


def find(session: Session, findings: Sequence[Finding]) -> list[int]:
    """Enter violations into the register, all of them or none; returns their ids in order.

    Raises:
        NotFound: no such loan. DoneAlready: the same breach of the loan is open. MoreThanPaidOut, AmountNotPositive,
            DatesOutOfOrder, NobodyNamed. ClauseMissing: no rule is given and the edition has none.
    """
    found = locked(session, {each.loan_id for each in findings})
    lent = paid_out(session, found)
    standing = {(each.loan_id, each.breach) for each in violations(session, date.max, found) if each.closed_on is None}
    rows = []
    for each in findings:
        if each.loan_id not in found:
            raise NotFound(what="loan", name=str(each.loan_id))
        loan = found[each.loan_id]
        _check(each, loan, lent.get(loan.id, 0))
        if (loan.id, each.breach) in standing:
            raise DoneAlready(what=f"an open violation ({each.breach})", of=loan.contract.number)
        standing.add((loan.id, each.breach))
        rule, clause = _clause(each, loan)
        rows.append(
            {"loan_id": loan.id, "breach": each.breach, "rule": rule, "clause": clause,
             "amount": to_tiyn(each.amount), "found_on": each.found_on, "mend_by": each.mend_by,
             "found_by": each.found_by}
        )  # fmt: skip
    added = insert(ViolationRow).returning(ViolationRow.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def _check(each: Finding, loan: Loan, lent: int) -> None:
    number, tiyn = loan.contract.number, to_tiyn(each.amount)
    if not each.found_by.strip():
        raise NobodyNamed(number=number)
    if tiyn < 0:
        raise AmountNotPositive(number=number, found=str(each.amount.amount))
    if tiyn > lent:
        raise MoreThanPaidOut(number=number, left=str(from_tiyn(lent).amount), found=str(each.amount.amount))
    days = [("contract date", "violation", loan.contract.signed_on, each.found_on)]
    days.append(("violation", "day to mend it by", each.found_on, each.mend_by))
    for earlier, later, expected, told in days:
        if told < expected:
            raise DatesOutOfOrder(number=number, earlier=earlier, later=later, expected=str(expected), found=str(told))


def _clause(each: Finding, loan: Loan) -> tuple[str, str]:
    """The rule and clause that are broken: those given, or else the edition's."""
    if each.rule and each.clause:
        return each.rule, each.clause
    contract = loan.contract
    provision = broken_clause(each.breach, oversight_terms(loan.edition, contract.territory_type, contract.purpose))
    if provision is None:
        raise ClauseMissing(number=contract.number, breach=each.breach)
    return provision.rule, provision.clause


def propose(
    session: Session, violation_id: int, resolution: Resolution, reason: str, *, on: date, by: str
) -> int:  # fmt: skip
    """Propose to close an open violation; returns the id of the proposal. Several may be made; one closes it.

    Raises:
        NotFound, NobodyNamed. DoneAlready: it is closed. StillBroken: the records do not bear the resolution out.
    """
    violation, loan = _open(session, violation_id)
    if not by.strip():
        raise NobodyNamed(number=loan.contract.number)
    _bear_out(session, violation, loan, resolution, on)
    values = {"resolution": resolution, "reason": reason, "proposed_on": on, "proposed_by": by}
    added = insert(ViolationProposalRow).values(violation_id=violation_id, **values)
    return session.execute(added.returning(ViolationProposalRow.id)).scalar_one()


def close(session: Session, proposal_id: int, *, on: date, by: str) -> None:
    """Close a violation as somebody else proposed; what the records say is looked at again.

    Raises:
        NotFound, NobodyNamed. SamePerson: ``by`` proposed it. DoneAlready: it is closed. StillBroken.
        DatesOutOfOrder: ``on`` is before the proposal.
    """
    proposal = session.get(ViolationProposalRow, proposal_id)
    if proposal is None:
        raise NotFound(what="proposal", name=str(proposal_id))
    violation, loan = _open(session, proposal.violation_id)
    if not by.strip():
        raise NobodyNamed(number=loan.contract.number)
    if folded(by) == folded(proposal.proposed_by):
        raise SamePerson(violation=violation.id, name=by)
    if on < proposal.proposed_on:
        raise DatesOutOfOrder(
            number=loan.contract.number, earlier="proposal", later="closing", expected=str(proposal.proposed_on),
            found=str(on),
        )  # fmt: skip
    _bear_out(session, violation, loan, proposal.resolution, on)
    session.execute(
        insert(ViolationClosingRow).values(
            violation_id=violation.id, proposal_id=proposal.id, proposed_by=proposal.proposed_by, closed_on=on,
            closed_by=by,
        )
    )  # fmt: skip


def _open(session: Session, violation_id: int) -> tuple[Violation, Loan]:
    """An open violation and its loan, once the loan is locked."""
    loan_id = session.scalar(select(ViolationRow.loan_id).where(ViolationRow.id == violation_id))
    if loan_id is None:
        raise NotFound(what="violation", name=str(violation_id))
    loan = locked_loan(session, loan_id)
    [violation] = violations(session, date.max, [loan_id], ids=[violation_id])
    if violation.closed_on is not None:
        raise DoneAlready(what="a closing", of=f"violation {violation_id}")
    return violation, loan


def _bear_out(session: Session, violation: Violation, loan: Loan, resolution: str, on: date) -> None:
    """Refuse a resolution that the records as of ``on`` contradict."""
    if on < violation.found_on:
        raise DatesOutOfOrder(
            number=loan.contract.number, earlier="violation", later="resolution", expected=str(violation.found_on),
            found=str(on),
        )  # fmt: skip
    reasons = {
        "dismissed": "what follows from it was demanded" if violation.pay_by else None,
        "mended": _lacking(session, violation, on),
        "paid": _owed(session, violation, on),
    }
    reason = reasons[resolution]
    if reason:
        raise StillBroken(violation=violation.id, resolution=resolution, reason=reason)


def _lacking(session: Session, violation: Violation, on: date) -> str | None:
    """What is still not proved on ``on``; the proof of any other breach is whoever closes it."""
    own = [violation.loan_id]
    if violation.breach == "target-use":
        left = sum(each.unconfirmed for each in cases(session, on, loan_ids=own))
        return f"{from_tiyn(left).amount} of what was paid out is not proved" if left else None
    if violation.breach == "jobs":
        missing = sum(each.missing for each in job_statuses(session, on, loan_ids=own))
        return f"{missing} jobs are not proved" if missing else None
    if violation.breach == "change-of-use":
        pending = [each for each in due_changes(session, on, loan_ids=own) if each.changed_on is None]
        return "the use has not changed" if pending else None
    return None


def _owed(session: Session, violation: Violation, on: date) -> str | None:
    """What of the demand is left to pay at the close of ``on``."""
    if violation.pay_by is None:
        return "nothing was demanded"
    owes = positions(session, on, loan_ids=[violation.loan_id]).row(violation.loan_id)
    left = owes["penalty"] + (owes["principal"] if violation.demanded else 0)
    return f"{from_tiyn(left).amount} of what was demanded is unpaid" if left else None


def violations(
    session: Session,
    on: date,
    loan_ids: Collection[int] | None = None,
    *,
    lender_ids: Collection[int] | None = None,
    ids: Collection[int] | None = None,
) -> list[Violation]:
    """Violations found by the close of ``on``, with what had become of them by then, in order of id."""
    wanted: list[ColumnElement[bool]] = [ViolationRow.found_on <= on]
    for column, values in ((ViolationRow.loan_id, loan_ids), (LoanRow.lender_id, lender_ids), (ViolationRow.id, ids)):
        if values is not None:
            wanted.append(column.in_(values))
    closing, proposal = ViolationClosingRow, ViolationProposalRow
    demand, gone = DemandRow, DemandWithdrawalRow
    rows = session.execute(
        select(ViolationRow, demand, proposal.resolution, closing.closed_on)
        .join(LoanRow, LoanRow.id == ViolationRow.loan_id)
        .outerjoin(
            demand,
            and_(
                demand.violation_id == ViolationRow.id,
                demand.made_on <= literal(on),
                ~select(gone).where(gone.demand_id == demand.id, gone.withdrawn_on <= literal(on)).exists(),
            ),
        )
        .outerjoin(closing, and_(closing.violation_id == ViolationRow.id, closing.closed_on <= literal(on)))
        .outerjoin(proposal, proposal.id == closing.proposal_id)
        .where(*wanted)
        .order_by(ViolationRow.id)
    )
    return [_violation(row, made, cast("Resolution | None", how), on) for row, made, how, on in rows]


def _violation(
    row: ViolationRow, demand: DemandRow | None, resolution: Resolution | None, closed_on: date | None
) -> Violation:  # fmt: skip
    return Violation(
        id=row.id, loan_id=row.loan_id, breach=cast("Breach", row.breach), rule=row.rule, clause=row.clause,
        amount=row.amount, found_on=row.found_on, mend_by=row.mend_by, fine=demand.fine if demand else 0,
        demanded=demand.principal if demand else 0, pay_by=demand.pay_by if demand else None, resolution=resolution,
        closed_on=closed_on,
    )  # fmt: skip
