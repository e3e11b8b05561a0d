"""Signatures of reports handed in and of contracts of guarantees: handed in on their pages, given out again as files.

Handing one in is an act like any other (`api.acts.signatures`); here its file is taken out of a form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from api.access.actors import Actor
from api.acts.approvals import NotYours
from api.acts.files import enclosed
from api.acts.performing import carry
from api.acts.registry import act_named
from api.evidence.files import clean
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.rates import limited
from api.signatures import keeping
from api.signatures.reading import UnreadableSignature
from api.web.files_given import given
from api.web.forms import Form, problems_of, typed
from api.web.pages import guarantees, submissions
from api.web.sending import Sent
from api.world import World
from ledger.errors import Broken, NesieError, NotFound
from reports.words import Lang

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
UNPROCESSABLE = 422


@router.post("/submissions/{submission_id}/signatures")
def sign_submission(
    request: Request, submission_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """A signature of a report, by those who sent and who receive it."""

    def again(form: Form, status: int) -> HTMLResponse:
        return submissions.page_of(request, session, actor, submission_id, lang, form, status)

    about = {"submission_id": submission_id}
    return _signed(request, world, actor, "reports.sign", about, sent, again, lang) or _back(
        f"/submissions/{submission_id}"
    )


@router.post("/guarantees/{guarantee_id}/signatures")
def sign_guarantee(
    request: Request, guarantee_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """A signature of a guarantee's contract, by the guarantor and the lender."""
    limited("document")(request)

    def again(form: Form, status: int) -> HTMLResponse:
        return guarantees.page_of(request, session, world, actor, guarantee_id, lang, form, status)

    about = {"guarantee_id": guarantee_id, "language": lang}
    return _signed(request, world, actor, "guarantees.sign", about, sent, again, lang) or _back(
        f"/guarantees/{guarantee_id}"
    )


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


def _signed(
    request: Request, world: World, actor: Actor, name: str, about: Mapping[str, object], sent: FormData,
    again: Callable[[Form, int], HTMLResponse], lang: Lang,
) -> Response | None:  # fmt: skip
    """Carry out the act ``name`` with the file that was sent; what is refused comes back with the words why."""
    act, form, file = act_named(name), typed(sent), sent.get("signature")
    called, content = (clean(file.filename or ""), file.file.read()) if isinstance(file, UploadFile) else ("", b"")
    try:
        if not content:
            raise UnreadableSignature(name=called)
        asked = act.asks.model_validate({**about, "file_name": called, "content": enclosed(content)})
        carry(world, actor, act, asked, key=form.key, request_id=request.state.request_id)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken | NotYours | NotFound):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        return again(typed(sent, {"signature": "; ".join(problems_of(error, lang).values())}), status)
    return None


def _back(page: str) -> Response:
    return RedirectResponse(f"{page}#signatures", SEE_OTHER)


def _file(row: keeping.Row) -> Response:
    return given(row.content, f"signature-{row.id}", "p7s")
