"""Acts on signatures: handing one in beside a report that was filed, or beside the contract of a guarantee.

Only those whose paper it is sign it: sender and receiver, guarantor and lender. What is signed is what the pages give
out: the report's document as it was filed, the contract in any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.act import Act, Concern, Doing, Id
from api.acts.files import FileAsked
from api.acts.naming import named_guarantee
from api.http.printing import Printing
from api.signatures.keeping import File, hand_in
from api.signatures.reading import UnreadableSignature
from api.submissions.filing import submission
from guarantees.standing import guarantee
from reports.cards.guarantees import guarantee_card
from reports.guarantee_contract import guarantee_contract
from reports.words import LANGUAGES


class SignReportAsked(FileAsked):
    """A detached signature (CMS) of a report that was handed in; its bytes in base64."""

    submission_id: Id


class SignGuaranteeAsked(FileAsked):
    """A detached signature (CMS) of a guarantee's contract; its bytes in base64.

    ``language`` is that of the contract which was signed, for signatures that do not tell which it was.
    """

    guarantee_id: Id
    language: Literal["kk", "ru", "en"] = "kk"


def of_report(session: Session, asked: SignReportAsked, actor: Actor) -> Concern:
    """A report in sight, as its sender's or its receiver's.

    Raises:
        NotFound.
    """
    row = submission(session, asked.submission_id)
    return Concern(_party(actor, (row.sender_id, row.receiver_id)), f"submission:{row.id}")


def of_contract(session: Session, asked: SignGuaranteeAsked, actor: Actor) -> Concern:
    """A guarantee in sight, as its guarantor's or its lender's.

    Raises:
        NotFound.
    """
    found = guarantee(session, asked.guarantee_id)
    return Concern(_party(actor, (found.guarantor_id, found.lender_id)), f"guarantee:{found.id}")


def _party(actor: Actor, parties: Sequence[int]) -> int:
    """The party that ``actor`` is of, or the first where they are of none."""
    return next((each for each in parties if each == actor.organisation_id), parties[0])


def _sign_report(session: Session, doing: Doing, asked: SignReportAsked) -> Mapping[str, Any]:
    document = submission(session, asked.submission_id).document
    kept = hand_in(
        session, "submission", asked.submission_id, _file(asked), [document], handed_in_by=doing.actor.signature
    )
    return {"submission_id": asked.submission_id, **kept}


def _sign_guarantee(session: Session, doing: Doing, asked: SignGuaranteeAsked) -> Mapping[str, Any]:
    kept = hand_in(
        session, "guarantee", asked.guarantee_id, _file(asked), _contracts(session, doing, asked),
        handed_in_by=doing.actor.signature,
    )  # fmt: skip
    return {"guarantee_id": asked.guarantee_id, **kept}


def _contracts(session: Session, doing: Doing, asked: SignGuaranteeAsked) -> Iterator[bytes]:
    """The contract in the language that was named, then in the others as far as somebody looks."""
    contract = guarantee_contract(guarantee_card(session, asked.guarantee_id, doing.today))
    for lang in sorted(LANGUAGES, key=asked.language.__ne__):
        yield Printing(doing.settings).render_document(contract, "pdf", lang)


def _file(asked: FileAsked) -> File:
    return File(asked.file_name, asked.opened(UnreadableSignature(name=asked.file_name)))


ACTS: tuple[Act[Any], ...] = (
    Act(
        name="reports.sign", asks=SignReportAsked, path="/submissions/{submission_id}/signatures", concerns=of_report,
        work=_sign_report,
    ),
    Act(
        name="guarantees.sign", asks=SignGuaranteeAsked, path="/guarantees/{guarantee_id}/signatures",
        concerns=of_contract, work=_sign_guarantee, options={"guarantee_id": named_guarantee},
    ),
)  # fmt: skip
