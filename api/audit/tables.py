"""Tables of the audit: what people and the system did, and the chain that seals it.

Both are append-only. An event is written in the transaction of the act it tells of, unsealed: chaining there would
make every act wait for the one before it. The chain is written afterwards, see `api.audit.sealing`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class AuditEventRow(Base):
    """An act: who, for which organisation, through which channel, on what, with which request, and what it changed."""

    __tablename__ = "audit_event"
    __table_args__ = (
        CheckConstraint("outcome IN ('done', 'refused', 'failed')", name="outcome"),
        Index("ix_audit_event_recorded_at", "recorded_at"),
        Index("ix_audit_event_about", "about"),
        Index("ix_audit_event_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    actor_id: Mapped[int] = mapped_column(comment="the user; 0 is the system")
    login: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), comment="the actor's")
    channel: Mapped[str] = mapped_column(comment="web, api, cli, register or scheduler")
    act: Mapped[str]
    about: Mapped[str] = mapped_column(comment="what it was done to, such as loan:17")
    request: Mapped[dict[str, Any]] = mapped_column(comment="as asked, without secrets")
    measures: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, comment="what it changed: key, before, after")
    outcome: Mapped[str]
    command_id: Mapped[int | None]
    request_id: Mapped[str] = mapped_column(comment="of the HTTP request, as in the server's log")


class AuditSealRow(Base):
    """A link of the chain: the digest of one row, and the hash over it, its place and the link before."""

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("kind", "row_id"),)

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, comment="1, 2, …")
    kind: Mapped[str] = mapped_column(comment="audit_event, command or period_change")
    row_id: Mapped[int]
    digest: Mapped[bytes] = mapped_column(comment="of the row's canonical text")
    link: Mapped[bytes] = mapped_column(comment="over number, kind, row, digest and the link before")
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
