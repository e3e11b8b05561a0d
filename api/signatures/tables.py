"""Tables of signatures beside reports handed in and contracts of guarantees. Only ever added to.

Each row has the very bytes that were signed, so it can be verified later and elsewhere whatever becomes of the books.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ledger.tables import CLOCK, Base


class _Signature:
    """A signature: the document, the file beside it, and what that says of its signer."""

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy calls it with the class
        return (
            CheckConstraint("document_sha256 = sha256(document)", name="document"),
            CheckConstraint("sha256 = sha256(content)", name="fingerprint"),
            UniqueConstraint(cls.SUBJECT, "sha256"),
        )

    SUBJECT: str

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(comment="as its owner called the file")
    content: Mapped[bytes] = mapped_column(deferred=True, comment="the signature as it came")
    sha256: Mapped[bytes]
    document: Mapped[bytes] = mapped_column(deferred=True, comment="what was signed")
    document_sha256: Mapped[bytes]
    compared: Mapped[bool] = mapped_column(comment="its digest is the document's; false where it states none we know")
    signer: Mapped[str] = mapped_column(comment="of the certificate, like the columns that follow")
    person_number: Mapped[str] = mapped_column(comment="IIN")
    organisation: Mapped[str]
    organisation_number: Mapped[str] = mapped_column(comment="BIN")
    serial: Mapped[str] = mapped_column(comment="of the certificate, in hexadecimal")
    handed_in_by: Mapped[str]
    handed_in_at: Mapped[datetime] = mapped_column(server_default=CLOCK)


class SubmissionSignatureRow(_Signature, Base):
    """A signature of a report handed in."""

    __tablename__ = "submission_signature"
    SUBJECT = "submission_id"

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))


class GuaranteeSignatureRow(_Signature, Base):
    """A signature of the contract of a guarantee."""

    __tablename__ = "guarantee_signature"
    SUBJECT = "guarantee_id"

    guarantee_id: Mapped[int] = mapped_column(ForeignKey("guarantee.id"))
