"""Tables of guarantees: allocations and transfers of commissions, contracts and their changes, claims, recoveries.

Every table is append-only: an allocation, a guarantee and a claim stand as their latest rows left them, and an
undoing is a row. Amounts are tiyn. What is absorbed, owed and at risk is the ledger's; these rows explain it, and
`guarantees.checks` compares the two.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables import CLOCK, Base


class AllocationRow(Base):
    """A year's commissions of one akimat for one guarantor, by the contract between the two."""

    __tablename__ = "allocation"
    __table_args__ = (
        UniqueConstraint("akimat_id", "guarantor_id", "year"),
        CheckConstraint("commission_rate > 0 AND commission_rate <= 1", name="rate"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str] = mapped_column(comment="contract between the akimat and the guarantor")
    year: Mapped[int] = mapped_column(Integer)
    akimat_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    department: Mapped[str] = mapped_column(comment="agriculture or entrepreneurship")
    guarantor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    edition: Mapped[str]
    unit: Mapped[str] = mapped_column(comment="KATO code of the administrative unit served")
    territory: Mapped[str] = mapped_column(comment="rural or city")
    commission_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    first_share: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="part of the year transferred at its start")


class AllocationChangeRow(Base):
    """The sum of an allocation: agreed when it is opened, raised or lowered later; amounts add up."""

    __tablename__ = "allocation_change"
    __table_args__ = (CheckConstraint("amount <> 0", name="not_zero"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), index=True)
    changed_on: Mapped[date]
    amount: Mapped[int]
    document: Mapped[str]


class TransferRequestRow(Base):
    """A guarantor's request for the remainder, justified by contracts: concluding them proves absorption."""

    __tablename__ = "transfer_request"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), index=True)
    requested_on: Mapped[date]
    amount: Mapped[int]
    requested_by: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class TransferRequestLineRow(Base):
    """One contract of a request: its commission and the part of it that no transfer has covered yet."""

    __tablename__ = "transfer_request_line"

    request_id: Mapped[int] = mapped_column(ForeignKey("transfer_request.id"), primary_key=True)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), primary_key=True)
    commission: Mapped[int]
    amount: Mapped[int]


class CommissionTransferRow(Base):
    """Money between akimat and guarantor: to the guarantor positive, back negative.

    ``kind``: first (at the start of the year), remainder (on request), returned (unused at the end of the year),
    carried (to or from the next year's allocation).
    """

    __tablename__ = "commission_transfer"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="not_zero"),
        CheckConstraint("kind IN ('first', 'remainder', 'returned', 'carried')", name="kind"),
        Index("uq_commission_transfer_first", "allocation_id", unique=True, postgresql_where="kind = 'first'"),
        UniqueConstraint("request_id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), index=True)
    kind: Mapped[str]
    paid_on: Mapped[date]
    amount: Mapped[int]
    payer: Mapped[str] = mapped_column(comment="who gave the order: the akimat, under 919 also a ministry (A-44)")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("transfer_request.id"))
    approved_by: Mapped[str]
    event_id: Mapped[int]


class GuaranteeRow(Base):
    """A trilateral guarantee contract as signed; its sum, term and commission are told by its changes."""

    __tablename__ = "guarantee"
    __table_args__ = (UniqueConstraint("guarantor_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    number: Mapped[str]
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    guarantor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    allocation_id: Mapped[int] = mapped_column(ForeignKey("allocation.id"), index=True)
    edition: Mapped[str]
    form_version: Mapped[str]
    signed_on: Mapped[date]
    applied_on: Mapped[date] = mapped_column(comment="day the borrower applied for the loan")
    borrower_class: Mapped[str]
    share_max: Mapped[Decimal] = mapped_column(Numeric(9, 6), comment="the cap of the class by the edition")
    commission_rate: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    conditions: Mapped[dict[str, Any]] = mapped_column(comment="reduction, covers, default, claims, sharing")
    signatories: Mapped[dict[str, Any]] = mapped_column(comment="who signed for guarantor, lender, borrower")


class GuaranteeChangeRow(Base):
    """What became of a guarantee: the latest row is how it stands, the commissions of all rows add up."""

    __tablename__ = "guarantee_change"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('concluded', 'amended', 'prolonged', 'cancelled', 'released', 'reinstated', 'expired')",
            name="kind",
        ),
        Index("ix_guarantee_change_guarantee_id_id", "guarantee_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"))
    kind: Mapped[str]
    changed_on: Mapped[date]
    share: Mapped[Decimal] = mapped_column(Numeric(9, 6))
    amount: Mapped[int] = mapped_column(comment="guaranteed part of the whole loan")
    expires_on: Mapped[date]
    commission: Mapped[int] = mapped_column(comment="absorbed by this change; negative when given back")
    reason: Mapped[str]
    made_by: Mapped[str]
    event_id: Mapped[int | None]


