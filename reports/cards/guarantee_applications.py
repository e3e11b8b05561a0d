"""The card of a loan that asks for a guarantee: what the programme says of it, and what a guarantee would come to.

Each thing to be judged (borrower, terms, share) is judged by the rules of the loan's edition, asked about the share
that is looked at. The class of the borrower follows from the day of registration; another may be looked at to see its
cap, and the programme still has the last word when the contract is concluded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from guarantees.contracts import REFUSAL_REASONS
from guarantees.eligibility import Candidate, obstacles, provision
from guarantees.refusals import OutsideProgramme
from guarantees.standing import Allocation, allocations, guarantees
from guarantees.tables import GuaranteeRefusalRow, GuaranteeRow
from guarantees.values import ENDED, commission, part
from ledger.errors import NotFound
from ledger.organisations import organisation, organisations
from lending.microcredits.loans import loan
from lending.microcredits.schedules import last_due
from lending.microcredits.values import Loan
from lending.programmes.facts import AgeClass
from lending.programmes.provisions import fitting
from reports.cards.loan_facts import LoanFacts, loan_facts, name_of
from reports.report import Name

Matter = Literal["borrower", "terms", "share"]
#: What of an application each finding of the rules is about; all others are about the terms of the loan.
MATTERS: dict[str, Matter] = {
    "guarantee-share": "share", "guarantee-anchor-share": "share", "guarantee-lender": "borrower",
    "guarantor": "borrower",
}  # fmt: skip
CLASSES: tuple[AgeClass, ...] = get_args(AgeClass)
#: Details of a loan that name a paper.
PAPERS = ("application", "certificate_number", "referral_number")


@dataclass(frozen=True, slots=True)
class Told:
    """A rule that stands against the guarantee: its id, its clause, and what it says in three languages."""

    matter: Matter
    rule: str
    clause: str
    words: Name


@dataclass(frozen=True, slots=True)
class ClassCap:
    """The highest share for a class of borrowers, by its rule and clause."""

    borrower_class: str
    share_max: Decimal
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Source:
    """An allocation the commission may come out of; sums are tiyn, ``fits`` whether the commission does."""

    of: Allocation
    commission: int
    fits: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal on record."""

    on: date
    ground: str
    rule: str
    note: str
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationCard:
    """An application for a guarantee, looked at with ``share`` for a borrower of ``borrower_class``.

    ``own_class`` is the class by the books, None when the day of registration is not known.
    """

    loan: LoanFacts
    guarantor_code: str
    guarantor: Name | None
    guarantor_id: int | None
    asked_share: Decimal
    own_class: str | None
    borrower_class: str
    caps: tuple[ClassCap, ...]
    share: Decimal
    amount: int
    expires_on: date
    papers: tuple[tuple[str, str], ...]
    findings: tuple[Told, ...]
    sources: tuple[Source, ...]
    grounds: tuple[tuple[str, str], ...]
    refusals: tuple[Refusal, ...]
    guarantee_id: int | None

    @property
    def cap(self) -> ClassCap:
        """The cap of the class that is looked at."""
        return next(each for each in self.caps if each.borrower_class == self.borrower_class)

    def about(self, matter: Matter) -> list[Told]:
        """The findings about one matter."""
        return [each for each in self.findings if each.matter == matter]


def application_card(
    session: Session, loan_id: int, *, share: Decimal | None = None, borrower_class: str | None = None,
    allocation_id: int | None = None,
) -> ApplicationCard:  # fmt: skip
    """The card of an application; ``share`` and ``borrower_class`` look at others than those asked for and known.

    Raises:
        NotFound: no loan in sight asks for a guarantee under this id.
    """
    of = loan(session, loan_id)
    asked = of.contract.details.get("guarantee_share")
    if not asked:
        raise NotFound(what="application for a guarantee", name=str(loan_id))
    code, candidate = _candidate(session, of, Decimal(str(asked)))
    serving = _organisation(session, code)
    own_class = candidate.facts["age_class"]
    looked_at = borrower_class if borrower_class in CLASSES else own_class or "operating"
    caps = _caps(candidate)
    cap = next(each for each in caps if each.borrower_class == looked_at)
    chosen = share if share is not None else min(candidate.share, cap.share_max)
    facts = loan_facts(session, of)
    amount = part(facts.amount, chosen)
    _, judged = _candidate(session, of, chosen)
    return ApplicationCard(
        loan=facts, guarantor_code=code, guarantor=None if serving is None else name_of(session, serving),
        guarantor_id=serving, asked_share=candidate.share,
        own_class=own_class, borrower_class=looked_at, caps=caps, share=chosen, amount=amount,
        expires_on=last_due(session, [loan_id])[loan_id],
        papers=tuple((name, str(of.contract.details[name])) for name in PAPERS if of.contract.details.get(name)),
        findings=_findings(judged, cap, chosen), sources=_sources(session, of, amount, allocation_id),
        grounds=tuple(REFUSAL_REASONS.items()), refusals=_refusals(session, loan_id),
        guarantee_id=_standing(session, loan_id),
    )  # fmt: skip


