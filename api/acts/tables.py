"""Tables of acts that wait for a second person.

An approval keeps what was asked and what it would do; a decision ends it, once. That the maker does not confirm their
own is a constraint of the database, not only a rule of the program: the decision repeats the maker's id, tied by a
foreign key, and must be somebody else's unless it withdraws. Both tables are append-only.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class ApprovalRow(Base):
    """An act that one person asked for and that takes effect when another confirms it."""

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("id", "made_by"),
        Index("ix_approval_organisation_id_id", "organisation_id", "id"),
        Index("ix_approval_about", "about"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    act: Mapped[str]
    asked: Mapped[dict[str, Any]]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    about: Mapped[str]
    made_by: Mapped[int]
    maker: Mapped[dict[str, Any]] = mapped_column(comment="login, name, roles and channel of the maker at that time")
    effect: Mapped[dict[str, Any]] = mapped_column(comment="measures before and after, and postings, as rehearsed")
    made_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class ApprovalDecisionRow(Base):
    """How an approval ended: approved or rejected by another person, or withdrawn by its maker."""

    __tablename__ = "approval_decision"
    __table_args__ = (
        ForeignKeyConstraint(["approval_id", "made_by"], ["approval.id", "approval.made_by"]),
        CheckConstraint("decision IN ('approved', 'rejected', 'withdrawn')", name="decision"),
        CheckConstraint("(decision = 'withdrawn') = (decided_by = made_by)", name="two_people"),
        CheckConstraint("decision = 'approved' OR reason <> ''", name="reason"),
    )

    approval_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    made_by: Mapped[int]
    decided_by: Mapped[int]
    decider: Mapped[str] = mapped_column(comment="login of who decided")
    decision: Mapped[str]
    reason: Mapped[str]
    decided_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
