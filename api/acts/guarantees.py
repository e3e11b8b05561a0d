"""Acts of guarantors on guarantees: concluding them, refusing, changing them. A second person confirms each contract.

A loan that names a guaranteed share and is guaranteed by nobody is an application for a guarantee. What the programme
forbids is refused by `guarantees`, with the clause; the checker sees what the contract takes out of the allocation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Asked, Concern, Doing, Fraction, Id, Line, Measure, Prose, always
from api.acts.allocations import own_organisation, pool_measures
from api.acts.naming import named_guarantee, named_loan
from guarantees.contracts import amend, cancel, conclude, prolong, refuse
from guarantees.standing import allocation, allocations, debts, guarantee
from guarantees.values import Proposal
from ledger.errors import NotFound
from ledger.money import from_tiyn
from lending.microcredits.loans import loan
from reports.report import Text, phrase


class ConcludeAsked(Asked):
    """A trilateral guarantee contract for a loan, its commission taken out of an akimat's allocation."""

    loan_id: Id
    allocation_id: Id
    number: Line
    signed_on: date
    share: Fraction
    guarantor_signatory: Line
    lender_signatory: Line
    borrower_signatory: Line
    applied_on: date | None = None


class RefuseAsked(Asked):
    """A refusal to guarantee a loan, on a ground of the guarantee rules."""

    loan_id: Id
    refusal_ground: Literal[
        "documents-incomplete", "project-unsound", "credit-history", "outside-programme", "allocation-exhausted",
        "other-by-contract",
    ]  # fmt: skip
    note: Prose | None = None
    on: date


class ChangeAsked(Asked):
    """A change of a guarantee on a day, with its reason."""

    guarantee_id: Id
    on: date
    reason: Prose


class AmendAsked(ChangeAsked):
    """Another guaranteed share, agreed before the loan is paid out."""

    share: Fraction


class CancelAsked(ChangeAsked):
    """A guarantee annulled before its loan is paid out; its commission is free again."""


class ProlongAsked(ChangeAsked):
    """A guarantee that lasts as long as the loan's schedule in force."""


def _of_application(session: Session, asked: Any, actor: Actor) -> Concern:
    """The loan that asks for a guarantee, at the actor's own organisation."""
    if not loan(session, asked.loan_id).contract.details.get("guarantee_share"):
        raise NotFound(what="application for a guarantee", name=str(asked.loan_id))
    return Concern(own_organisation(actor), f"loan:{asked.loan_id}")


def _of_pool(session: Session, asked: ConcludeAsked, _actor: Actor) -> Concern:
    """The loan to be guaranteed, and the guarantor of the allocation."""
    found = loan(session, asked.loan_id)
    return Concern(allocation(session, asked.allocation_id).guarantor_id, f"loan:{found.id}")


def of_guarantor(session: Session, asked: Any, _actor: Actor) -> Concern:
    """The guarantee that is asked about, and its guarantor.

    Raises:
        NotFound: there is none in sight.
    """
    found = guarantee(session, asked.guarantee_id)
    return Concern(found.guarantor_id, f"guarantee:{found.id}")


def guarantee_measures(session: Session, guarantee_id: int) -> tuple[Measure, ...]:
    """The sum of a guarantee, what its guarantor may still have to pay, and what borrowers owe him under it."""
    found = guarantee(session, guarantee_id)
    debt = debts(session, [guarantee_id])[guarantee_id]
    figures = {
        "guarantee-amount": found.amount, "guarantee-exposure": debt.exposure(found),
        "guarantor-debt": debt.net_paid,
    }  # fmt: skip
    return tuple(Measure(key, tiyn, of=found.number) for key, tiyn in figures.items())


def _with_pool(session: Session, asked: Any) -> Sequence[Measure]:
    found = guarantee(session, asked.guarantee_id)
    own = guarantee_measures(session, found.id)
    return (*own, *pool_measures(allocation(session, found.allocation_id)))


