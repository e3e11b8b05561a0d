"""The card of a claim: payable worked out line by line against what was demanded, papers, approvals, payout, recourse.

While a claim is under way the calculation is of today; once it has ended it is the one it was approved or paid on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from guarantees.calculation import CalculatedLine, Calculation
from guarantees.claims import OPEN, calculated
from guarantees.standing import debts, guarantee
from guarantees.tables import ClaimRow, ClaimStepRow
from guarantees.values import Guarantee
from ledger.errors import NotFound
from lending.microcredits.loans import loan
from reports.cards.guarantees import Recovered, recoveries_of
from reports.cards.loan_facts import LoanFacts, loan_facts, name_of
from reports.report import Name


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a claim: who did what when, and the document, reason or sum that belongs to it."""

    kind: str
    on: date
    made_by: str
    amount: int
    document: str | None
    reference: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A document the guarantee asks for: its numbers as attached, and whether the lender was asked for it."""

    kind: str
    references: tuple[str, ...]
    asked: bool
    required: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """The payout of a claim."""

    on: date
    amount: int
    made_by: str
    event_id: int
    repayments: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """A claim with everything known of it; ``presented_by`` and ``approvals`` name people as they sign."""

    id: int
    number: str
    presented_on: date
    presented_by: str
    accelerated: bool
    state: str
    of: Guarantee
    guarantor: Name
    lender: Name
    loan: LoanFacts
    calculation: Calculation
    recomputed: bool
    documents: tuple[Document, ...]
    steps: tuple[Step, ...]
    approvals: tuple[Step, ...]
    receipt: Receipt | None
    guarantor_debt: int
    recoveries: tuple[Recovered, ...]

    @property
    def open(self) -> bool:
        """Whether it may still be approved."""
        return self.state in OPEN

    @property
    def missing(self) -> tuple[str, ...]:
        """Kinds of documents without which it cannot be approved."""
        return tuple(each.kind for each in self.documents if each.required and not each.references)


def claim_card(session: Session, claim_id: int, today: date) -> ClaimCard:
    """The card of a claim as it stands on ``today``.

    Raises:
        NotFound: there is none in sight.
    """
    claim = session.get(ClaimRow, claim_id)
    if claim is None:
        raise NotFound(what="claim", name=str(claim_id))
    of = guarantee(session, claim.guarantee_id)
    rows = session.scalars(
        select(ClaimStepRow).where(ClaimStepRow.claim_id == claim_id).order_by(ClaimStepRow.id)
    ).all()
    steps, state = tuple(map(_step, rows)), rows[-1].kind
    kept = next((row.details for row in reversed(rows) if row.kind in ("approved", "paid")), None)
    under_way = state in (*OPEN, "accepted")
    found = (
        calculated(session, claim, of, max(today, claim.presented_on))
        if under_way
        else calculation_kept(kept) if kept else calculated(session, claim, of, claim.presented_on)
    )  # fmt: skip
    return ClaimCard(
        id=claim.id, number=claim.number, presented_on=claim.presented_on, presented_by=claim.made_by,
        accelerated=claim.accelerated, state=state, of=of, guarantor=name_of(session, of.guarantor_id),
        lender=name_of(session, of.lender_id), loan=loan_facts(session, loan(session, of.loan_id)), calculation=found,
        recomputed=under_way, documents=_documents(of.conditions.documents, steps), steps=steps,
        approvals=tuple(each for each in steps if each.kind == "approved"), receipt=_receipt(rows),
        guarantor_debt=debts(session, [of.id])[of.id].net_paid, recoveries=recoveries_of(session, of.id),
    )  # fmt: skip


def calculation_kept(details: Mapping[str, Any]) -> Calculation:
    """A calculation as it was kept with a step."""
    lines = tuple(CalculatedLine(**line) for line in details["lines"])
    read = {"as_of": date.fromisoformat(details["as_of"]), "share": Decimal(details["share"]), "lines": lines}
    return Calculation(**(dict(details) | read))


def _step(row: ClaimStepRow) -> Step:
    told = row.details
    return Step(
        row.kind, row.made_on, row.made_by, row.amount, told.get("kind"), told.get("reference"), told.get("reason")
    )


def _documents(required: Sequence[str], steps: Sequence[Step]) -> tuple[Document, ...]:
    attached = [each for each in steps if each.kind == "document"]
    asked = {each.document for each in steps if each.kind == "asked"}
    told = [each.document for each in steps if each.kind in ("document", "asked") and each.document]
    return tuple(
        Document(
            kind, tuple(each.reference or "" for each in attached if each.document == kind), kind in asked,
            kind in required,
        )
        for kind in dict.fromkeys([*required, *told])
    )  # fmt: skip


def _receipt(rows: Sequence[ClaimStepRow]) -> Receipt | None:
    paid = next((row for row in rows if row.kind == "paid"), None)
    if paid is None or paid.event_id is None:
        return None
    return Receipt(paid.made_on, paid.amount, paid.made_by, paid.event_id, tuple(paid.repayments))
