"""Pages of guarantors, of those they guarantee for and of those who pay: cards of guarantees, applications, claims.

A card shows figures with their arithmetic and offers the acts that whoever looks may do; the acts have pages of their
own. The same cards are given by the HTTP API.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.acts.approvals import waiting
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.printing import Printing
from api.http.rates import limited
from api.signatures.keeping import of as signatures_of
from api.web.forms import Form
from api.web.pages import guarantee_sheets as sheets
from api.web.rendering import render
from api.world import World
from guarantees.claims import OPEN
from guarantees.tables import CommissionTransferRow, RecoveryRow
from guarantees.values import Guarantee, part
from ledger.errors import NotFound
from lending.microcredits.positions import positions
from reports.cards.allocations import AllocationCard, allocation_card
from reports.cards.bank import lines_of_events
from reports.cards.claims import ClaimCard, claim_card
from reports.cards.guarantee_applications import ApplicationCard, application_card
from reports.cards.guarantees import GuaranteeCard, Recovered, guarantee_card
from reports.guarantee_contract import guarantee_contract
from reports.words import Lang

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1")

SEE_OTHER = 303
#: An act that is offered on a card, and the address of its form with what is known filled in.
Offer = tuple[str, str]


def _offer(act: str, today: date, **known: object) -> Offer:
    return act, f"/acts/{act}?{urlencode(known | {'on': today.isoformat()})}"


def mine(actor: Actor, organisation_id: int, *acts: str) -> list[str]:
    """Those of ``acts`` that ``actor`` may do on what belongs to the organisation."""
    if actor.organisation_id != organisation_id:
        return []
    return [act for act in acts if matrix().may_make(actor, act)]


@router.get("/guarantees/{guarantee_id}")
def guarantee_page(
    request: Request, guarantee_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """The card of a guarantee."""
    return page_of(request, session, world, actor, guarantee_id, lang, Form())


def page_of(
    request: Request, session: Session, world: World, actor: Actor, guarantee_id: int, lang: Lang, form: Form,
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    """The card of a guarantee with what is wrong with the signature handed in last."""
    card, today = guarantee_card(session, guarantee_id, world.today()), world.today()
    offers = [_offer(act, today, guarantee_id=guarantee_id) for act in _guarantee_acts(actor, card)]
    if _may_claim(actor, card):
        offers.insert(0, ("claims.present", f"/guarantees/{guarantee_id}/claim"))
    return render(
        request, "guarantees/guarantee.html", status, form=form, card=card, offers=offers,
        passing=_passing(actor, card, today),
        signatures=signatures_of(session, "guarantee", guarantee_id),
        may_sign=actor.organisation_id in (card.of.guarantor_id, card.of.lender_id)
        and matrix().may_make(actor, "guarantees.sign"),
        waiting=waiting(session, about=f"guarantee:{guarantee_id}"), chart=sheets.risk_chart(card, lang),
        sheets=[
            sheets.risk(card, lang), sheets.claims(card, lang), sheets.recoveries(card.recoveries, lang),
            sheets.changes(card, lang), sheets.postings(card, lang),
        ],
    )  # fmt: skip


#: States of claims that are neither paid nor ended.
UNDER_WAY = (*OPEN, "accepted")


def _guarantee_acts(actor: Actor, card: GuaranteeCard) -> list[str]:
    """What may be done with a guarantee by whoever looks, as it stands."""
    acts: list[str] = []
    if card.guarantor_debt > 0:
        acts += mine(actor, _party(actor, card.of), "recoveries.record")
    if not card.ended:
        before = [] if card.drawn else ["guarantees.amend", "guarantees.cancel"]
        acts += mine(actor, card.of.guarantor_id, *before, "guarantees.prolong")
    return acts


def _may_claim(actor: Actor, card: GuaranteeCard) -> bool:
    under_way = any(each.state in UNDER_WAY for each in card.claims)
    return card.drawn and not card.ended and not under_way and bool(mine(actor, card.of.lender_id, "claims.present"))


def _party(actor: Actor, of: Guarantee) -> int:
    """The party of a guarantee whoever looks belongs to: the lender, or else the guarantor."""
    return of.lender_id if actor.organisation_id == of.lender_id else of.guarantor_id


def _passing(actor: Actor, card: GuaranteeCard, today: date) -> list[tuple[Recovered, list[Offer]]]:
    """Recoveries that something can be done with: passed on by the lender, or undone by who received them."""
    found = []
    for each in card.recoveries:
        offers = []
        if each.to_pass_on:
            offers += mine(actor, card.of.lender_id, "recoveries.pass-on")
        if not each.undone and each.passed_on is None:
            receiver = card.of.lender_id if each.received_by == "lender" else card.of.guarantor_id
            offers += mine(actor, receiver, "recoveries.undo")
        if offers:
            found.append((each, [_offer(act, today, recovery_id=each.id) for act in offers]))
    return found


@router.get("/guarantees/{guarantee_id}/claim")
def claim_form(request: Request, guarantee_id: int, session: Reading, world: TheWorld, actor: Asker) -> HTMLResponse:
    """The form of a claim, filled in with the debt as it stands today."""
    matrix().demand_maker(actor, "claims.present")
    today = world.today()
    card = guarantee_card(session, guarantee_id, today)
    debt = positions(session, today, loan_ids=[card.of.loan_id]).row(card.of.loan_id)
    due, owed = int(debt.get("principal_due", 0)), int(debt.get("principal", 0))
    parts = {"overdue_principal": part(due, card.of.share), "future_principal": part(owed - due, card.of.share)}
    filled = {name: f"{Decimal(tiyn) / 100:.2f}" for name, tiyn in parts.items() if tiyn > 0}
    form = Form(filled | {"on": today.isoformat(), "accelerated": "true"} | dict(request.query_params))
    days = int(debt.get("days_past_due", 0))
    return render(request, "guarantees/claim_form.html", card=card, form=form, days=days, owed=owed, due=due)


@router.get("/guarantees/{guarantee_id}/contract.pdf")
def contract_pdf(request: Request, guarantee_id: int, session: Reading, world: TheWorld, lang: Spoken) -> Response:
    """The contract as a document to be signed, in the language of the page."""
    limited("document")(request)
    made = guarantee_contract(guarantee_card(session, guarantee_id, world.today()))
    printing: Printing = request.app.state.printing
    headers = {"Content-Disposition": f'attachment; filename="guarantee-{guarantee_id}-{lang}.pdf"'}
    return Response(printing.render_document(made, "pdf", lang), media_type="application/pdf", headers=headers)


@router.get("/guarantee-applications/{loan_id}")
def application_page(
    request: Request, loan_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """The task list of an application: borrower, terms, share, documents, decision."""
    asked, today = request.query_params, world.today().isoformat()
    card = application_card(
        session, loan_id, share=_share(asked), borrower_class=asked.get("borrower_class"),
        allocation_id=_number(asked.get("allocation_id", "")),
    )  # fmt: skip
    source = card.sources[0] if card.sources else None
    values = {
        "signed_on": today, "on": today, "guarantor_signatory": actor.name,
        "borrower_signatory": card.loan.borrower, "allocation_id": str(source.of.id) if source else "",
    } | dict(asked) | {"share": f"{card.share.normalize():f}", "borrower_class": card.borrower_class}  # fmt: skip
    decided = card.guarantee_id is not None or card.loan.status not in ("contracted", "active")
    acts = [] if decided else [each for each in DECISIONS if _serves(actor, card) and matrix().may_make(actor, each)]
    pending = waiting(session, about=f"loan:{loan_id}")
    return render(
        request, "guarantees/application.html", card=card, form=Form(values), source=source, acts=acts,
        waiting=[each for each in pending if each.act in DECISIONS], sources=sheets.sources(card, lang),
        source_choices=[(each.of.id, sheets.source_words(each, lang)) for each in card.sources],
    )  # fmt: skip


DECISIONS = ("guarantees.conclude", "guarantees.refuse")


def _serves(actor: Actor, card: ApplicationCard) -> bool:
    """Whether the actor's organisation is the guarantor of the place."""
    return card.guarantor_id is not None and actor.organisation_id == card.guarantor_id


