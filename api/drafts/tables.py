"""The table of drafts: one row a person and form, with what stands in its fields.

It is no history: a row is written over while somebody types, and goes when the form has served.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class DraftRow(Base):
    """What a person has typed into a form and not sent yet."""

    __tablename__ = "draft"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(primary_key=True, comment="which form, such as loans.conclude")
    typed: Mapped[dict[str, Any]] = mapped_column(comment="fields as typed, by name")
    saved_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
