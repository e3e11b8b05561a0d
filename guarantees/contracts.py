"""Guarantee contracts: concluding them, amending, prolonging, cancelling and releasing.

A contract is trilateral and free for the borrower; it lasts as long as its loan (746-GU-10), and concluding it absorbs
commission of the akimat's allocation. A batch is concluded whole or not at all. The locks of the allocations and of
the loans are taken before anything is read, so commissions never exceed an allocation and a loan is never guaranteed
twice, whoever signs at the same moment. A contract cancelled before the loan is paid out gives its commission back
(A-47); after that the commission is earned, and a guarantee ends by release, with its loan, or by expiry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from guarantees import bookings
from guarantees.eligibility import Candidate, highest_share, obstacles
from guarantees.refusals import (
    AllocationElsewhere,
    AllocationExhausted,
    GuaranteeNotOpen,
    GuaranteeTaken,
    NotSignedByAll,
    ShareNotPositive,
    UnknownReason,
)
from guarantees.standing import Allocation, allocations, booked, debts, guarantee, guarantees, locked, secured
from guarantees.tables import GuaranteeChangeRow, GuaranteeRefusalRow, GuaranteeRow
from guarantees.values import ENDED, PARTIES, Change, Guarantee, Proposal, capacity, commission, part
from ledger.entries import Event
from ledger.errors import NotFound
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from ledger.organisations import Organisation, organisations
from ledger.posting import post
from lending.microcredits.loans import loans
from lending.microcredits.schedules import last_due
from lending.microcredits.values import Loan

#: Why a guarantor may refuse under the guarantee rules or the contract, with the rule (919-GU-13, 746-GU-10).
REFUSAL_REASONS = {
    "documents-incomplete": "746-GU-10", "project-unsound": "746-GU-10", "credit-history": "746-GU-10",
    "outside-programme": "746-GU-01", "allocation-exhausted": "746-GU-08", "other-by-contract": "746-GU-10",
}  # fmt: skip


@dataclass(slots=True)
class _Pool:
    """What is left of an allocation while a batch is worked out."""

    of: Allocation
    absorbed: int

    def absorb(self, number: str, tiyn: int) -> int:
        """Take commission, or give it back when negative; returns the part met by money already transferred.

        Raises:
            AllocationExhausted: it does not fit.
        """
        if self.absorbed + tiyn > max(self.of.amount, self.absorbed):
            left = self.of.amount - self.absorbed
            raise AllocationExhausted(
                allocation=self.of.number, number=number, wanted=_tenge(tiyn), left=_tenge(left),
                capacity=_tenge(capacity(left, self.of.commission_rate)),
            )  # fmt: skip
        ahead, self.absorbed = self._ahead(), self.absorbed + tiyn
        return ahead - self._ahead()

    def _ahead(self) -> int:
        return max(self.of.transferred - self.absorbed, 0)


def conclude(session: Session, proposals: Sequence[Proposal], *, made_by: str) -> list[int]:
    """Conclude guarantee contracts, all of them or none; returns their ids in order.

    Raises:
        OutsideProgramme: the first thing the edition of a loan does not allow. AllocationExhausted: the commission
            does not fit. AllocationElsewhere, NotSignedByAll, GuaranteeTaken, GuaranteeNotOpen, NotFound.
    """
    lock(session, "allocation", (each.allocation_id for each in proposals))
    lock(session, "guaranteed-loan", (each.loan_id for each in proposals))
    pools = {key: _Pool(each, each.absorbed) for key, each in _allocations(session, proposals).items()}
    found, known = loans(session, {each.loan_id for each in proposals}), _organisations(session)
    ends = last_due(session, found)
    _check_free(session, proposals, pools)
    drafts = []
    for each in proposals:
        pool = pools[each.allocation_id]
        candidate = _candidate(each, pool.of, found, known)
        _check(each, pool.of, candidate)
        amount = part(to_tiyn(candidate.loan.contract.amount), each.share)
        absorbed = commission(amount, pool.of.commission_rate)
        from_advance = pool.absorb(each.number, absorbed)
        drafts.append(_Draft(each, candidate, amount, ends[each.loan_id], pool.of, absorbed, from_advance))
    return _record(session, drafts, made_by)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A proposal nothing stands against: its guaranteed sum, its end, and the commission it absorbs, in tiyn."""

    proposal: Proposal
    candidate: Candidate
    amount: int
    expires_on: date
    allocation: Allocation
    commission: int
    from_advance: int

    def row(self) -> dict[str, object]:
        """The contract as it is kept."""
        own, loan = self.proposal, self.candidate.loan
        return {
            "number": own.number, "loan_id": own.loan_id, "lender_id": loan.contract.lender_id,
            "guarantor_id": self.allocation.guarantor_id, "allocation_id": self.allocation.id,
            "edition": loan.edition, "form_version": own.form_version, "signed_on": own.signed_on,
            "applied_on": self.candidate.applied_on,
            "borrower_class": str(self.candidate.facts["age_class"]), "share_max": highest_share(self.candidate),
            "commission_rate": self.allocation.commission_rate, "conditions": own.conditions.stored(),
            "signatories": dict(own.signatories),
        }  # fmt: skip

    def event(self, guarantee_id: int) -> Event:
        """What concluding it books."""
        secured = bookings.Secured(guarantee_id, self.allocation.guarantor_id, self.candidate.loan.contract.lender_id)
        return bookings.changed(
            "guarantee-concluded", self.proposal.signed_on, secured, self.allocation.payer, exposure=self.amount,
            absorbed=bookings.Absorbed(self.commission, self.from_advance),
        )  # fmt: skip


