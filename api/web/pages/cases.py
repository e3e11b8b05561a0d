"""The case of a loan, its evidence, and the proving of its use: documents first, then their sums, then the checker.

The proof has a form of its own because it has a row for every file that was handed in; what it sends is the act
``target-use.confirm``, once for all of them, and everything typed comes back when something is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from sqlalchemy import select
from starlette.datastructures import FormData, UploadFile

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import see_as, see_everything
from api.acts.approvals import Pending, waiting
from api.acts.performing import carry
from api.acts.registry import act_named
from api.acts.target_use import ConfirmAsked, DocumentKind
from api.acts.watching import watched
from api.evidence import files
from api.evidence.tables import EvidenceFileRow
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.invalid import field_problems
from api.web.forms import Form, is_redrawn, problems_of, typed
from api.web.places import place
from api.web.rendering import render
from api.web.sending import Sent
from api.web.viewing import day_of, ways
from api.world import World
from ledger.errors import Broken, Conflict, NesieError, NotFound
from ledger.unit_of_work import perform
from lending.oversight.tables import ViolationProposalRow
from reports.cards.cases import CaseCard, case_card, case_of_violation
from reports.words import Lang, say

router = APIRouter(include_in_schema=False)

SEE_OTHER, UNPROCESSABLE = 303, 422
#: Headers of a file that is given out: it is saved and not run, and if it were opened it could do nothing.
GIVEN_OUT = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cross-Origin-Resource-Policy": "same-origin"}
TYPES = {
    "pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "signature": "application/pkcs7-signature",
}  # fmt: skip
CONFIRM = "target-use.confirm"
DOCUMENT_KINDS: tuple[str, ...] = get_args(DocumentKind)
FIELDS = ("kind", "number", "dated", "amount")


@router.get("/cases/{loan_id}")
def case(
    request: Request, loan_id: int, session: Reading, world: TheWorld, actor: Asker
) -> HTMLResponse:  # fmt: skip
    """The case: what is proved, what is not, what happened, and what to do next."""
    return _page(request, session, world, actor, loan_id)


@router.get("/violations/{violation_id}")
def violation(
    request: Request, violation_id: int, session: Reading, world: TheWorld, actor: Asker
) -> HTMLResponse:  # fmt: skip
    """A violation with the case it belongs to."""
    card = case_card(session, case_of_violation(session, violation_id), day_of(request, world))
    found = next((each for each in card.violations if each.id == violation_id), None)
    if found is None:
        raise NotFound(what="violation", name=str(violation_id))
    proposals = _proposals(session, violation_id)
    return render(
        request, "oversight/violation.html", card=card, violation=found, proposals=proposals,
        ways=_ways_of_violation(actor, violation_id, card, proposals),
    )  # fmt: skip


@router.post("/cases/{loan_id}/evidence")
def hand_in(
    request: Request, loan_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """Files handed in; each is judged by its bytes, and either all are kept or none."""
    given = [*sent.getlist("files"), *sent.getlist("signature")]
    handed = [each for each in given if isinstance(each, UploadFile) and each.filename]
    signs = sent.get("signs_id")
    signs_id = int(signs) if isinstance(signs, str) and signs.isdigit() else None
    try:
        if not handed:
            raise NothingHandedIn
        contents = [(each.filename or "", each.file.read()) for each in handed]
        _keep(world, actor, loan_id, contents, signs_id, request.state.request_id)
    except NesieError as error:
        if isinstance(error, Broken):
            raise
        form = typed(sent, {"signature" if signs_id else "files": problems_of(error, lang)[""]})
        return _page(request, session, world, actor, loan_id, form=form, status=error.http_status)
    return RedirectResponse(f"/cases/{loan_id}" if signs_id else f"/cases/{loan_id}/proof", SEE_OTHER)


@router.get("/evidence/{file_id}")
def evidence(file_id: int, session: Reading, world: TheWorld) -> Response:
    """A file, exactly as it was handed in, to be saved."""
    row = files.one(session, file_id)
    headers = GIVEN_OUT | {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"}
    return Response(files.content_of(world.settings.home, row), media_type=TYPES[row.kind], headers=headers)


@router.get("/cases/{loan_id}/proof")
def proof(
    request: Request, loan_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """A row for every file that proves nothing yet, to say what it is and for how much."""
    matrix().demand_maker(actor, CONFIRM)
    return _proof(request, session, world, loan_id, Form(values={"on": world.today().isoformat()}), lang)


@router.post("/cases/{loan_id}/proof")
def prove(
    request: Request, loan_id: int, sent: Sent, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """The documents with their sums, sent to the checker at once."""
    if is_redrawn(sent):
        return _proof(request, session, world, loan_id, typed(sent), lang)
    form = typed(sent)
    try:
        asked = ConfirmAsked.model_validate({"loan_id": loan_id, "on": form.value("on"), "papers": _papers(sent)})
        outcome = carry(world, actor, act_named(CONFIRM), asked, key=form.key, request_id=request.state.request_id)
    except (ValidationError, NesieError) as error:
        if isinstance(error, Broken):
            raise
        status = error.http_status if isinstance(error, NesieError) else UNPROCESSABLE
        return _proof(request, session, world, loan_id, typed(sent, _problems(error, sent, lang)), lang, status)
    return RedirectResponse(f"/approvals/{outcome.approval_id}", SEE_OTHER)


class NothingHandedIn(Conflict):
    """The form came without a file."""

    code = "nothing-handed-in"
    sentence = "No file was chosen. Choose one or several and hand them in."


def _keep(
    world: World, actor: Actor, loan_id: int, contents: Sequence[tuple[str, bytes]], signs_id: int | None,
    request_id: str,
) -> None:  # fmt: skip
    def work(session: Any) -> None:
        see_as(session, actor)
        concern = watched(session, loan_id, actor)
        if concern.organisation_id != actor.organisation_id:
            raise NotWatchedByYou(loan=loan_id)
        see_everything(session)
        for name, content in contents:
            files.hand_in(
                session, world.settings.home, actor, loan_id, name, content, signs_id=signs_id, request_id=request_id
            )

    perform(world.engine, work)


@dataclass(eq=False, kw_only=True)
class NotWatchedByYou(Conflict):
    """Somebody hands in a file about a loan that is not theirs to watch."""

    code = "not-watched-by-you"
    sentence = "Loan {loan} is watched by its lender and by those whose money it is. Ask them to hand the file in."
    http_status = 403
    loan: int


def _page(
    request: Request, session: Any, world: World, actor: Actor, loan_id: int, *, form: Form | None = None,
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    card = case_card(session, loan_id, day_of(request, world))
    known = files.of_loan(session, loan_id)
    form = form or Form()
    return render(
        request, "oversight/case.html", status, card=card, files=_documents(known), proving=_proving(card, known),
        signatures={each.signs_id: each for each in known if each.signs_id}, waiting=_waiting(session, loan_id),
        ways=_ways(actor, card), form=form, hurt=bool(form.problems), may_prove=matrix().may_make(actor, CONFIRM),
        known_kinds=DOCUMENT_KINDS, place=place,
    )  # fmt: skip


def _proof(
    request: Request, session: Any, world: World, loan_id: int, form: Form, lang: Lang, status: int = 200
) -> HTMLResponse:  # fmt: skip
    card = case_card(session, loan_id, day_of(request, world))
    known = files.of_loan(session, loan_id)
    proving = _proving(card, known)
    waits = {paper.get("evidence_id") for each in _waiting(session, loan_id) for paper in each.asked.get("papers", ())}
    rows = [each for each in _documents(known) if each.id not in proving and each.id not in waits]
    kinds = [(kind, say(f"document-kind.{kind}", lang)) for kind in DOCUMENT_KINDS]
    return render(
        request, "oversight/proof.html", status, card=card, files=rows, form=form, kinds=kinds,
        hurt=bool(form.problems),
    )  # fmt: skip


def _papers(sent: FormData) -> list[dict[str, Any]]:
    """The rows that say anything, each with its file."""
    rows: dict[str, dict[str, Any]] = {}
    for name, value in sent.items():
        field, _, row = name.partition("-")
        if field in FIELDS and row and isinstance(value, str) and value.strip():
            rows.setdefault(row, {})[field] = value.strip()
    return [
        fields | ({"evidence_id": int(row)} if row.isdigit() else {})
        for row, fields in rows.items()
        if fields.keys() - {"kind"}
    ]


def _problems(error: ValidationError | NesieError, sent: FormData, lang: Lang) -> dict[str, str]:
    """What is wrong, at the very field of the very row."""
    if isinstance(error, NesieError):
        return problems_of(error, lang)
    ids = [str(paper.get("evidence_id", "new")) for paper in _papers(sent)]
    found: dict[str, str] = {}
    for each in field_problems(error.errors(), lang):
        first, *rest = each.name.split(".")
        row = f"{rest[1]}-{ids[int(rest[0])]}" if len(rest) == 2 else ""
        name = row if first == "papers" else first
        found.setdefault(name, each.message if name else say("web.oversight.nothing-proved", lang))
    return found


def _documents(known: Sequence[EvidenceFileRow]) -> list[EvidenceFileRow]:
    return [each for each in known if each.signs_id is None]


def _proving(card: CaseCard, known: Sequence[EvidenceFileRow]) -> dict[int, Any]:
    """The confirmation that stands on each file, by the file's id."""
    standing = {each.sha256: each for each in card.proofs if each.sha256 and not each.withdrawn}
    return {each.id: standing[each.sha256.hex()] for each in known if each.sha256.hex() in standing}


