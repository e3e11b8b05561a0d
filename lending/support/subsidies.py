"""Operating subsidies of microfinance organisations: confirmed, decided, paid once, or taken back.

A subsidy belongs to one tranche, a fresh lot of a funding line. The operator confirms that it is fully utilised, the
commission decides a sum within the rate, the akimat pays it in one sum. Every step takes the lock of the funding line
first, so that no loan moves the base meanwhile and nothing is done twice; the tables' constraints would refuse a
second time even so. A payment made by mistake is reversed by two people once the money is back; then the subsidy is
decided as before, to be paid rightly or withdrawn. What counts is calculated in `lending.support.sheets`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.locks import lock
from ledger.money import to_tiyn
from ledger.posting import post, reverse
from lending.chain.refusals import amount
from lending.microcredits.values import Decision
from lending.people import folded
from lending.programmes.provisions import Case
from lending.programmes.support_terms import SubsidyTerms
from lending.support import bookings
from lending.support.refusals import (
    BaseMoved,
    NotByTheRules,
    NothingCounts,
    NotUtilised,
    OverCeiling,
    SamePerson,
    SubsidisedBefore,
    TooEarly,
    WrongStage,
)
from lending.support.reversals import reversal_of
from lending.support.sheets import moved_since, sheet, sheet_of, terms_of, tranche
from lending.support.tables import (
    SubsidyDecisionRow,
    SubsidyLoanRow,
    SubsidyPaymentRow,
    SubsidyReversalRow,
    SubsidyRow,
    SubsidyWithdrawalRow,
)
from lending.support.values import (
    Confirmation,
    PaymentOrder,
    SheetLine,
    Subsidy,
    SubsidyDecision,
    SubsidyState,
    Tranche,
    base_of,
    ceiling_of,
)

SUBSIDIES = text(
    """
    SELECT s.id, s.lot_id, f.id AS facility_id, f.number AS facility, s.operator_id, s.recipient_id, s.payer_id,
        s.edition, l.arrived_on, s.received, s.lent, s.base, s.rate, s.ceiling, s.utilised_on, s.through_movement,
        s.confirmed_on, s.confirmed_by, d.number AS decision_number, d.decided_on, d.decided_by,
        coalesce(d.amount, 0) AS decided, d.event_id AS decision_event, p.id AS payment_id,
        p.event_id AS payment_event, p.order_number, p.paid_on, coalesce(p.amount, 0) AS paid,
        (SELECT max(r.reversed_on) FROM subsidy_reversal r JOIN subsidy_payment b ON b.id = r.payment_id
         WHERE b.subsidy_id = s.id) AS reversed_on, w.withdrawn_on, w.reason
    FROM subsidy s JOIN lot l ON l.id = s.lot_id JOIN facility f ON f.id = l.facility_id
    LEFT JOIN subsidy_decision d ON d.subsidy_id = s.id
    LEFT JOIN subsidy_payment p ON p.subsidy_id = s.id AND p.paid_on <= :on AND NOT EXISTS (
        SELECT FROM subsidy_reversal r WHERE r.payment_id = p.id AND r.reversed_on <= :on)
    LEFT JOIN subsidy_withdrawal w ON w.subsidy_id = s.id
    WHERE CAST(:ids AS bigint[]) IS NULL OR s.id = ANY(CAST(:ids AS bigint[])) ORDER BY s.confirmed_on, s.id
    """
)


def confirm(session: Session, told: Confirmation) -> Subsidy:
    """Record that the operator confirmed a tranche as fully utilised, with the loans that count and their sum.

    Raises:
        NotFound: no such tranche. NoSuchSupport, NotByTheRules: edition, operator, recipient or documents do not
            qualify. NotUtilised: less is lent than must be (A-49). TooEarly: confirmed before the last loan.
            SubsidisedBefore: it has a subsidy. NothingCounts: the base is empty.
    """
    lock(session, "facility", [tranche(session, told.lot_id).facility_id])
    of = tranche(session, told.lot_id)
    terms = terms_of(of)
    _check_parties(of, terms, told)
    _check_utilised(of, terms)
    _not_before(f"Tranche {of.lot_id}", "its last movement", of.moved_on, told.confirmed_on)
    _check_first(session, of, terms)
    counted = [line for line in sheet_of(session, of) if line.counted]
    base = base_of(counted)
    ceiling = ceiling_of(base, terms.share.value)
    if not ceiling:
        raise NothingCounts(lot=of.lot_id, facility=of.facility)
    row = SubsidyRow(
        lot_id=of.lot_id, operator_id=of.operator_id, recipient_id=of.recipient_id, payer_id=of.payer_id,
        edition=of.edition, received=of.received, lent=of.lent, base=base, rate=terms.share.value, ceiling=ceiling,
        utilised_on=of.moved_on, through_movement=of.through_movement, confirmed_on=told.confirmed_on,
        confirmed_by=told.confirmed_by, documents=[each.as_json() for each in told.documents], standing=True,
    )  # fmt: skip
    session.add(row)
    session.flush()
    session.add_all(
        SubsidyLoanRow(
            subsidy_id=row.id, loan_id=line.draw.loan_id, lot_id=of.lot_id, amount=line.counted, standing=True
        )
        for line in counted
    )
    session.flush()
    return subsidy(session, row.id)


def decide(session: Session, subsidy_id: int, decision: SubsidyDecision) -> Subsidy:
    """Record the commission's decision (A-50); from then on the akimat owes the sum to the MFO.

    Raises:
        NotFound. WrongStage: decided or withdrawn already. SamePerson: who confirmed may not decide. TooEarly.
            OverCeiling: nothing, or more than the rate of the base. BaseMoved: loans changed since.
    """
    of = _locked(session, subsidy_id, "confirmed")
    if folded(decision.decided_by) == folded(of.confirmed_by):
        raise SamePerson(person=decision.decided_by, subsidy=of.id)
    _not_before(f"Subsidy {of.id}", "its confirmation", of.confirmed_on, decision.decided_on)
    tiyn = to_tiyn(decision.amount)
    if not 0 < tiyn <= of.ceiling:
        terms = terms_of(tranche(session, of.lot_id))
        raise OverCeiling(
            subsidy=of.id, base=amount(of.base), rate=f"{of.rate:.2%}", ceiling=amount(of.ceiling),
            found=amount(tiyn), rule=terms.share.rule,
        )  # fmt: skip
    _check_base(session, of)
    [event_id] = post(session, [bookings.subsidy_decided(_books(of), decision.decided_on, tiyn)])
    session.add(
        SubsidyDecisionRow(
            subsidy_id=of.id, number=decision.number, decided_on=decision.decided_on, decided_by=decision.decided_by,
            amount=tiyn, event_id=event_id,
        )
    )  # fmt: skip
    session.flush()
    return subsidy(session, of.id)


def pay(session: Session, subsidy_id: int, order: PaymentOrder) -> Subsidy:
    """Pay all that was decided, out of the local budget, by an order of the akimat.

    Raises:
        NotFound. WrongStage: not decided, paid or withdrawn already. TooEarly. BaseMoved: loans changed since.
    """
    of = _locked(session, subsidy_id, "decided")
    _not_before(f"Subsidy {of.id}", "its last step", _last_step(of), order.paid_on)
    _check_base(session, of)
    [event_id] = post(session, [bookings.subsidy_paid(_books(of), order.paid_on, of.decided)])
    session.add(
        SubsidyPaymentRow(
            subsidy_id=of.id, standing=True, order_number=order.number, paid_on=order.paid_on, paid_by=order.paid_by,
            amount=of.decided, event_id=event_id,
        )
    )  # fmt: skip
    session.flush()
    return subsidy(session, of.id)


def reverse_payment(session: Session, subsidy_id: int, decision: Decision) -> Subsidy:
    """Reverse a payment made by mistake on the day of a decision of two people: the MFO has given the money back.

    The subsidy is decided as before; it may be paid again, or withdrawn, after which its loans may count in another.

    Raises:
        NotFound. WrongStage: not paid, or reversed already. TooEarly: before the payment. NotTwoPeople.
    """
    of = _locked(session, subsidy_id, "paid")
    assert of.paid_on is not None, "a paid subsidy has its day"
    _not_before(f"Subsidy {of.id}", "its payment", of.paid_on, decision.on)
    row = reversal_of(session, f"Subsidy {of.id}", of.payment_event, decision)
    session.add(SubsidyReversalRow(payment_id=of.payment_id, **row))
    session.execute(update(SubsidyPaymentRow).where(SubsidyPaymentRow.id == of.payment_id).values(standing=None))
    session.flush()
    return subsidy(session, of.id)


def withdraw(session: Session, subsidy_id: int, *, on: date, by: str, reason: str) -> Subsidy:
    """Take back a subsidy that is not paid; a decision is reversed on ``on``. The tranche may be confirmed again.

    One that was paid is taken back once its payment is reversed.

    Raises:
        NotFound. WrongStage: paid or withdrawn already. TooEarly.
    """
    of = _locked(session, subsidy_id, "confirmed", "decided")
    _not_before(f"Subsidy {of.id}", "its last step", _last_step(of), on)
    event_id = None if of.decision_event is None else reverse(session, of.decision_event, on)
    session.add(
        SubsidyWithdrawalRow(subsidy_id=of.id, withdrawn_on=on, withdrawn_by=by, reason=reason, event_id=event_id)
    )
    session.execute(update(SubsidyRow).where(SubsidyRow.id == of.id).values(standing=False))
    session.flush()
    return subsidy(session, of.id)


def subsidy(session: Session, subsidy_id: int) -> Subsidy:
    """The subsidy with this id.

    Raises:
        NotFound: there is none.
    """
    found = subsidies(session, [subsidy_id])
    if not found:
        raise NotFound(what="subsidy", name=str(subsidy_id))
    return found[0]


def subsidies(session: Session, ids: Collection[int] | None = None, *, on: date = date.max) -> list[Subsidy]:
    """Subsidies, withdrawn ones included, in order of confirmation: the given ones, or all.

    Of payments, the one that stood at the close of ``on``; the other steps as they are known now.
    """
    rows = session.execute(SUBSIDIES, {"ids": None if ids is None else list(ids), "on": on})
    return [Subsidy(**row._asdict()) for row in rows]


def calculation(session: Session, of: Subsidy) -> list[SheetLine]:
    """The calculation sheet of a subsidy as it was when it was confirmed: every loan in or out, and why."""
    return sheet(
        session, lot_id=of.lot_id, facility_id=of.facility_id, edition=of.edition, arrived_on=of.arrived_on,
        until=of.utilised_on, through_movement=of.through_movement,
    )  # fmt: skip


def _last_step(of: Subsidy) -> date:
    """Day of the latest step of a subsidy that is not paid."""
    return of.reversed_on or of.decided_on or of.confirmed_on


def _locked(session: Session, subsidy_id: int, *expected: SubsidyState) -> Subsidy:
    """The subsidy under the lock of its funding line, in one of the states expected."""
    lock(session, "facility", [subsidy(session, subsidy_id).facility_id])
    of = subsidy(session, subsidy_id)
    if of.state not in expected:
        raise WrongStage(what="Subsidy", id=of.id, expected=" or ".join(expected), found=of.state)
    return of


def _check_parties(of: Tranche, terms: SubsidyTerms, told: Confirmation) -> None:
    lenders, documents = terms.lenders, terms.documents_min
    expectations: Sequence[tuple[bool, Case[Any], str, str]] = (
        (of.lender in lenders.value, lenders, f"one out of: {', '.join(lenders.value)}", of.lender),
        (len(told.documents) >= documents.value, documents, f"{documents.value} document(s) of {of.recipient}",
         str(len(told.documents))),
    )  # fmt: skip
    for holds, by, expected, found in expectations:
        if not holds:
            raise NotByTheRules(
                what=f"Subsidy on tranche {of.lot_id}", expected=expected, found=found, rule=by.rule, clause=by.clause
            )


def _check_utilised(of: Tranche, terms: SubsidyTerms) -> None:
    share = terms.utilised_share.value
    if of.lent < of.received * share:
        raise NotUtilised(
            lot=of.lot_id, facility=of.facility, received=amount(of.received), expected=f"{share} of it",
            found=amount(of.lent), rule=terms.utilised_share.rule, clause=terms.utilised_share.clause,
        )  # fmt: skip


def _check_first(session: Session, of: Tranche, terms: SubsidyTerms) -> None:
    query = text("SELECT id FROM subsidy WHERE lot_id = :lot AND standing")
    standing = session.scalar(query, {"lot": of.lot_id})
    if standing is not None:
        raise SubsidisedBefore(
            lot=of.lot_id, facility=of.facility, subsidy=standing, rule=terms.utilised_share.rule
        )  # fmt: skip


def _check_base(session: Session, of: Subsidy) -> None:
    if moved_since(session, of.lot_id, of.through_movement):
        raise BaseMoved(subsidy=of.id, confirmed_on=str(of.confirmed_on))


def _not_before(what: str, event: str, earliest: date, found: date) -> None:
    if found < earliest:
        raise TooEarly(what=what, event=event, earliest=str(earliest), found=str(found))


def _books(of: Subsidy) -> bookings.Subsidised:
    return bookings.Subsidised(of.id, of.payer_id, of.recipient_id)
