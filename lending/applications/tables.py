"""Tables of the borrower's path: applications, their steps and documents, specialisation maps, and trained people.

An application never changes: its state, and its facts as they stand, are those of its last step. All of these tables
are append-only. Amounts are inside the facts, which are kept as they were handed in.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base
from lending.applications.states import STATES


class ApplicationRow(Base):
    """A request for a microcredit to a lender, out of the money of one of its agreements.

    ``channel``: own (the borrower's own entry), petition (of the chamber, 919-PA-11) or referral (of the employment
    centre, 919-PA-10).
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("lender_id", "number"),
        CheckConstraint("channel IN ('own', 'petition', 'referral')", name="channel"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    number: Mapped[str]
    channel: Mapped[str]
    borrower_id_number: Mapped[str] = mapped_column(index=True, comment="IIN or BIN, twelve digits")
    borrower_name: Mapped[str]
    applied_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class ApplicationStepRow(Base):
    """One step of an application: what was done, by whom, when and why, and how it stands after it.

    ``facts`` is the whole application as ``nesie check`` reads it; ``findings`` what the rules said of it then.
    """

    __tablename__ = "application_step"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(each) for each in STATES)})", name="state"),
        Index("uq_application_step_loan_id", "loan_id", unique=True, postgresql_where="act = 'contract'"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="from 1")
    act: Mapped[str]
    state: Mapped[str] = mapped_column(comment="after the step")
    done_on: Mapped[date]
    done_by: Mapped[str]
    why: Mapped[str]
    facts: Mapped[dict[str, Any]]
    findings: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, comment="rule, severity, limit, actual, message, clause"
    )
    clauses: Mapped[list[str]] = mapped_column(JSONB, comment="clauses the contract has, by code")
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"))
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class ApplicationDocumentRow(Base):
    """A paper of an application: what it is, its number and date, and the hash of its scan."""

    __tablename__ = "application_document"
    __table_args__ = (UniqueConstraint("application_id", "kind", "number", "dated"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    kind: Mapped[str]
    number: Mapped[str]
    dated: Mapped[date]
    sha256: Mapped[bytes | None] = mapped_column(comment="of the scan, where there is one")
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class SpecialisationRow(Base):
    """One line of a specialisation map: an activity that a district has chosen, and who approved it for when.

    ``district`` is the KATO code of the district, ``oked`` the beginning of activity codes.
    """

    __tablename__ = "specialisation"
    __table_args__ = (
        UniqueConstraint("organisation_id", "year", "district", "oked", "valid_from"),
        CheckConstraint("valid_from <= valid_until AND approver <> ''", name="approved"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), comment="whose map it is")
    year: Mapped[int] = mapped_column(Integer, index=True)
    district: Mapped[str]
    oked: Mapped[str]
    approver: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date] = mapped_column(comment="inclusive")
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    register_row: Mapped[int] = mapped_column(Integer)


class TrainingRow(Base):
    """What a chamber told of one person's Bastau training; of several rows on one training the last one counts.

    A training is a chamber, a person and the day of admission. A later row adds facts and changes none.
    """

    __tablename__ = "training"
    __table_args__ = (
        Index("ix_training_iin", "iin"),
        CheckConstraint("certificate_kind IN ('bastau-completion', 'bastau-participation')", name="certificate_kind"),
        CheckConstraint("(certificate_kind IS NULL) = (certificate_number IS NULL)", name="certificate_number"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), comment="the chamber")
    iin: Mapped[str]
    name: Mapped[str]
    district: Mapped[str | None] = mapped_column(comment="KATO code")
    admitted_on: Mapped[date]
    trained_on: Mapped[date | None] = mapped_column(comment="last day of the training")
    certificate_kind: Mapped[str | None]
    certificate_number: Mapped[str | None]
    certificate_on: Mapped[date | None]
    opened_on: Mapped[date | None] = mapped_column(comment="business registered with the tax authorities")
    launched_on: Mapped[date | None] = mapped_column(comment="the project began to work")
    large_family: Mapped[bool] = mapped_column(comment="low-income or large family: accompanied for longer")
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"), index=True)
    register_row: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)
