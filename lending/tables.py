"""The two tables of the close: its runs, and what each step did for each chunk.

A step's row is written in the transaction that did the work, so a killed close knows exactly what is done.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class CloseRunRow(Base):
    """One close of one month for a set of books: who started it and how far it came."""

    __tablename__ = "close_run"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    month: Mapped[date]
    books: Mapped[list[int]] = mapped_column(JSONB, comment="book ids")
    chunk_loans: Mapped[int] = mapped_column(comment="loan ids a chunk covers; a resumed run keeps to it")
    state: Mapped[str] = mapped_column(comment="running, blocked, done or abandoned")
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
    finished_at: Mapped[datetime | None]


class CloseStepRow(Base):
    """One finished piece of a close: a step, its chunk, how many things it touched, and what failed with reasons."""

    __tablename__ = "close_step"
    __table_args__ = (UniqueConstraint("run_id", "step", "chunk"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("close_run.id"))
    step: Mapped[str]
    chunk: Mapped[int]
    touched: Mapped[int]
    failures: Mapped[dict[str, Any]] = mapped_column(comment="loan id to reason")
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