def _record(session: Session, drafts: Sequence[_Draft], made_by: str) -> list[int]:
    if not drafts:
        return []
    added = insert(GuaranteeRow).returning(GuaranteeRow.id, sort_by_parameter_order=True)
    ids = session.scalars(added, [draft.row() for draft in drafts]).all()
    events = post(session, [draft.event(each) for each, draft in zip(ids, drafts, strict=True)])
    session.execute(
        insert(GuaranteeChangeRow),
        [
            {
                "guarantee_id": each, "kind": "concluded", "changed_on": draft.proposal.signed_on,
                "share": draft.proposal.share, "amount": draft.amount, "expires_on": draft.expires_on,
                "commission": draft.commission, "reason": "", "made_by": made_by, "event_id": event,
            }
            for each, draft, event in zip(ids, drafts, events, strict=True)
        ],
    )  # fmt: skip
    return list(ids)


def _allocations(session: Session, proposals: Sequence[Proposal]) -> dict[int, Allocation]:
    found = allocations(session, {each.allocation_id for each in proposals})
    for each in proposals:
        if each.allocation_id not in found:
            raise NotFound(what="allocation", name=str(each.allocation_id))
    return found


def _organisations(session: Session) -> dict[int, Organisation]:
    return {each.id: each for each in organisations(session)}


def _candidate(
    proposal: Proposal, pool: Allocation, found: Mapping[int, Loan], known: Mapping[int, Organisation]
) -> Candidate:
    if proposal.loan_id not in found:
        raise NotFound(what="loan", name=str(proposal.loan_id))
    loan = found[proposal.loan_id]
    applied_on = proposal.applied_on or loan.contract.signed_on
    return Candidate(
        loan=loan, lender_kind=known[loan.contract.lender_id].kind, guarantor=known[pool.guarantor_id].code,
        applied_on=applied_on, share=proposal.share,
    )  # fmt: skip


