"""Pages of registers: those that were accepted, a file handed in, its review, and what became of it.

A file is judged in the request that brings it, and the verdict is kept: whoever leaves and comes back finds it. What
is accepted goes through the act ``registers.accept`` like every other act.
"""

from __future__ import annotations

from functools import partial
from typing import get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from api.access.actors import Actor
from api.access.matrix import matrix
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.uploads import kept, receiving
from api.web.files_given import given, kind_of
from api.web.forms import Form, Sent, is_redrawn, problems_of, typed
from api.web.pages.lists import listed
from api.web.registers_shown import failing_rows, groups_shown, made_shown, uploads_shown
from api.web.rendering import render
from ledger.errors import BadInput, NotFound
from lending.registers.columns import RegisterKind
from lending.registers.refusals import FileEmpty
from lending.registers.templates import template
from lending.registers.words import change
from reports.cards.register import register_card
from reports.listings.registers import REGISTERS
from reports.words import Lang

router = APIRouter(prefix="/registers", include_in_schema=False)

SEE_OTHER = 303
KINDS: tuple[RegisterKind, ...] = get_args(RegisterKind)
#: What a pasted table is called.
PASTED = "pasted.csv"


@router.get("")
def accepted(request: Request, session: Reading, world: TheWorld, lang: Spoken) -> Response:
    """Registers that were accepted, and files on their way."""
    coming = uploads_shown(kept.on_their_way(session), lang)
    return listed(request, session, world, lang, REGISTERS, "registers/list.html", coming=coming)


@router.get("/upload")
def upload_form(request: Request) -> HTMLResponse:
    """Where a file is dropped or rows are pasted."""
    return _form(request, Form())


@router.post("/upload")
def upload(request: Request, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The file received and judged; one that cannot be read comes back with what to do."""
    if is_redrawn(sent):
        return _form(request, typed(sent))
    try:
        name, content = _file(sent)
        upload_id = receiving.hand_in(world, actor, name, content, request_id=request.state.request_id)
    except BadInput as error:
        problem = problems_of(error, lang)[""]
        return _form(request, typed(sent, {"file": problem}), error.http_status)
    return RedirectResponse(f"/registers/uploads/{upload_id}", SEE_OTHER)


@router.get("/templates/{kind}")
def empty_workbook(kind: str, lang: Spoken) -> Response:
    """A workbook to fill.

    Raises:
        NotFound: no such register.
    """
    for known in KINDS:
        if kind == known:
            return given(template(known, lang), f"template-{known}-{lang}", "xlsx")
    raise NotFound(what="register", name=kind)


@router.get("/uploads/{upload_id}")
def review(request: Request, upload_id: int, session: Reading, actor: Asker, lang: Spoken) -> HTMLResponse:
    """What was found out about a file, and what can be done with it."""
    return _review(request, kept.upload(session, upload_id), actor, lang)


@router.get("/uploads/{upload_id}/file")
def uploaded_file(upload_id: int, session: Reading) -> Response:
    """The file as it came."""
    content = kept.content_of(session, upload_id)
    return given(content, f"upload-{upload_id}", kind_of(content))


@router.get("/uploads/{upload_id}/marked")
def marked_file(upload_id: int, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The sender's own workbook with its problems marked."""
    return given(receiving.marked(world, actor, upload_id, lang), f"upload-{upload_id}-marked", "xlsx")


@router.post("/uploads/{upload_id}/check")
def check_again(upload_id: int, world: TheWorld, actor: Asker) -> Response:
    """Judge the file again, on what is recorded now."""
    receiving.judge(world, actor, upload_id)
    return _back(upload_id)


@router.post("/uploads/{upload_id}/zeros")
def mend_zeros(request: Request, upload_id: int, world: TheWorld, actor: Asker) -> Response:
    """Put lost zeros back in one go, and judge what comes of it."""
    return _back(receiving.mend_zeros(world, actor, upload_id, request_id=request.state.request_id))


@router.post("/uploads/{upload_id}/cancel")
def take_back(request: Request, upload_id: int, world: TheWorld, actor: Asker) -> Response:
    """Take the file back."""
    receiving.cancel(world, actor, upload_id, request_id=request.state.request_id)
    return _back(upload_id)


@router.get("/{register_id}")
def card(request: Request, register_id: int, session: Reading, lang: Spoken, after: int = 0) -> HTMLResponse:
    """The receipt of a register, and what its rows made."""
    found = register_card(session, register_id, after=after)
    return render(
        request, "registers/card.html", card=found, upload=kept.of_register(session, register_id),
        made=made_shown(request, found, lang), change=partial(change, language=lang),
    )  # fmt: skip


@router.get("/{register_id}/file")
def accepted_file(register_id: int, session: Reading) -> Response:
    """The file a register was accepted from, as it came.

    Raises:
        NotFound: no such register, or it was read in at the terminal.
    """
    source = kept.of_register(session, register_id)
    if source is None:
        raise NotFound(what="file of register", name=str(register_id))
    content = kept.content_of(session, source.id)
    return given(content, f"register-{register_id}", kind_of(content))


def _back(upload_id: int) -> Response:
    return RedirectResponse(f"/registers/uploads/{upload_id}", SEE_OTHER)


def _file(sent: FormData) -> tuple[str, bytes]:
    """The file chosen, or the rows pasted.

    Raises:
        FileEmpty: neither.
    """
    file, rows = sent.get("file"), sent.get("rows")
    if isinstance(file, UploadFile) and file.filename:
        return file.filename, file.file.read()
    if isinstance(rows, str) and rows.strip():
        return PASTED, rows.encode("utf-8")
    raise FileEmpty


def _form(request: Request, form: Form, status: int = 200) -> HTMLResponse:
    return render(request, "registers/upload.html", status, form=form, kinds=KINDS, hurt=bool(form.problems))


def _review(request: Request, found: kept.Upload, actor: Actor, lang: Lang) -> HTMLResponse:
    verdict = found.verdict
    return render(
        request, "registers/review.html", upload=found, verdict=verdict, form=Form(),
        groups=groups_shown(verdict.groups, "problems", lang) if verdict else None,
        warned=groups_shown(verdict.warned, "warnings", lang) if verdict else None,
        failing=failing_rows(verdict.failing, lang) if verdict else (),
        may_make=matrix().may_make(actor, "registers.accept"), change=partial(change, language=lang),
    )  # fmt: skip
