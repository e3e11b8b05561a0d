"""Signatures over HTTP: those beside a report handed in or a guarantee's contract, and each with the bytes it signs.

One is handed in by the acts ``reports.sign`` and ``guarantees.sign``. Whoever would verify a signature elsewhere has
here both files as they were.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict
from sqlalchemy.orm import Session

from api.acts.files import enclosed
from api.http.asking import Reading
from api.signatures import keeping
from api.submissions.filing import submission
from api.v1.routes import PREFIX
from guarantees.standing import guarantee

router = APIRouter(prefix=PREFIX)

Number = Annotated[int, Path(gt=0, le=2**63 - 1)]


class SignatureTold(BaseModel):
    """A signature by what its certificate says, and the digests (SHA-256, hexadecimal) of it and of what it signs.

    ``compared`` tells whether the digest it states is the document's. It was not verified against the national
    certificate centre.
    """

    model_config = ConfigDict(extra="forbid")

    id: int
    name: str
    signer: str
    person_number: str
    organisation: str
    organisation_number: str
    serial: str
    compared: bool
    sha256: str
    document_sha256: str
    handed_in_by: str
    handed_in_at: datetime

    @classmethod
    def of(cls, row: keeping.Row) -> SignatureTold:
        """A signature as JSON."""
        return cls(**_told(row))


class SignatureWhole(SignatureTold):
    """A signature with the file it came as and the document it signs, both in base64."""

    content: str
    document: str

    @classmethod
    def of(cls, row: keeping.Row) -> SignatureWhole:
        """A signature and its document as JSON."""
        return cls(**_told(row), content=enclosed(row.content), document=enclosed(row.document))


@router.get("/submissions/{submission_id}/signatures", operation_id="signatures.of-report", tags=["submissions"])
def of_report(submission_id: Number, session: Reading) -> list[SignatureTold]:
    """The signatures of a report handed in, in the order they came.

    Raises:
        NotFound: there is no such report in sight.
    """
    submission(session, submission_id)
    return _of(session, "submission", submission_id)


@router.get(
    "/submissions/{submission_id}/signatures/{signature_id}", operation_id="signature.of-report", tags=["submissions"]
)
def one_of_report(submission_id: Number, signature_id: Number, session: Reading) -> SignatureWhole:
    """A signature of a report with the report's document."""
    return SignatureWhole.of(keeping.one(session, "submission", submission_id, signature_id))


@router.get("/guarantees/{guarantee_id}/signatures", operation_id="signatures.of-guarantee", tags=["guarantees"])
def of_guarantee(guarantee_id: Number, session: Reading) -> list[SignatureTold]:
    """The signatures of a guarantee's contract, in the order they came.

    Raises:
        NotFound: there is no such guarantee in sight.
    """
    guarantee(session, guarantee_id)
    return _of(session, "guarantee", guarantee_id)


@router.get(
    "/guarantees/{guarantee_id}/signatures/{signature_id}", operation_id="signature.of-guarantee", tags=["guarantees"]
)
def one_of_guarantee(guarantee_id: Number, signature_id: Number, session: Reading) -> SignatureWhole:
    """A signature of a guarantee's contract with the contract that was signed."""
    return SignatureWhole.of(keeping.one(session, "guarantee", guarantee_id, signature_id))


def _of(session: Session, kind: str, number: int) -> list[SignatureTold]:
    return [SignatureTold.of(each) for each in keeping.of(session, kind, number)]


def _told(row: keeping.Row) -> dict[str, Any]:
    same = ("id", "name", "signer", "person_number", "organisation", "organisation_number", "serial", "compared",
            "handed_in_by", "handed_in_at")  # fmt: skip
    digests = {"sha256": row.sha256.hex(), "document_sha256": row.document_sha256.hex()}
    return {name: getattr(row, name) for name in same} | digests
