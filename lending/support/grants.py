"""State grants for new business ideas: awarded once a person, paid by the employment centre, accompanied a year.

What stands against an award is found whole, so that an applicant hears every reason at once; what is only to be
weighed is kept with the grant. The participant is locked before the books are asked, so that no two regions award a
grant at the same moment, and the tables' constraints would refuse it even so. A payment made by mistake is reversed by
two people once the money is back; then the grant is awarded as before, to be paid rightly or withdrawn. Who may be
given one is judged in `lending.support.eligibility`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from ledger.errors import NesieError, NotFound
from ledger.locks import lock
from ledger.money import to_tiyn
from ledger.posting import post, reverse
from lending.chain.refusals import amount
from lending.microcredits.values import Decision
from lending.programmes.months import add_months
from lending.programmes.support_terms import GrantTerms, grant_terms
from lending.support import bookings
from lending.support.eligibility import cap_of, offences, proof_of, total_of, warnings
from lending.support.refusals import GrantedBefore, JournalOutside, NoSuchSupport, TooEarly, WrongStage
from lending.support.reversals import reversal_of
from lending.support.tables import GrantJournalRow, GrantPaymentRow, GrantReversalRow, GrantRow, GrantWithdrawalRow
from lending.support.values import Award, EarlierSupport, Grant, GrantState, JournalEntry, PaymentOrder

GRANTS = text(
    """
    SELECT g.id, g.payer_id, g.edition, g.id_number, g.name, g.amount, g.cap, g.mci, g.decided_on, g.event_id,
        g.warnings, p.id AS payment_id, p.event_id AS payment_event, p.paid_on, coalesce(p.amount, 0) AS paid,
        (SELECT max(r.reversed_on) FROM grant_reversal r JOIN grant_payment b ON b.id = r.payment_id
         WHERE b.grant_id = g.id) AS reversed_on, p.accompanied_until,
        coalesce((SELECT sum(spent) FROM grant_journal j WHERE j.payment_id = p.id), 0)::bigint AS spent,
        w.withdrawn_on
    FROM state_grant g LEFT JOIN grant_payment p ON p.grant_id = g.id AND p.standing
    LEFT JOIN grant_withdrawal w ON w.grant_id = g.id
    WHERE CAST(:ids AS bigint[]) IS NULL OR g.id = ANY(CAST(:ids AS bigint[])) ORDER BY g.decided_on, g.id
    """
)

BEFORE = text("SELECT id, decided_on FROM state_grant WHERE id_number = :id_number AND standing")
MICROCREDITS = text(
    """
    SELECT loan.edition, loan.contract_date FROM loan JOIN borrower b ON b.id = loan.borrower_id
    WHERE b.id_number = :id_number AND loan.contract_date <= :on ORDER BY loan.contract_date, loan.id
    """
)
#: The award's event names the grant, and the grant its event: so the id is taken first.
NEXT_ID = text("SELECT nextval(pg_get_serial_sequence('state_grant', 'id'))")


def award(session: Session, wanted: Award) -> Grant:
    """Record the decision to give a grant; from then on the akimat owes it to the participant.

    Raises:
        NesieError: the first obstacle that `obstacles` finds.
    """
    lock(session, "participant", [int(str(wanted.id_number))])
    against = obstacles(session, wanted)
    if against:
        raise against[0]
    terms, tiyn = _terms(wanted.edition), total_of(wanted)
    index, cap = cap_of(terms, wanted.decided_on)
    proof = proof_of(wanted, terms)
    assert proof is not None, "a missing proof is an obstacle"
    assert wanted.opinion is not None, "a missing opinion is an obstacle"
    grant_id = session.scalar(NEXT_ID)
    [event_id] = post(session, [bookings.grant_decided(wanted.payer_id, grant_id, wanted.decided_on, tiyn)])
    session.add(
        GrantRow(
            id=grant_id, payer_id=wanted.payer_id, edition=wanted.edition, id_number=str(wanted.id_number),
            name=wanted.name, ground=wanted.ground, proof=proof.as_json(),
            support_checked_on=wanted.support_checked_on, opinion=wanted.opinion.document.as_json(),
            uses=[{"kind": use.kind, "tiyn": to_tiyn(use.amount)} for use in wanted.uses],
            warnings=[each.as_json() for each in warnings(terms, earlier_support(session, wanted))],
            fund_source=wanted.fund_source, mci=index, cap=cap, amount=tiyn, number=wanted.number,
            decided_on=wanted.decided_on, decided_by=wanted.decided_by, centre=wanted.centre, event_id=event_id,
            standing=True,
        )
    )  # fmt: skip
    session.flush()
    return grant(session, grant_id)


def obstacles(session: Session, wanted: Award) -> list[NesieError]:
    """Everything that stands against an award: a grant before, and each rule it offends.

    Raises:
        NoSuchSupport: the edition has no grants.
    """
    terms = _terms(wanted.edition)
    before = session.execute(BEFORE, {"id_number": str(wanted.id_number)}).one_or_none()
    found: list[NesieError] = list(offences(wanted, terms, earlier_support(session, wanted)))
    if before is not None:
        found.insert(
            0,
            GrantedBefore(
                id_number=str(wanted.id_number), grant=before.id, decided_on=str(before.decided_on),
                rule=terms.times.rule, clause=terms.times.clause,
            ),
        )  # fmt: skip
    return found


def earlier_support(session: Session, wanted: Award) -> list[EarlierSupport]:
    """Support the participant had by the decision: what was looked up, and the microcredits in these books."""
    rows = session.execute(MICROCREDITS, {"id_number": str(wanted.id_number), "on": wanted.decided_on})
    known = [EarlierSupport(row.edition, "microcredit", row.contract_date) for row in rows]
    return [*wanted.earlier_support, *known]


def pay(session: Session, grant_id: int, order: PaymentOrder) -> Grant:
    """Pay a grant in one sum; the grantee is accompanied from then on for the edition's months.

    Raises:
        NotFound. WrongStage: paid or withdrawn already. TooEarly: before the decision.
    """
    of = _locked(session, grant_id, "awarded")
    _not_before(of, "its last step", of.reversed_on or of.decided_on, order.paid_on)
    [event_id] = post(session, [bookings.grant_paid(of.payer_id, of.id, order.paid_on, of.amount)])
    until = add_months(order.paid_on, _terms(of.edition).accompaniment_months.value)
    session.add(
        GrantPaymentRow(
            grant_id=of.id, standing=True, order_number=order.number, paid_on=order.paid_on, paid_by=order.paid_by,
            amount=of.amount, accompanied_until=until, event_id=event_id,
        )
    )  # fmt: skip
    session.flush()
    return grant(session, of.id)


def reverse_payment(session: Session, grant_id: int, decision: Decision) -> Grant:
    """Reverse a payment made by mistake on the day of a decision of two people: the money is back.

    The grant is awarded as before, without a journal; it may be paid again, or withdrawn, after which the participant
    has had none.

    Raises:
        NotFound. WrongStage: not paid, or reversed already. TooEarly: before the payment. NotTwoPeople.
    """
    of = _locked(session, grant_id, "paid")
    assert of.paid_on is not None, "a paid grant has its day"
    _not_before(of, "its payment", of.paid_on, decision.on)
    row = reversal_of(session, f"Grant {of.id}", of.payment_event, decision)
    session.add(GrantReversalRow(payment_id=of.payment_id, **row))
    session.execute(update(GrantPaymentRow).where(GrantPaymentRow.id == of.payment_id).values(standing=None))
    session.flush()
    return grant(session, of.id)


def withdraw(session: Session, grant_id: int, *, on: date, by: str, reason: str) -> Grant:
    """Take back a grant that is not paid, reversing the award on ``on``; the participant may be given another.

    Raises:
        NotFound. WrongStage: paid or withdrawn already. TooEarly: before the decision.
    """
    of = _locked(session, grant_id, "awarded")
    _not_before(of, "its last step", of.reversed_on or of.decided_on, on)
    event_id = reverse(session, of.event_id, on)
    session.add(GrantWithdrawalRow(grant_id=of.id, withdrawn_on=on, withdrawn_by=by, reason=reason, event_id=event_id))
    session.execute(update(GrantRow).where(GrantRow.id == of.id).values(standing=False))
    session.flush()
    return grant(session, of.id)


def accompany(session: Session, grant_id: int, visit: JournalEntry) -> Grant:
    """Write an entry into the journal of a grant's accompaniment, from payment to the last day of it inclusive.

    Raises:
        NotFound. WrongStage: not paid. JournalOutside: another day, a negative sum, a sum without documents, or more
            proved than was granted.
    """
    of = _locked(session, grant_id, "paid")
    assert of.paid_on is not None, "a paid grant has its day"
    assert of.accompanied_until is not None, "a paid grant has its end"
    spent = to_tiyn(visit.spent)
    if not of.paid_on <= visit.visited_on <= of.accompanied_until:
        expected = f"a day from {of.paid_on} to {of.accompanied_until}"
        raise JournalOutside(grant=of.id, expected=expected, found=str(visit.visited_on))
    if not 0 <= spent <= of.amount - of.spent:
        expected = f"purchases of 0 to {amount(of.amount - of.spent)}"
        raise JournalOutside(grant=of.id, expected=expected, found=amount(spent))
    if spent and not visit.documents:
        raise JournalOutside(grant=of.id, expected=f"documents of {amount(spent)} spent", found="none")
    session.add(
        GrantJournalRow(
            payment_id=of.payment_id, visited_on=visit.visited_on, visited_by=visit.visited_by, remark=visit.remark,
            spent=spent, documents=[each.as_json() for each in visit.documents],
        )
    )  # fmt: skip
    session.flush()
    return grant(session, of.id)


def grant(session: Session, grant_id: int) -> Grant:
    """The grant with this id.

    Raises:
        NotFound: there is none.
    """
    found = grants(session, [grant_id])
    if not found:
        raise NotFound(what="grant", name=str(grant_id))
    return found[0]


def grants(session: Session, ids: Collection[int] | None = None) -> list[Grant]:
    """Grants, withdrawn ones included, in order of decision: the given ones, or all."""
    rows = session.execute(GRANTS, {"ids": None if ids is None else list(ids)})
    return [Grant(**row._asdict()) for row in rows]


def _terms(edition: str) -> GrantTerms:
    terms = grant_terms(edition)
    if terms is None:
        raise NoSuchSupport(edition=edition, support="state grant")
    return terms


def _locked(session: Session, grant_id: int, expected: GrantState) -> Grant:
    """The grant under its participant's lock, in the state expected."""
    lock(session, "participant", [int(grant(session, grant_id).id_number)])
    of = grant(session, grant_id)
    if of.state != expected:
        raise WrongStage(what="Grant", id=of.id, expected=expected, found=of.state)
    return of


def _not_before(of: Grant, event: str, earliest: date, found: date) -> None:
    if found < earliest:
        raise TooEarly(what=f"Grant {of.id}", event=event, earliest=str(earliest), found=str(found))
