"""Signatures of reports handed in and of contracts of guarantees: handed in on their pages, given out again as files.

What is signed is what those pages give out: the report's document as it was filed, the contract in any language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from api.access.actors import Actor
from api.access.sight import see_as, see_everything
from api.acts.approvals import NotYours
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.printing import Printing
from api.http.rates import limited
from api.signatures import keeping
from api.submissions.tables import SubmissionRow
from api.web.files_given import given
from api.web.forms import Form, problems_of
from api.web.pages import guarantees, submissions
from api.web.sending import Sent
from api.world import World
from guarantees.tables import GuaranteeRow
from ledger.errors import Broken, NesieError, NotFound
from ledger.unit_of_work import perform
from reports.cards.guarantees import guarantee_card
from reports.guarantee_contract import guarantee_contract
from reports.words import LANGUAGES, Lang

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303


@router.post("/submissions/{submission_id}/signatures")
def sign_submission(
    request: Request, submission_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """A signature of a report, by those who sent and who receive it."""
    row = submissions.seen(session, submission_id)
    _demand_party(actor, f"submission:{submission_id}", (row.sender_id, row.receiver_id))

    def again(form: Form, status: int) -> HTMLResponse:
        return submissions.page_of(request, session, actor, submission_id, lang, form, status)

    return _handed_in(request, world, actor, "submission", submission_id, sent, [row.document], again, lang)


@router.post("/guarantees/{guarantee_id}/signatures")
def sign_guarantee(
    request: Request, guarantee_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """A signature of a guarantee's contract, by the guarantor and the lender."""
    limited("document")(request)
    card = guarantee_card(session, guarantee_id, world.today())
    _demand_party(actor, f"guarantee:{guarantee_id}", (card.of.guarantor_id, card.of.lender_id))
    printing: Printing = request.app.state.printing
    contract = guarantee_contract(card)
    documents = [printing.render_document(contract, "pdf", each) for each in sorted(LANGUAGES, key=lang.__ne__)]

    def again(form: Form, status: int) -> HTMLResponse:
        return guarantees.page_of(request, session, world, actor, guarantee_id, lang, form, status)

    return _handed_in(request, world, actor, "guarantee", guarantee_id, sent, documents, again, lang)


@router.get("/submissions/{submission_id}/signatures/{signature_id}", response_model=None)
def submission_signature(submission_id: int, signature_id: int, session: Reading) -> Response:
    """The signature of a report as it was handed in."""
    return _file(keeping.one(session, "submission", submission_id, signature_id))


@router.get("/guarantees/{guarantee_id}/signatures/{signature_id}", response_model=None)
def guarantee_signature(guarantee_id: int, signature_id: int, session: Reading) -> Response:
    """The signature of a contract as it was handed in."""
    return _file(keeping.one(session, "guarantee", guarantee_id, signature_id))


@router.get("/guarantees/{guarantee_id}/signatures/{signature_id}/document", response_model=None)
def signed_contract(guarantee_id: int, signature_id: int, session: Reading) -> Response:
    """The contract with the very bytes that were signed."""
    row = keeping.one(session, "guarantee", guarantee_id, signature_id)
    return given(row.document, f"guarantee-{guarantee_id}-signed-{row.id}", "pdf")


def _handed_in(
    request: Request, world: World, actor: Actor, kind: str, number: int, sent: Any, documents: Sequence[bytes],
    again: Callable[[Form, int], HTMLResponse], lang: Lang,
) -> Response:  # fmt: skip
    """Keep what was handed in and go back to the page; what is refused comes back with the words why."""
    file = sent.get("signature")
    name, content = (file.filename or "", file.file.read()) if isinstance(file, UploadFile) else ("", b"")

    def work(session: Session) -> int:
        see_as(session, actor)
        if session.get(SubmissionRow if kind == "submission" else GuaranteeRow, number) is None:
            raise NotFound(what=kind, name=str(number))
        see_everything(session)
        request_id = request.state.request_id
        return keeping.hand_in(session, actor, kind, number, name, content, documents, request_id=request_id)

    try:
        perform(world.engine, work)
    except NesieError as error:
        if isinstance(error, Broken):
            raise
        return again(Form(problems={"signature": problems_of(error, lang)[""]}), error.http_status)
    return RedirectResponse(f"/{kind}s/{number}#signatures", SEE_OTHER)


def _file(row: keeping.Row) -> Response:
    return given(row.content, f"signature-{row.id}", "p7s")


def _demand_party(actor: Actor, about: str, parties: Sequence[int]) -> None:
    """Let only those sign whose paper it is; others may see it.

    Raises:
        NotYours.
    """
    if actor.organisation_id not in parties:
        raise NotYours(act="signing", about=about)