def _candidate(session: Session, of: Loan, share: Decimal) -> tuple[str, Candidate]:
    """The guarantor of the place by the edition, and the loan put before the rules."""
    lender_kind = organisation(session, of.contract.lender_id).kind
    candidate = Candidate(loan=of, lender_kind=lender_kind, guarantor="", applied_on=of.contract.signed_on, share=share)
    serving = provision(candidate.law, "guarantor", of.contract.territory_type)
    code = serving.value[0] if serving else "damu"  # an edition without guarantees names nobody, and refuses anybody
    return code, Candidate(
        loan=of, lender_kind=lender_kind, guarantor=code, applied_on=of.contract.signed_on, share=share
    )


def _caps(candidate: Candidate) -> tuple[ClassCap, ...]:
    """The lower of the caps that apply to each class (A-40)."""
    known, law = candidate.facts.known, candidate.law
    found = []
    for each in CLASSES:
        cases = [
            case
            for name in ("guarantee.share_max", "guarantee.anchor_share_max")
            for case in fitting(law.provision(name), dict(known) | {"age_class": each}).cases[:1]
        ]
        lowest = min(cases, key=lambda case: case.value)
        found.append(ClassCap(each, lowest.value, lowest.rule, lowest.clause))
    return tuple(found)


def _findings(judged: Candidate, cap: ClassCap, share: Decimal) -> tuple[Told, ...]:
    """What the rules say of the candidate, and what the class looked at would say of the share."""
    found = [_told(each) for each in obstacles("", judged)]
    if share > cap.share_max and not any(each.matter == "share" for each in found):
        found.append(Told("share", cap.rule, cap.clause, Name("", "", "")))
    return tuple(found)


def _told(each: OutsideProgramme) -> Told:
    return Told(MATTERS.get(each.finding, "terms"), each.rule, each.clause, Name(each.kk, each.ru, each.en))


def _organisation(session: Session, code: str) -> int | None:
    """The organisation a programme calls ``code``."""
    return next((each.id for each in organisations(session) if each.code.lower() == code), None)


def _sources(session: Session, of: Loan, amount: int, chosen: int | None) -> tuple[Source, ...]:
    """Allocations in sight for the place from the year of the loan on, the chosen one first."""
    region = (of.contract.kato or "")[:2]
    fitting_here = [
        each for each in allocations(session).values()
        if each.edition == of.edition and each.year >= of.contract.signed_on.year
        and (not region or each.unit[:2] == region)
    ]  # fmt: skip
    fitting_here.sort(key=lambda each: (each.id != chosen, each.year, each.id))
    costs = [(each, commission(amount, each.commission_rate)) for each in fitting_here]
    return tuple(Source(each, cost, cost <= each.left) for each, cost in costs)


def _refusals(session: Session, loan_id: int) -> tuple[Refusal, ...]:
    own = GuaranteeRefusalRow
    rows: Sequence[GuaranteeRefusalRow] = session.scalars(
        select(own).where(own.loan_id == loan_id).order_by(own.id)
    ).all()
    return tuple(Refusal(row.refused_on, row.reason, row.rule, row.note, row.made_by) for row in rows)


def _standing(session: Session, loan_id: int) -> int | None:
    """The guarantee of the loan that has not ended."""
    ids = session.scalars(select(GuaranteeRow.id).where(GuaranteeRow.loan_id == loan_id)).all()
    return next((key for key, each in guarantees(session, ids).items() if each.state not in ENDED), None)
