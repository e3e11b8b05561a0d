"""Registers over HTTP: a file handed in whole, rehearsed or sent to be accepted, and the card of what was.

The same steps as on the pages: what is kept, judged and accepted is `api.uploads` and the act ``registers.accept``.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response, UploadFile

from api.acts.performing import carry
from api.acts.registers import AcceptAsked
from api.acts.registry import act_named
from api.evidence.files import clean
from api.http.answers import json_values
from api.http.asking import Asker, Reading, TheWorld
from api.imports import import_register
from api.uploads import kept, receiving
from api.uploads.reading import read_apart
from api.uploads.verdicts import Verdict, verdict
from api.v1.outcomes import OutcomeTold
from api.v1.routes import PREFIX, Key
from ledger.unit_of_work import perform
from lending.registers.acceptance import RegisterNotAccepted
from reports.cards.register import register_card

router = APIRouter(prefix=PREFIX, tags=["registers"])


@router.post(
    "/registers", operation_id="registers.upload", status_code=201, response_model=OutcomeTold | Verdict,
    responses={202: {"model": OutcomeTold, "description": "kept for a second person"},
               200: {"model": Verdict, "description": "rehearsed, nothing was kept; sums in tiyn"}},
)  # fmt: skip
def upload(
    request: Request, response: Response, world: TheWorld, actor: Asker, key: Key, file: UploadFile,
    *, rehearsal: Annotated[bool, Query(description="only tell what is wrong with it")] = False,
) -> OutcomeTold | Verdict:  # fmt: skip
    """Hand in a register of your organisation: XLSX, XLS or CSV; its kind is told by its headings.

    Raises:
        UnreadableFile, RegisterTooHeavy: it cannot be read. RegisterNotAccepted: it has problems.
    """
    name, content = file.filename or "", file.file.read()
    if rehearsal:
        response.status_code = 200
        outcome = import_register(
            world.jobs, content, clean(name), actor=actor.signature, lender=actor.organisation_id,
            rehearse=True, strictness=world.settings.register_strictness, read=partial(read_apart, world.settings),
        )  # fmt: skip
        return verdict(outcome)
    upload_id = receiving.hand_in(world, actor, name, content, request_id=request.state.request_id)
    found = perform(world.jobs, lambda session: kept.upload(session, upload_id))
    assert found.verdict is not None  # a file that was handed in was judged
    if found.register_id is not None:
        response.status_code = 200
        return OutcomeTold(state="done", result={"register_id": found.register_id, "repeated": True})
    if found.verdict.problems:
        raise RegisterNotAccepted(filename=found.file_name, count=found.verdict.problems)
    asked = AcceptAsked(upload_id=upload_id)
    act = act_named("registers.accept")
    done = carry(world, actor, act, asked, key=key, request_id=request.state.request_id)
    response.status_code = 201 if done.state == "done" else 202
    return OutcomeTold.of(done)


@router.get("/registers/{register_id}", operation_id="registers.card")
def card(
    register_id: int, session: Reading, after: Annotated[int, Query(ge=0, description="of the page before")] = 0
) -> dict[str, Any]:
    """An accepted register and a page of what its rows made; sums in tiyn.

    Raises:
        NotFound.
    """
    told: dict[str, Any] = json_values(asdict(register_card(session, register_id, after=after)))
    return told
