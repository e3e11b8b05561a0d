"""Statements of one's bank accounts: what is matched, what waits with what may be meant, a file taken in.

A suggestion is accepted by one press of a button, which is the act ``bank.match`` like any other; the page then shows
what waits next. Everything that people look at is an address of the lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import look, see_everything
from api.acts.bank import MatchAsked, TakeInAsked
from api.acts.files import enclosed
from api.acts.performing import carry
from api.acts.registry import act_named
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.web.forms import Form, Sent, is_redrawn, problems_of, typed
from api.web.pages.lists import shown, view_of
from api.web.rendering import render
from api.web.tables import Cell
from api.web.things import things
from api.world import World
from guarantees.clues import CLUES
from ledger.bank.tables import BankLineRow
from ledger.errors import Broken, NesieError, NotFound
from lending.registers.refusals import FileEmpty
from reports.cards.bank import EntryTold, bank_card, line_card
from reports.listings.bank import STATEMENTS
from reports.listings.reading import page
from reports.words import Lang, error_text

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
UNPROCESSABLE = 422
#: What is told of a statement after it was taken in.
TAKEN = ("new", "known", "matched")


@router.get("/bank")
def statements(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """What is matched and what waits, each with what may be meant."""
    return _page(request, session, world, actor, lang)


@router.get("/bank/upload")
def upload_form(request: Request) -> HTMLResponse:
    """Where the file of a statement is given."""
    return _form(request, Form())


@router.post("/bank/upload")
def upload(request: Request, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The file taken in; one that is refused comes back with what to do."""
    if is_redrawn(sent):
        return _form(request, typed(sent))
    form = typed(sent)
    try:
        asked = _asked(sent)
        done = carry(world, actor, act_named("bank.take-in"), asked, key=form.key, request_id=request.state.request_id)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        words = problems_of(error, lang)
        return _form(request, typed(sent, {"file": words.get("") or "; ".join(words.values())}), status)
    told = "&".join(f"{name}={done.result[name]}" for name in TAKEN)
    return RedirectResponse(f"/bank?{told}", SEE_OTHER)


@router.get("/bank/lines/{line_id}")
def line(request: Request, line_id: int, session: Reading, actor: Asker, lang: Spoken) -> HTMLResponse:
    """A line of a statement, what was decided about it, and what may be meant while it waits.

    Raises:
        NotFound: there is none in sight.
    """
    if session.scalar(select(BankLineRow.id).where(BankLineRow.id == line_id)) is None:
        raise NotFound(what="bank line", name=str(line_id))
    see_everything(session)
    card = line_card(session, line_id, CLUES)
    told = [each for decision in card.decisions for each in decision.entries]
    called = _called(request, [*told, *(each for offer in card.offers for each in offer.entries)], lang)
    return render(
        request, "bank/line.html", card=card, may_match=_may_match(actor), called=called, new_key=lambda: uuid4().hex
    )


@router.post("/bank/lines/{line_id}/match")
def accept(
    request: Request, line_id: int, sent: Sent, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:  # fmt: skip
    """A suggestion accepted: the line is matched, and the next one shown; a refusal stands above what waits."""
    try:
        asked = MatchAsked.model_validate({"line_id": line_id, "entry_ids": sent.get("entry_ids", "")})
        act = act_named("bank.match")
        carry(world, actor, act, asked, key=typed(sent).key, request_id=request.state.request_id)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        refusal = (
            error_text(error, lang) if isinstance(error, NesieError) else "; ".join(problems_of(error, lang).values())
        )
        with look(world.engine, actor) as session:
            return _page(request, session, world, actor, lang, refusal=refusal, status=status)
    return RedirectResponse(f"/bank?matched_line={line_id}", SEE_OTHER)


def _page(
    request: Request, session: Session, world: World, actor: Actor, lang: Lang, *, refusal: str = "", status: int = 200
) -> HTMLResponse:  # fmt: skip
    """The page; it is of the actor's own accounts, whatever else they may see."""
    own = actor.organisation_id
    if own is None:
        raise NotFound(what="book", name=actor.login)
    view = view_of(STATEMENTS, request.query_params, world.today())
    table = shown(request, page(session, STATEMENTS, view, recall=world.memory.recall), lang)
    see_everything(session)
    card = bank_card(session, own, CLUES)
    called = _called(request, [each for _, offers in card.waits for offer in offers for each in offer.entries], lang)
    query = request.query_params
    taken = {name: int(query[name]) for name in TAKEN if query.get(name, "").isdecimal()}
    done = query.get("matched_line", "")
    return render(
        request, "bank/bank.html", status, card=card, called=called, table=table, refusal=refusal,
        taken=taken if len(taken) == len(TAKEN) else None, matched_line=int(done) if done.isdecimal() else None,
        may_match=_may_match(actor), new_key=lambda: uuid4().hex,
    )  # fmt: skip


def _called(request: Request, entries: Sequence[EntryTold], lang: Lang) -> Mapping[str, Cell]:
    """What the entries are about, by the names that people know."""
    return things(request, {each.source for each in entries if each.source}, lang)


def _may_match(actor: Actor) -> bool:
    return matrix().may_make(actor, "bank.match")


def _asked(sent: FormData) -> TakeInAsked:
    """The file that was given.

    Raises:
        FileEmpty: none was.
    """
    file = sent.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise FileEmpty
    content = file.file.read()
    if not content:
        raise FileEmpty
    return TakeInAsked(file_name=file.filename, content=enclosed(content))


def _form(request: Request, form: Form, status: int = 200) -> HTMLResponse:
    return render(request, "bank/upload.html", status, form=form, hurt=bool(form.problems))