def _term(session: Session, asked: Any) -> Sequence[Measure]:
    found = guarantee(session, asked.guarantee_id)
    return (Measure("guarantee-expires-on", found.expires_on, "date", of=found.number),)


def _conclude(session: Session, doing: Doing, asked: ConcludeAsked) -> Mapping[str, Any]:
    proposal = Proposal(
        number=asked.number, loan_id=asked.loan_id, allocation_id=asked.allocation_id, signed_on=asked.signed_on,
        share=asked.share, applied_on=asked.applied_on,
        signatories={
            "guarantor": asked.guarantor_signatory, "lender": asked.lender_signatory,
            "borrower": asked.borrower_signatory,
        },
    )  # fmt: skip
    (made,) = conclude(session, [proposal], made_by=doing.actor.signature)
    return {"guarantee_id": made, "loan_id": asked.loan_id}


def _refuse(session: Session, doing: Doing, asked: RefuseAsked) -> Mapping[str, Any]:
    made = refuse(
        session, asked.loan_id, own_organisation(doing.actor), asked.on, asked.refusal_ground,
        made_by=doing.actor.signature, note=asked.note or "",
    )  # fmt: skip
    return {"refusal_id": made, "loan_id": asked.loan_id}


def _amend(session: Session, doing: Doing, asked: AmendAsked) -> Mapping[str, Any]:
    of, who, reason = asked.guarantee_id, doing.actor.signature, asked.reason
    return {"guarantee_id": amend(session, of, asked.on, asked.share, made_by=who, reason=reason).id}


def _cancel(session: Session, doing: Doing, asked: CancelAsked) -> Mapping[str, Any]:
    made_by = doing.actor.signature
    return {"guarantee_id": cancel(session, asked.guarantee_id, asked.on, made_by=made_by, reason=asked.reason).id}


def _prolong(session: Session, doing: Doing, asked: ProlongAsked) -> Mapping[str, Any]:
    made_by = doing.actor.signature
    return {"guarantee_id": prolong(session, asked.guarantee_id, asked.on, made_by=made_by, reason=asked.reason).id}


def _pool(session: Session, asked: ConcludeAsked) -> Sequence[Measure]:
    return pool_measures(allocation(session, asked.allocation_id))


def own_allocations(session: Session, actor: Actor, _values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """Allocations of the actor's organisation as a guarantor, the newest year first, with what is left of each."""
    own = [each for each in allocations(session).values() if each.guarantor_id == actor.organisation_id]
    return [
        (each.id, phrase("web.guarantees.source", number=each.number, year=each.year, left=from_tiyn(each.left)))
        for each in sorted(own, key=lambda each: -each.year)
    ]


GUARANTEE = {"guarantee_id": named_guarantee}

ACTS: tuple[Act[Any], ...] = (
    Act(
        name="guarantees.conclude", asks=ConcludeAsked, path="/loans/{loan_id}/guarantees", concerns=_of_pool,
        work=_conclude, second=always, measures=_pool,
        options={"loan_id": named_loan, "allocation_id": own_allocations},
    ),
    Act(
        name="guarantees.refuse", asks=RefuseAsked, path="/loans/{loan_id}/guarantee-refusals",
        concerns=_of_application, work=_refuse, options={"loan_id": named_loan},
    ),
    Act(
        name="guarantees.amend", asks=AmendAsked, path="/guarantees/{guarantee_id}/amendments", concerns=of_guarantor,
        work=_amend, second=always, measures=_with_pool, options=GUARANTEE,
    ),
    Act(
        name="guarantees.cancel", asks=CancelAsked, path="/guarantees/{guarantee_id}/cancellation",
        concerns=of_guarantor, work=_cancel, second=always, measures=_with_pool, options=GUARANTEE,
    ),
    Act(
        name="guarantees.prolong", asks=ProlongAsked, path="/guarantees/{guarantee_id}/prolongations",
        concerns=of_guarantor, work=_prolong, second=always, measures=_term, options=GUARANTEE,
    ),
)  # fmt: skip