def _check(proposal: Proposal, pool: Allocation, candidate: Candidate) -> None:
    """Raise the first thing that stands against one proposal."""
    number, contract = proposal.number, candidate.loan.contract
    missing = [each for each in PARTIES if not proposal.signatories.get(each)]
    if missing:
        named = ", ".join(each for each in PARTIES if each not in missing) or "none"
        raise NotSignedByAll(number=number, expected=", ".join(PARTIES), found=named)
    if candidate.loan.status not in ("contracted", "active"):
        raise GuaranteeNotOpen(number=number, expected="a loan contracted or active", found=candidate.loan.status)
    if proposal.signed_on < contract.signed_on:
        raise GuaranteeNotOpen(
            number=number, expected=f"a day not before the loan of {contract.signed_on}", found=str(proposal.signed_on)
        )
    if proposal.share <= 0:
        raise ShareNotPositive(number=number, found=str(proposal.share))
    for obstacle in obstacles(number, candidate):
        raise obstacle
    places = {
        str(pool.year): str(proposal.signed_on.year),
        f"region {pool.unit[:2]}": f"region {(contract.kato or pool.unit)[:2]}",
    }
    for expected, found in places.items():
        if expected != found:
            raise AllocationElsewhere(number=number, allocation=pool.number, expected=expected, found=found)


def _check_free(session: Session, proposals: Sequence[Proposal], pools: Mapping[int, _Pool]) -> None:
    """Refuse loans guaranteed already and numbers used, in the database or earlier in the batch."""
    ids = session.scalars(
        select(GuaranteeRow.id).where(GuaranteeRow.loan_id.in_({each.loan_id for each in proposals}))
    ).all()
    standing = {each.loan_id for each in guarantees(session, ids).values() if each.state not in ENDED}
    numbers = {
        (guarantor, number)
        for guarantor, number in session.execute(
            select(GuaranteeRow.guarantor_id, GuaranteeRow.number).where(
                GuaranteeRow.number.in_({each.number for each in proposals})
            )
        )
    }
    for each in proposals:
        number = (pools[each.allocation_id].of.guarantor_id, each.number)
        if each.loan_id in standing:
            raise GuaranteeTaken(number=each.number, reason=f"loan {each.loan_id} is guaranteed already")
        if number in numbers:
            raise GuaranteeTaken(number=each.number, reason="the guarantor has used this number")
        standing.add(each.loan_id)
        numbers.add(number)


def amend(session: Session, guarantee_id: int, on: date, share: Decimal, *, made_by: str, reason: str) -> Guarantee:
    """Change the guaranteed share before the loan is paid out, within the year of its allocation.

    Commission follows: a larger share absorbs more of the allocation, a smaller one gives back.

    Raises:
        OutsideProgramme: above the cap of the borrower's class. ShareNotPositive,
            AllocationExhausted, GuaranteeNotOpen, NotFound.
    """
    standing, pool = _held(session, guarantee_id, on)
    if share <= 0:
        raise ShareNotPositive(number=standing.number, found=str(share))
    for obstacle in obstacles(standing.number, _again(session, standing, pool.of, share)):
        raise obstacle
    if on.year != pool.of.year:
        raise GuaranteeNotOpen(number=standing.number, expected=f"a day of {pool.of.year}", found=str(on))
    amount = part(debts(session, [guarantee_id])[guarantee_id].loan_amount, share)
    return _change(session, standing, pool, "amended", on, (share, amount), made_by, reason)


def _again(session: Session, standing: Guarantee, pool: Allocation, share: Decimal) -> Candidate:
    """The candidate a guarantee was concluded for, with another share."""
    row = session.get_one(GuaranteeRow, standing.id)
    loan = loans(session, [standing.loan_id])[standing.loan_id]
    known = _organisations(session)
    return Candidate(
        loan=loan, lender_kind=known[standing.lender_id].kind, guarantor=known[pool.guarantor_id].code,
        applied_on=row.applied_on, share=share,
    )  # fmt: skip


def cancel(session: Session, guarantee_id: int, on: date, *, made_by: str, reason: str) -> Guarantee:
    """Annul a contract whose loan was not paid out: nothing is at risk, its commission is free again (A-47).

    Raises:
        GuaranteeNotOpen: it has ended, or the loan was paid out. NotFound.
    """
    standing, pool = _held(session, guarantee_id, on)
    return _change(session, standing, pool, "cancelled", on, (standing.share, 0), made_by, reason)


