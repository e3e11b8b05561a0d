"""Balances as of two dates.

A balance is asked for as it stood at the close of ``effective_on``, by everything known at ``known_at`` (``None``:
now). It starts from the last snapshot that covers the question and adds the postings since; with ``known_at`` it
adds up all postings, because a snapshot knows what was recorded later. Amounts are whole tiyn, debits positive.
Nothing here is stored.

An entry is recorded when it is written, a moment before its transaction commits. So the answer for a ``known_at``
is for ever the same once every transaction open at that moment has ended; ask for a moment some minutes past.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from moneyed import Money
from sqlalchemy import bindparam, text
from sqlalchemy.orm import Session
from sqlalchemy.types import ARRAY, BigInteger

from ledger import chart
from ledger.money import from_tiyn

SINCE_SNAPSHOT = """
    WITH base AS (
        SELECT s.book_id, max(s.month) AS month FROM seal s
        JOIN period p USING (book_id, month)
        WHERE p.state IN ('locked', 'final') AND s.month + interval '1 month' <= CAST(:through AS date) + 1
          {book_of_seal}
        GROUP BY s.book_id
    ), moved AS (
        SELECT s.book_id, s.account_id, s.subject, s.balance AS amount
        FROM snapshot s JOIN base USING (book_id, month) WHERE true {accounts} {books} {subjects}
        UNION ALL
        SELECT s.book_id, s.account_id, s.subject, s.amount
        FROM posting s LEFT JOIN base ON base.book_id = s.book_id
        WHERE s.effective_on <= :through AND (base.month IS NULL OR s.effective_on >= base.month + interval '1 month')
          {accounts} {books} {subjects}
    )
    SELECT {columns}, sum(amount)::bigint AS balance FROM moved GROUP BY {columns} HAVING sum(amount) <> 0
    ORDER BY {columns}
"""

KNOWN = "JOIN entry e ON e.id = s.entry_id AND e.recorded_at <= :known_at"

AS_KNOWN = """
    SELECT {columns}, sum(s.amount)::bigint AS balance FROM posting s {known}
    WHERE s.effective_on <= :through {accounts} {books} {subjects}
    GROUP BY {columns} HAVING sum(s.amount) <> 0 ORDER BY {columns}
"""


@dataclass(frozen=True, slots=True)
class SubjectBalance:
    """Balance of one subject on one account of one book, in tiyn, debits positive."""

    book_id: int
    account: str
    subject: str
    tiyn: int


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """One account over a period: opening and closing balance, and both turnovers, in tiyn.

    ``opening`` and ``closing`` are signed (debits positive); ``debit`` and ``credit`` are not negative.
    """

    account: str
    opening: int
    debit: int
    credit: int
    closing: int


def _ask(
    session: Session, columns: str, through: date, known_at: datetime | None, accounts: Collection[str] | None,
    books: Collection[int] | None, subjects: Collection[str] | None,
) -> list[Any]:  # fmt: skip
    values: dict[str, Any] = {"through": through}
    parts = {"accounts": "", "books": "", "subjects": "", "book_of_seal": ""}
    if accounts is not None:
        parts["accounts"] = "AND s.account_id = ANY(CAST(:accounts AS smallint[]))"
        values["accounts"] = [chart.account(code).id for code in accounts]
    if books is not None:
        parts["books"] = "AND s.book_id = ANY(:books)"
        parts["book_of_seal"] = "AND s.book_id = ANY(:books)"
        values["books"] = list(books)
    if subjects is not None:
        parts["subjects"] = "AND s.subject = ANY(CAST(:subjects AS text[]))"
        values["subjects"] = list(subjects)
    if known_at is not None:
        qualified = ", ".join(f"s.{name}" for name in columns.split(", "))
        statement = text(AS_KNOWN.format(columns=qualified, known=KNOWN, **parts))
        values["known_at"] = known_at
    else:
        statement = text(SINCE_SNAPSHOT.format(columns=columns, **parts))
    if books is not None:
        statement = statement.bindparams(bindparam("books", type_=ARRAY(BigInteger)))
    return list(session.execute(statement, values))


def balances(
    session: Session, *, effective_on: date, accounts: Collection[str] | None = None,
    books: Collection[int] | None = None, subjects: Collection[str] | None = None, known_at: datetime | None = None,
) -> list[SubjectBalance]:  # fmt: skip
    """Every non-zero balance at the close of ``effective_on``, by book, account and subject.

    ``None`` for accounts, books or subjects means all of them.
    """
    rows = _ask(session, "book_id, account_id, subject", effective_on, known_at, accounts, books, subjects)
    by_id = chart.accounts_by_id()
    return [SubjectBalance(row.book_id, by_id[row.account_id].code, row.subject, row.balance) for row in rows]


def balance_tiyn(
    session: Session, account: str, *, effective_on: date, book: int | None = None, subject: str | None = None,
    known_at: datetime | None = None,
) -> int:  # fmt: skip
    """Balance of one account in tiyn, debits positive, at the close of ``effective_on``."""
    books = None if book is None else [book]
    subjects = None if subject is None else [subject]
    rows = _ask(session, "account_id", effective_on, known_at, [account], books, subjects)
    return rows[0].balance if rows else 0


def balance(
    session: Session, account: str, *, effective_on: date, book: int | None = None, subject: str | None = None,
    known_at: datetime | None = None,
) -> Money:  # fmt: skip
    """`balance_tiyn` as money."""
    return from_tiyn(
        balance_tiyn(
            session, account, effective_on=effective_on, book=book, subject=subject, known_at=known_at
        )
    )  # fmt: skip


TRIAL_BALANCE = """
    SELECT s.account_id,
        sum(s.amount) FILTER (WHERE s.effective_on < :start)::bigint AS opening,
        sum(s.amount) FILTER (WHERE s.effective_on >= :start AND s.amount > 0)::bigint AS debit,
        -sum(s.amount) FILTER (WHERE s.effective_on >= :start AND s.amount < 0)::bigint AS credit
    FROM posting s {known}
    WHERE s.effective_on <= :through AND s.book_id = ANY(:books)
    GROUP BY s.account_id ORDER BY s.account_id
"""


def trial_balance(
    session: Session, *, books: Sequence[int], start: date, through: date, known_at: datetime | None = None
) -> list[TrialBalanceLine]:
    """Opening balance, turnovers and closing balance of every account moved, ``start`` and ``through`` included."""
    known = "" if known_at is None else KNOWN
    statement = text(TRIAL_BALANCE.format(known=known)).bindparams(bindparam("books", type_=ARRAY(BigInteger)))
    values: dict[str, Any] = {"books": list(books), "start": start, "through": through}
    if known_at is not None:
        values["known_at"] = known_at
    by_id = chart.accounts_by_id()
    lines = []
    for row in session.execute(statement, values):
        opening, debit, credit = row.opening or 0, row.debit or 0, row.credit or 0
        lines.append(TrialBalanceLine(by_id[row.account_id].code, opening, debit, credit, opening + debit - credit))
    return lines