class GuaranteeRefusalRow(Base):
    """A guarantor's refusal to guarantee a loan, with a reason of the guarantee rules or the contract."""

    __tablename__ = "guarantee_refusal"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    guarantor_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    refused_on: Mapped[date]
    reason: Mapped[str]
    rule: Mapped[str]
    note: Mapped[str]
    made_by: Mapped[str]


class ClaimRow(Base):
    """A lender's demand for payment under a guarantee, as presented; amounts in tiyn by part of the debt."""

    __tablename__ = "claim"
    __table_args__ = (UniqueConstraint("guarantee_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    number: Mapped[str]
    presented_on: Mapped[date]
    accelerated: Mapped[bool] = mapped_column(comment="the lender has called in the whole loan")
    claimed: Mapped[dict[str, Any]] = mapped_column(comment="tiyn demanded of the guarantor by part of the debt")
    made_by: Mapped[str]


class ClaimStepRow(Base):
    """One step of a claim; its state is the latest step.

    ``kind``: presented, document (``details`` name it), asked (for a document), approved (once by each of two
    people), accepted (by the second of them: the claim is payable), refused, withdrawn, paid, undone.
    """

    __tablename__ = "claim_step"
    __table_args__ = (
        Index("ix_claim_step_claim_id_id", "claim_id", "id"),
        Index("uq_claim_step_once", "claim_id", "kind", unique=True,
              postgresql_where="kind IN ('presented', 'accepted', 'refused', 'withdrawn', 'paid', 'undone')"),
        Index("uq_claim_step_approver", "claim_id", "made_by", unique=True, postgresql_where="kind = 'approved'"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"))
    kind: Mapped[str]
    made_on: Mapped[date]
    made_by: Mapped[str]
    amount: Mapped[int] = mapped_column(comment="payable approved, accepted or paid; else 0")
    details: Mapped[dict[str, Any]] = mapped_column(comment="calculation, document or reason")
    event_id: Mapped[int | None]
    repayments: Mapped[list[int]] = mapped_column(
        ARRAY(BigInteger), server_default="{}", comment="ids of the loan's repayments that the money became"
    )


class RecoveryRow(Base):
    """Money from the borrower after a payout, shared between lender and guarantor; an undoing has opposite amounts."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("received_by IN ('lender', 'guarantor')", name="received_by"),
        CheckConstraint("amount = guarantor_part + lender_part", name="shared"),
        Index("uq_recovery_reverses", "reverses", unique=True, postgresql_where="reverses IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"), index=True)
    received_on: Mapped[date]
    received_by: Mapped[str]
    amount: Mapped[int]
    guarantor_part: Mapped[int]
    lender_part: Mapped[int]
    subrogated: Mapped[int] = mapped_column(comment="the guarantor's debt before it, a basis of the sharing")
    lender_debt: Mapped[int] = mapped_column(comment="the lender's principal before it, the other basis")
    bank_reference: Mapped[str]
    event_id: Mapped[int | None]
    repayment_id: Mapped[int | None] = mapped_column(ForeignKey("repayment.id"))
    reverses: Mapped[int | None] = mapped_column(ForeignKey("recovery.id"))


class RecoveryPaymentRow(Base):
    """The guarantor's part of a recovery, passed on by the lender that received it."""

    __tablename__ = "recovery_payment"

    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"), primary_key=True)
    paid_on: Mapped[date]
    event_id: Mapped[int]