def _held(session: Session, guarantee_id: int, on: date) -> tuple[Guarantee, _Pool]:
    """The guarantee and its allocation, both locked, when it is in force on ``on`` and its loan undrawn."""
    lock(session, "allocation", [guarantee(session, guarantee_id).allocation_id])
    standing = locked(session, guarantee_id)
    _check_in_force(standing, on)
    if debts(session, [guarantee_id])[guarantee_id].drawn:
        raise GuaranteeNotOpen(number=standing.number, expected="a loan not paid out", found="paid out")
    of = allocations(session, [standing.allocation_id])[standing.allocation_id]
    return standing, _Pool(of, of.absorbed)


def _check_in_force(standing: Guarantee, on: date) -> None:
    if standing.state in ENDED:
        raise GuaranteeNotOpen(number=standing.number, expected="a guarantee in force", found=standing.state)
    if on < standing.changed_on:
        raise GuaranteeNotOpen(
            number=standing.number, expected=f"a day not before its last change of {standing.changed_on}", found=str(on)
        )


def _change(
    session: Session, standing: Guarantee, pool: _Pool, kind: Change, on: date, becomes: tuple[Decimal, int],
    made_by: str, reason: str,
) -> Guarantee:  # fmt: skip
    """Record that a guarantee is of another share and amount now, with the commission and the risk that makes."""
    share, amount = becomes
    delta = commission(amount, standing.commission_rate) - standing.commission
    ahead = pool.absorb(standing.number, delta)
    deferred = booked(session, "commission-deferred", [standing.id], on).get(standing.id, 0)
    at_risk = booked(session, "guarantee-issued", [standing.id], on).get(standing.id, 0)
    absorbed = bookings.Absorbed(delta, ahead, earned=max(-delta - deferred, 0))
    event = bookings.changed(
        f"guarantee-{kind}", on, secured(standing), pool.of.payer, exposure=amount - at_risk, absorbed=absorbed
    )
    [event_id] = post(session, [event])
    session.execute(
        insert(GuaranteeChangeRow).values(
            guarantee_id=standing.id, kind=kind, changed_on=on, share=share, amount=amount,
            expires_on=standing.expires_on, commission=delta, reason=reason, made_by=made_by, event_id=event_id,
        )
    )  # fmt: skip
    return guarantee(session, standing.id)


def prolong(session: Session, guarantee_id: int, on: date, *, made_by: str, reason: str) -> Guarantee:
    """Let the guarantee last as long as the schedule of its loan now in force (919-GU-12, 746-GU-10).

    Raises:
        GuaranteeNotOpen: it has ended, or the term is the loan's already. NotFound.
    """
    standing = locked(session, guarantee_id)
    _check_in_force(standing, on)
    expires_on = last_due(session, [standing.loan_id])[standing.loan_id]
    if expires_on == standing.expires_on:
        raise GuaranteeNotOpen(
            number=standing.number, expected="a term other than the loan's", found=f"both to {expires_on}"
        )
    session.execute(
        insert(GuaranteeChangeRow).values(
            guarantee_id=standing.id, kind="prolonged", changed_on=on, share=standing.share, amount=standing.amount,
            expires_on=expires_on, commission=0, reason=reason, made_by=made_by,
        )
    )  # fmt: skip
    return guarantee(session, guarantee_id)


def refuse(
    session: Session, loan_id: int, guarantor_id: int, on: date, reason: str, *, made_by: str, note: str = ""
) -> int:  # fmt: skip
    """Record that a guarantor will not guarantee a loan, for a reason out of `REFUSAL_REASONS`; returns the row's id.

    Raises:
        UnknownReason: no such reason.
    """
    if reason not in REFUSAL_REASONS:
        raise UnknownReason(expected=", ".join(REFUSAL_REASONS), found=reason)
    added = insert(GuaranteeRefusalRow).values(
        loan_id=loan_id, guarantor_id=guarantor_id, refused_on=on, reason=reason, rule=REFUSAL_REASONS[reason],
        note=note, made_by=made_by,
    )  # fmt: skip
    return session.execute(added.returning(GuaranteeRefusalRow.id)).scalar_one()


def _tenge(tiyn: int) -> str:
    return str(from_tiyn(tiyn).amount)
