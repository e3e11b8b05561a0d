"""Acts that prove what loans were spent on: documents with their sums, and the taking back of one.

They are the lender's, and a second person of the lender's looks at the documents before they count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, RootModel
from sqlalchemy.orm import Session

from api.acts.act import Act, Asked, Doing, Id, Line, Measure, Tenge, always, money
from api.acts.lending import of_loan
from api.acts.watching import digest_of, row
from ledger.errors import NotFound
from lending.oversight import target_use
from lending.oversight.cases import cases
from lending.oversight.tables import TargetUseRow
from lending.oversight.values import Confirmation, Document

DocumentKind = Literal["invoice", "delivery-note", "act", "contract", "payment-order", "receipt", "inspection", "other"]


class Paper(Asked):
    """One document that proves a part of the loan; ``evidence_id`` is its file, where one was handed in."""

    kind: DocumentKind
    number: Line
    dated: date | None = None
    amount: Tenge
    evidence_id: Id | None = None


class Papers(RootModel[Annotated[tuple[Paper, ...], Field(min_length=1, max_length=50)]]):
    """Several documents that stand or fall together."""

    def __str__(self) -> str:
        """The documents in one line: number, day and sum of each."""
        return "; ".join(f"№ {each.number} {each.dated or ''}: {each.amount:.2f}" for each in self.root)


class ConfirmAsked(Asked):
    """Documents that prove what a loan was spent on, accepted on a day."""

    loan_id: Id
    on: date
    papers: Papers


class WithdrawAsked(Asked):
    """A confirmation that is taken back."""

    loan_id: Id
    confirmation_id: Id
    on: date


def _confirm(session: Session, doing: Doing, asked: ConfirmAsked) -> Mapping[str, Any]:
    ids = target_use.confirm(session, [
        Confirmation(
            loan_id=asked.loan_id, confirmed_on=asked.on, amount=money(each.amount),
            document=Document(each.kind, each.number, each.dated), checked_by=doing.actor.signature,
            sha256=digest_of(session, asked.loan_id, each.evidence_id),
        )
        for each in asked.papers.root
    ])  # fmt: skip
    return {"case_id": asked.loan_id, "confirmations": ids}


def _withdraw(session: Session, doing: Doing, asked: WithdrawAsked) -> Mapping[str, Any]:
    if row(session, TargetUseRow, "confirmation", asked.confirmation_id).loan_id != asked.loan_id:
        raise NotFound(what="confirmation", name=str(asked.confirmation_id))
    target_use.withdraw(session, asked.confirmation_id, asked.on, doing.actor.signature)
    return {"case_id": asked.loan_id}


def _proved(session: Session, asked: Any) -> Sequence[Measure]:
    found = cases(session, asked.on, loan_ids=[asked.loan_id])
    return [
        measure
        for case in found
        for measure in (Measure("proved", case.confirmed), Measure("unproved", case.unconfirmed))
    ]


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="target-use.confirm", asks=ConfirmAsked, path="/loans/{loan_id}/target-use", concerns=of_loan,
        work=_confirm, second=always, measures=_proved,
    ),
    Act(
        name="target-use.withdraw", asks=WithdrawAsked, path="/loans/{loan_id}/target-use/{confirmation_id}/reversal",
        concerns=of_loan, work=_withdraw, second=always, measures=_proved,
    ),
)  # fmt: skip
