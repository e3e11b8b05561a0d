"""Taking in a statement: once a file, each line once however many statements tell it, and what is certain is matched.

A statement that does not add up, is of somebody else's account or was taken in before is refused whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.bank.matches import LOCK, match_certain
from ledger.bank.movements import ClueQuery
from ledger.bank.tables import BankLineRow, BankStatementRow
from ledger.bank.values import AlreadyTakenIn, Key, Line, Statement, StatementOfAnother
from ledger.locks import lock
from ledger.organisations import organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a statement brought: lines new and known before, and of the new ones and others how many were matched."""

    statement_id: int
    new: int
    known: int
    matched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """The file a statement came in: what it was called, its SHA-256, who handed it in."""

    name: str
    sha256: bytes
    taken_by: str


def take_in(session: Session, book: int, statement: Statement, file: File, clues: Sequence[ClueQuery] = ()) -> Taken:
    """Record a statement of an account of the organisation ``book`` and match what is certain.

    Raises:
        AlreadyTakenIn, StatementDoesNotAddUp, LineOutsidePeriod, StatementOfAnother: nothing is recorded.
    """
    lock(session, LOCK, [book])
    _demand_new(session, book, file)
    statement.demand_sound()
    _demand_own(session, book, statement)
    known = _known(session, book, statement)
    fresh = [(ordinal, line) for ordinal, line in statement.numbered() if ordinal > known[line.key]]
    statement_id = _record(session, book, statement, file, [line for _, line in fresh])
    if fresh:
        session.execute(insert(BankLineRow), [
            {
                "statement_id": statement_id, "organisation_id": book, "account": statement.account,
                "moved_on": line.on, "number": line.number, "amount": line.amount, "ordinal": ordinal,
                "other_name": line.other_name, "other_id": line.other_id, "other_account": line.other_account,
                "purpose": line.purpose, "code": line.code,
            }
            for ordinal, line in fresh
        ])  # fmt: skip
    matched = match_certain(session, book, clues, made_by=file.taken_by)
    return Taken(statement_id=statement_id, new=len(fresh), known=len(statement.lines) - len(fresh), matched=matched)


def _demand_new(session: Session, book: int, file: File) -> None:
    before = session.scalar(
        select(BankStatementRow).where(
            BankStatementRow.organisation_id == book, BankStatementRow.sha256 == file.sha256
        )
    )  # fmt: skip
    if before is not None:
        raise AlreadyTakenIn(statement=before.id, taken_by=before.taken_by, taken_at=before.taken_at)


def _demand_own(session: Session, book: int, statement: Statement) -> None:
    """An account is known to be another's only where both the file and the register of organisations say whose."""
    own = organisation(session, book).bin
    if own and statement.owners and own not in statement.owners:
        raise StatementOfAnother(owner=", ".join(sorted(statement.owners)), own=own)


def _known(session: Session, book: int, statement: Statement) -> Counter[Key]:
    """How often each line of these days is on record already."""
    line = BankLineRow
    rows = session.execute(
        select(line.moved_on, line.number, line.amount).where(
            line.organisation_id == book, line.account == statement.account,
            line.moved_on.between(statement.first_on, statement.last_on),
        )
    )  # fmt: skip
    return Counter((row.moved_on, row.number, row.amount) for row in rows)


def _record(session: Session, book: int, statement: Statement, file: File, fresh: Sequence[Line]) -> int:
    new_in = sum(line.amount for line in fresh if line.amount > 0)
    new_out = -sum(line.amount for line in fresh if line.amount < 0)
    added = insert(BankStatementRow).values(
        organisation_id=book, account=statement.account, first_on=statement.first_on, last_on=statement.last_on,
        opening=statement.opening, money_in=statement.money_in, money_out=statement.money_out,
        closing=statement.closing, known_in=statement.money_in - new_in, known_out=statement.money_out - new_out,
        file_name=file.name, sha256=file.sha256, taken_by=file.taken_by,
    )  # fmt: skip
    return session.scalars(added.returning(BankStatementRow.id)).one()