def _share(asked: Mapping[str, str]) -> Decimal | None:
    """The share somebody looks at: the one typed, unless another class was chosen than it was typed for."""
    if asked.get("borrower_class") != asked.get("looked_at", asked.get("borrower_class")):
        return None
    try:
        share = Decimal(asked.get("share", "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return share if 0 < share <= 1 else None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < LONGEST else None


#: Digits of the largest id, and one more.
LONGEST = 19


@router.get("/allocations/{allocation_id}")
def allocation_page(
    request: Request, allocation_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """The card of an allocation."""
    card, today = allocation_card(session, allocation_id), world.today()
    offers = [
        _offer(act, today, allocation_id=allocation_id, **({"transfer_request_id": request_id} if request_id else {}))
        for act, request_id in _allocation_acts(actor, card, today)
    ]
    return render(
        request, "guarantees/allocation.html", card=card, today=today, offers=offers,
        waiting=waiting(session, about=f"allocation:{allocation_id}"),
        proofs=sheets.proofs(card.proofs, lang), transfers=sheets.moved(card, lang),
        requests=[(each, sheets.proofs(each.proofs, lang, each.id)) for each in card.requests],
        agreed=sheets.agreed(card, lang), bank=lines_of_events(session, [each.event_id for each in card.moved]),
    )  # fmt: skip


def _allocation_acts(actor: Actor, card: AllocationCard, today: date) -> list[tuple[str, int | None]]:
    """What may be done with an allocation by whoever looks, as it stands; the most pressing first."""
    of, opened = card.of, card.open_request
    akimat = [
        ("allocations.transfer-remainder", opened is not None),
        ("allocations.transfer-first", not of.first and today.year == of.year),
        ("allocations.settle-year", today.year > of.year and of.ahead > 0),
        ("allocations.adjust", True),
    ]
    acts = mine(actor, of.guarantor_id, "allocations.request-remainder") if card.may_request else []
    acts += mine(actor, of.akimat_id, *(act for act, holds in akimat if holds))
    return [(act, opened.id if opened and act == "allocations.transfer-remainder" else None) for act in acts]


@router.get("/claims/{claim_id}")
def claim_page(
    request: Request, claim_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """The card of a claim."""
    card, today = claim_card(session, claim_id, world.today()), world.today()
    missing = mine(actor, card.of.lender_id, "claims.add-document") + mine(
        actor, card.of.guarantor_id, "claims.ask-document"
    )
    papers = [
        (each, [_offer(act, today, claim_id=claim_id, kind=each.kind) for act in missing if card.open])
        for each in card.documents
    ]
    return render(
        request, "guarantees/claim.html", card=card, papers=papers,
        offers=[_offer(act, today, **_about(card, act)) for act in _claim_acts(actor, card)],
        waiting=waiting(session, about=f"claim:{claim_id}"), lines=sheets.lines(card.calculation, lang),
        bank=lines_of_events(session, [card.receipt.event_id] if card.receipt else []),
        recoveries=sheets.recoveries(card.recoveries, lang), steps=sheets.conversation(card, lang),
    )  # fmt: skip


def _about(card: ClaimCard, act: str) -> dict[str, int]:
    return {"guarantee_id": card.of.id} if act == "recoveries.record" else {"claim_id": card.id}


def _claim_acts(actor: Actor, card: ClaimCard) -> list[str]:
    """What may be done with a claim by whoever looks, as it stands; the next step first."""
    guarantor, lender = card.of.guarantor_id, card.of.lender_id
    if card.state == "accepted":
        return mine(actor, guarantor, "claims.pay", "claims.refuse") + mine(actor, lender, "claims.withdraw")
    if card.open:
        approval = "claims.accept" if card.approvals else "claims.approve"
        acts = [] if card.missing or not card.calculation.payable else mine(actor, guarantor, approval)
        return acts + mine(actor, guarantor, "claims.refuse") + mine(actor, lender, "claims.withdraw")
    if card.state == "paid":
        return mine(actor, _party(actor, card.of), "recoveries.record") + mine(actor, guarantor, "claims.undo")
    return []


@router.get("/commission-transfers/{transfer_id}")
def transfer_page(transfer_id: int, session: Reading) -> RedirectResponse:
    """A transfer stands on the card of its allocation."""
    row = session.get(CommissionTransferRow, transfer_id)
    if row is None:
        raise NotFound(what="transfer", name=str(transfer_id))
    return RedirectResponse(f"/allocations/{row.allocation_id}#transfers", SEE_OTHER)


@router.get("/recoveries/{recovery_id}")
def recovery_page(recovery_id: int, session: Reading) -> RedirectResponse:
    """A recovery stands on the card of its guarantee."""
    row = session.get(RecoveryRow, recovery_id)
    if row is None:
        raise NotFound(what="recovery", name=str(recovery_id))
    return RedirectResponse(f"/guarantees/{row.guarantee_id}#recoveries", SEE_OTHER)


@api.get("/guarantees/{guarantee_id}", operation_id="card.guarantee", tags=["guarantees"])
def guarantee_told(guarantee_id: int, session: Reading, world: TheWorld) -> GuaranteeCard:
    """A guarantee with everything known of it; sums are tiyn."""
    return guarantee_card(session, guarantee_id, world.today())


@api.get("/guarantee-applications/{loan_id}", operation_id="card.guarantee-application", tags=["guarantees"])
def application_told(loan_id: int, session: Reading) -> ApplicationCard:
    """An application for a guarantee, looked at as it was asked for; sums are tiyn."""
    return application_card(session, loan_id)


@api.get("/allocations/{allocation_id}", operation_id="card.allocation", tags=["allocations"])
def allocation_told(allocation_id: int, session: Reading) -> AllocationCard:
    """An allocation with its transfers and requests; sums are tiyn."""
    return allocation_card(session, allocation_id)


@api.get("/claims/{claim_id}", operation_id="card.claim", tags=["claims"])
def claim_told(claim_id: int, session: Reading, world: TheWorld) -> ClaimCard:
    """A claim with its calculation and steps; sums are tiyn."""
    return claim_card(session, claim_id, world.today())