def _waiting(session: Any, loan_id: int) -> list[Pending]:
    """Acts about the loan that wait for a second person of the reader's organisation."""
    about = {f"loan:{loan_id}", f"case:{loan_id}"}
    return [each for each in waiting(session) if each.about in about]


def _proposals(session: Any, violation_id: int) -> Any:
    query = select(ViolationProposalRow).where(ViolationProposalRow.violation_id == violation_id)
    return session.scalars(query.order_by(ViolationProposalRow.id)).all()


def _ways(actor: Actor, card: CaseCard) -> list[tuple[str, str]]:
    """What the reader may do about the case, in the order it is done."""
    about: dict[str, object] = {"loan_id": card.loan_id}
    acts = ["explanations.ask", "violations.find", "breach-terms.agree", "jobs.employ"]
    if card.change is not None and card.change.changed_on is None:
        acts.append("loans.change-use")
    open_questions = [each for each in card.questions if each.answered_on is None]
    answers = [("explanations.answer", {"question_id": each.id}) for each in open_questions[:1]]
    return ways(actor, [*answers, *((name, about) for name in acts)])


def _ways_of_violation(
    actor: Actor, violation_id: int, card: CaseCard, proposals: Any
) -> list[tuple[str, str]]:  # fmt: skip
    if all(each.id != violation_id or each.closed_on for each in card.violations):
        return []
    about = {"violation_id": violation_id}
    closing = [
        ("violations.close", {"proposal_id": each.id}) for each in proposals if each.proposed_by != actor.signature
    ]
    demanded = any(each.id == violation_id and each.pay_by for each in card.violations)
    demanding = "violations.withdraw-demand" if demanded else "violations.demand"
    return ways(actor, [*closing[-1:], *((name, about) for name in (demanding, "violations.propose"))])
