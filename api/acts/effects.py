"""What an act does, told before it is done: its measures before and after, and the postings it writes.

The act is carried out for real inside a savepoint and taken back, so what is shown cannot differ from what will
happen on the same data, and an act that would be refused is refused now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from api.acts.act import Act, Asked, Doing, Measure
from ledger.chart import accounts_by_id
from ledger.tables import EntryRow, OrganisationRow, PostingRow

R = TypeVar("R", bound=Asked)


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting an act writes: whose book, which account and subject, tiyn (debits positive)."""

    book: str
    account: str
    subject: str
    amount: int
    effective_on: date


@dataclass(frozen=True, slots=True)
class Effect:
    """``before`` and ``after`` hold the same measures in the same order; ``result`` is what the act returns."""

    before: tuple[Measure, ...]
    after: tuple[Measure, ...]
    legs: tuple[Leg, ...]
    result: Mapping[str, Any]

    def values(self) -> dict[str, Any]:
        """The effect as JSON values, to be kept beside an approval."""
        return {
            "measures": [
                {"key": old.key, "of": old.of, "kind": old.kind, "before": _plain(old.cell), "after": _plain(new.cell)}
                for old, new in zip(self.before, self.after, strict=False)
            ],
            "postings": [
                {"book": leg.book, "account": leg.account, "subject": leg.subject, "amount": leg.amount,
                 "effective_on": leg.effective_on.isoformat()}
                for leg in self.legs
            ],
        }  # fmt: skip


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, int | None) else str(cell)


def rehearsed(session: Session, act: Act[R], doing: Doing, asked: R) -> Effect:
    """Do ``act`` and take it back; returns what it would have done. Locks it took stay until the transaction ends."""
    with session.begin_nested() as savepoint:
        effect = observed(session, act, asked, lambda: act.work(session, doing, asked))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        savepoint.rollback()
    session.expire_all()
    return effect


def observed(session: Session, act: Act[R], asked: R, work: Callable[[], Mapping[str, Any]]) -> Effect:
    """Do ``work`` and tell what it did to the measures of ``act`` and to the books."""
    before = tuple(act.measures(session, asked))
    last = session.scalar(select(func.max(EntryRow.id))) or 0
    result = work()
    session.flush()
    return Effect(before, tuple(act.measures(session, asked)), tuple(_legs_after(session, last)), result)


def _legs_after(session: Session, last: int) -> list[Leg]:
    """The postings this transaction has written since entry ``last``."""
    rows = session.execute(
        select(
            OrganisationRow.code, PostingRow.account_id, PostingRow.subject, PostingRow.amount, PostingRow.effective_on
        )
        .join(EntryRow, EntryRow.id == PostingRow.entry_id)
        .join(OrganisationRow, OrganisationRow.id == PostingRow.book_id)
        .where(EntryRow.id > last, EntryRow.xid == func.pg_current_xact_id())
        .order_by(PostingRow.entry_id, PostingRow.line)
        .limit(LEGS_SHOWN)
    )
    chart = accounts_by_id()
    return [Leg(book, chart[account].code, subject, amount, day) for book, account, subject, amount, day in rows]


#: Postings of one act that are shown: a register of thousands of rows is looked at elsewhere.
LEGS_SHOWN = 200
