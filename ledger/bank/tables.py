"""Tables of bank statements: what a bank said, and what an organisation made of it.

Statements and lines are only ever added to. A match is a person's word, or the machine's, on one line: with entries it
is matched, without any it is set aside. It stands until a row says why it fell; an entry has one standing match at
most, which is a unique index, and what is matched makes up its line to the tiyn, which is a trigger (``guards.sql``).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class BankStatementRow(Base):
    """A statement of one account as its file told it; ``known_*`` is what of it other statements had told before."""

    __tablename__ = "bank_statement"
    __table_args__ = (
        UniqueConstraint("organisation_id", "sha256"),
        CheckConstraint("opening + money_in - money_out = closing", name="adds_up"),
        CheckConstraint("known_in BETWEEN 0 AND money_in AND known_out BETWEEN 0 AND money_out", name="known"),
        CheckConstraint("first_on <= last_on AND length(sha256) = 32", name="whole"),
        Index("ix_bank_statement_organisation_id_last_on", "organisation_id", "last_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account: Mapped[str] = mapped_column(comment="number of the account at the bank")
    first_on: Mapped[date]
    last_on: Mapped[date] = mapped_column(comment="that day included")
    opening: Mapped[int] = mapped_column(comment="tiyn, as all sums here")
    money_in: Mapped[int]
    money_out: Mapped[int]
    closing: Mapped[int]
    known_in: Mapped[int]
    known_out: Mapped[int]
    file_name: Mapped[str] = mapped_column(comment="as its sender called it; names nothing here")
    sha256: Mapped[bytes] = mapped_column(comment="of the file")
    taken_by: Mapped[str]
    taken_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class BankLineRow(Base):
    """A line of an account, kept once however many statements tell it; ``ordinal`` counts those nothing tells apart."""

    __tablename__ = "bank_line"
    __table_args__ = (
        UniqueConstraint(
            "organisation_id", "account", "moved_on", "number", "amount", "ordinal", name="uq_bank_line_told_once"
        ),
        CheckConstraint("amount <> 0 AND ordinal > 0", name="amount"),
        Index("ix_bank_line_statement_id", "statement_id"),
        Index("ix_bank_line_organisation_id_moved_on", "organisation_id", "moved_on"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), comment="which told it first")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    account: Mapped[str]
    moved_on: Mapped[date]
    number: Mapped[str] = mapped_column(comment="of the document at the bank")
    amount: Mapped[int] = mapped_column(comment="money in is positive")
    ordinal: Mapped[int]
    other_name: Mapped[str]
    other_id: Mapped[str] = mapped_column(comment="IIN or BIN")
    other_account: Mapped[str]
    purpose: Mapped[str]
    code: Mapped[str] = mapped_column(comment="of the purpose of the payment, three digits")


class BankMatchRow(Base):
    """What was decided about a line: matched by the machine, matched by a person, or set aside."""

    __tablename__ = "bank_match"
    __table_args__ = (
        CheckConstraint("how IN ('automatic', 'by-hand', 'aside')", name="how"),
        CheckConstraint("how <> 'aside' OR reason <> ''", name="told_why"),
        Index("uq_bank_match_line_id", "line_id", unique=True, postgresql_where="standing"),
        UniqueConstraint("id", "standing"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), index=True)
    how: Mapped[str]
    reason: Mapped[str] = mapped_column(comment="the rule that matched it, or why it is set aside")
    standing: Mapped[bool] = mapped_column(comment="false once it was undone")
    made_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class BankMatchEntryRow(Base):
    """An entry that makes up a matched line, alone or with others; ``amount`` is what it moves at the bank."""

    __tablename__ = "bank_match_entry"
    __table_args__ = (
        ForeignKeyConstraint(["match_id", "standing"], ["bank_match.id", "bank_match.standing"], onupdate="CASCADE"),
        Index("uq_bank_match_entry_entry_id", "entry_id", unique=True, postgresql_where="standing"),
    )

    match_id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    amount: Mapped[int]
    standing: Mapped[bool]


class BankUndoingRow(Base):
    """Why what was decided about a line fell, and who said so."""

    __tablename__ = "bank_undoing"
    __table_args__ = (CheckConstraint("reason <> ''", name="told_why"),)

    match_id: Mapped[int] = mapped_column(ForeignKey("bank_match.id"), primary_key=True)
    reason: Mapped[str]
    made_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
