"""Tables of the ledger.

Two tables hold the truth, ``entry`` and ``posting``; both are append-only. Everything else here is either
reference (organisations, accounts), the calendar of books (periods), proof (seals, snapshots: derivable, and
re-derived by `ledger.verification`) or the memory of commands (idempotency). The guards that the database
itself enforces are in ``guards.sql``; postings carry no foreign keys because a statement-level trigger checks
a whole batch at once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Sequence,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from ledger.entries import CODE, LARGEST_AMOUNT, REFERENCE

CLOCK = text("clock_timestamp()")
TRANSACTION = text("pg_current_xact_id()")


class TransactionId(UserDefinedType[str]):
    """PostgreSQL's 64-bit transaction id."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """Name of the type in DDL."""
        return "xid8"


class Base(DeclarativeBase):
    """Declarative base of every table in the system, with predictable constraint names."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a class attribute
        int: BigInteger,
        str: Text,
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        bytes: LargeBinary,
    }


class OrganisationRow(Base):
    """An organisation, and with it its book: ``book_id`` elsewhere is this id."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint(f"code ~ '^{CODE}$'", name="code"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    bin: Mapped[str | None] = mapped_column(unique=True)
    region: Mapped[str | None] = mapped_column(comment="KATO code of the region, nine digits")
    opened_on: Mapped[date] = mapped_column(comment="first day its book may carry an entry")


class AccountRow(Base):
    """Copy of the chart, for the database's own checks and for readers with SQL only."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    name_kk: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    subject: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(JSONB)
    mirror: Mapped[str]
    mof: Mapped[str]
    nb3: Mapped[str]
    nb79: Mapped[str]
    gov: Mapped[str]


class CommandRow(Base):
    """A command by its idempotency key: who asked for what through which channel, and what was answered."""

    __tablename__ = "command"
    __table_args__ = (Index("ix_command_recorded_at", "recorded_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    request_digest: Mapped[bytes]
    actor: Mapped[str]
    channel: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    result: Mapped[dict[str, Any] | None]


entry_id = Sequence("entry_id_seq", metadata=Base.metadata)


class EntryRow(Base):
    """An entry in one book. ``event_id`` is the id of the first entry of the event, shared by its pair."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("legs >= 2", name="two_legs"),
        CheckConstraint(f"kind ~ '^{REFERENCE}$' AND source ~ '^{REFERENCE}$'", name="references"),
        Index("ix_entry_book_id_effective_on", "book_id", "effective_on"),
        Index("ix_entry_event_id", "event_id"),
        Index("ix_entry_source", "source", postgresql_where=text("source <> ''")),
        Index("uq_entry_reverses", "reverses", unique=True, postgresql_where=text("reverses IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int]
    book_id: Mapped[int]
    kind: Mapped[str]
    source: Mapped[str]
    effective_on: Mapped[date]
    legs: Mapped[int]
    reverses: Mapped[int | None]
    command_id: Mapped[int | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    xid: Mapped[str] = mapped_column(TransactionId, server_default=TRANSACTION)


class PostingRow(Base):
    """One leg of an entry; amount in tiyn, debits positive. Book and date repeat the entry's, for balances."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(f"amount <> 0 AND abs(amount) <= {LARGEST_AMOUNT}", name="amount"),
        CheckConstraint(f"subject ~ '^{REFERENCE}$'", name="reference"),
        Index("ix_posting_account_id_subject_effective_on", "account_id", "subject", "effective_on"),
        Index("ix_posting_book_id_effective_on", "book_id", "effective_on"),
    )

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    book_id: Mapped[int]
    account_id: Mapped[int] = mapped_column(SmallInteger)
    subject: Mapped[str] = mapped_column(Text(collation="C"))
    amount: Mapped[int]
    effective_on: Mapped[date]


class PeriodRow(Base):
    """State of one month of one book: open, closing, locked or final. Changed only through `PeriodChangeRow`."""

    __tablename__ = "period"
    __table_args__ = (CheckConstraint("state IN ('open', 'closing', 'locked', 'final')", name="state"),)

    book_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True, comment="first day of the month")
    state: Mapped[str]


class PeriodChangeRow(Base):
    """Who moved a month of a book to which state, and why. Append-only; a trigger applies it."""

    __tablename__ = "period_change"
    __table_args__ = (
        Index("ix_period_change_book_id_month", "book_id", "month"),
        CheckConstraint("made_by <> '' AND second_by <> '' AND second_by <> made_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    month: Mapped[date]
    to_state: Mapped[str]
    made_by: Mapped[str]
    second_by: Mapped[str | None]
    reason: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    xid: Mapped[str] = mapped_column(TransactionId, server_default=TRANSACTION)


class SnapshotRow(Base):
    """Balance of an account and subject at the end of a locked month; derivable, and re-derived by verify."""

    __tablename__ = "snapshot"

    book_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    balance: Mapped[int]


class EntrySealRow(Base):
    """Digest of an entry under its seal, and four bytes for each of its lines so that a changed line can be named."""

    __tablename__ = "entry_seal"
    __table_args__ = (Index("ix_entry_seal_book_id_number", "book_id", "number"),)

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    book_id: Mapped[int]
    number: Mapped[int] = mapped_column(comment="of the seal, within the book")
    digest: Mapped[bytes]
    marks: Mapped[bytes]


class SealRow(Base):
    """A seal of one book: a month's entries that none sealed before, chained to the seal before it.

    The first is chained to the organisation's own row. A month that was reopened gets a further seal.
    """

    __tablename__ = "seal"

    book_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="1, 2, … within the book")
    month: Mapped[date]
    entries: Mapped[int]
    previous: Mapped[bytes]
    digest: Mapped[bytes]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    xid: Mapped[str] = mapped_column(TransactionId, server_default=TRANSACTION)
