"""Pages of guarantors, of those they guarantee for and of those who pay: cards of guarantees, applications, claims.

A card shows figures with their arithmetic and offers the acts that whoever looks may do; the acts have pages of their
own. The same cards are given by the HTTP API.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.acts.approvals import waiting
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.rates import limited
from api.web.forms import Form
from api.web.rendering import render
from api.world import World
from guarantees.tables import CommissionTransferRow, RecoveryRow
from ledger.errors import NotFound
from lending.microcredits.positions import positions
from reports.cards.allocations import AllocationCard, allocation_card
from reports.cards.claims import ClaimCard, claim_card
from reports.cards.guarantee_applications import ApplicationCard, application_card
from reports.cards.guarantees import GuaranteeCard, guarantee_card

router = APIRouter(include_in_schema=False)
api = APIRouter(prefix="/api/v1")

SEE_OTHER = 303


def mine(actor: Actor, organisation_id: int, *acts: str) -> list[str]:
    """Those of ``acts`` that ``actor`` may do on what belongs to the organisation."""
    if actor.organisation_id != organisation_id:
        return []
    return [act for act in acts if matrix().may_make(actor, act)]


@router.get("/guarantees/{guarantee_id}")
def guarantee_page(
    request: Request, guarantee_id: int, session: Reading, world: TheWorld, actor: Asker
) -> HTMLResponse:
    """The card of a guarantee."""
    card = guarantee_card(session, guarantee_id, world.today())
    open_claim = next((each for each in card.claims if each.state in UNDER_WAY), None)
    return render(
        request, "guarantees/guarantee.html", card=card, today=world.today(), acts=_guarantee_acts(actor, card),
        open_claim=open_claim, waiting=waiting(session, about=f"guarantee:{guarantee_id}"),
        chart=_risk_chart(card),
    )  # fmt: skip


#: States of claims that are neither paid nor ended.
UNDER_WAY = ("presented", "document", "asked", "approved", "accepted")


def _guarantee_acts(actor: Actor, card: GuaranteeCard) -> list[str]:
    """What may be done with a guarantee by whoever looks, as it stands."""
    acts: list[str] = []
    if not card.ended:
        names = ["guarantees.prolong"] if card.drawn else ["guarantees.amend", "guarantees.cancel", "guarantees.prolong"]
        acts += mine(actor, card.of.guarantor_id, *names)
    if card.guarantor_debt > 0:
        party = card.of.lender_id if actor.organisation_id == card.of.lender_id else card.of.guarantor_id
        acts += mine(actor, party, "recoveries.record")
    return acts


def _risk_chart(card: GuaranteeCard) -> list[tuple[int, int, int]]:
    """Bars of the risk over time: place, and height of the unpaid principal and of the risk, in hundredths."""
    top = max((each.unpaid for each in card.risk), default=0) or 1
    return [(place, each.unpaid * 100 // top, each.exposure * 100 // top) for place, each in enumerate(card.risk)]


@router.get("/guarantees/{guarantee_id}/claim")
def claim_form(
    request: Request, guarantee_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:
    """The form of a claim, filled in with the debt as it stands today."""
    card = guarantee_card(session, guarantee_id, world.today())
    matrix().demand_maker(actor, "claims.present")
    found = positions(session, world.today(), loan_ids=[card.of.loan_id]).row(card.of.loan_id)
    parts = {
        "overdue_principal": found.get("principal_due", 0),
        "future_principal": found.get("principal", 0) - found.get("principal_due", 0),
    }  # fmt: skip
    values = {name: f"{Decimal(tiyn) / 100:.2f}" for name, tiyn in parts.items() if tiyn > 0}
    form = Form(values | {"on": world.today().isoformat(), "accelerated": "true"} | dict(request.query_params))
    return render(
        request, "guarantees/claim_form.html", card=card, form=form, days=found.get("days_past_due", 0),
        owed=found.get("principal", 0), lang_=lang,
    )  # fmt: skip


@router.get("/guarantee-applications/{loan_id}")
def application_page(
    request: Request, loan_id: int, session: Reading, world: TheWorld, actor: Asker
) -> HTMLResponse:
    """The task list of an application: borrower, terms, share, documents, decision."""
    asked = request.query_params
    card = application_card(
        session, loan_id, share=_share(asked.get("share", "")), borrower_class=asked.get("borrower_class"),
        allocation_id=_number(asked.get("allocation_id", "")),
    )  # fmt: skip
    acts = _application_acts(session, actor)
    source = card.sources[0] if card.sources else None
    kept = {name: value for name, value in asked.items() if name not in ("lang", "share", "borrower_class")}
    values = {
        "signed_on": world.today().isoformat(), "guarantor_signatory": actor.name,
        "borrower_signatory": card.loan.borrower, "allocation_id": str(source.of.id) if source else "",
        "on": world.today().isoformat(),
    } | kept | {"share": f"{card.share.normalize():f}", "borrower_class": card.borrower_class}  # fmt: skip
    return render(
        request, "guarantees/application.html", card=card, form=Form(values), source=source, acts=acts,
        waiting=waiting(session, about=f"loan:{loan_id}"),
    )  # fmt: skip


def _application_acts(_session: Session, actor: Actor) -> list[str]:
    return [act for act in ("guarantees.conclude", "guarantees.refuse") if matrix().may_make(actor, act)]


def _share(typed: str) -> Decimal | None:
    """The share somebody looks at; nothing where it is no share."""
    try:
        share = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return share if 0 < share <= 1 else None


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


@router.get("/allocations/{allocation_id}")
def allocation_page(
    request: Request, allocation_id: int, session: Reading, world: TheWorld, actor: Asker
) -> HTMLResponse:
    """The card of an allocation."""
    card = allocation_card(session, allocation_id)
    return render(
        request, "guarantees/allocation.html", card=card, today=world.today(),
        acts=_allocation_acts(actor, card, world), waiting=waiting(session, about=f"allocation:{allocation_id}"),
    )  # fmt: skip


def _allocation_acts(actor: Actor, card: AllocationCard, world: World) -> list[str]:
    """What may be done with an allocation by whoever looks, as it stands; the most pressing first."""
    of, acts = card.of, list[str]()
    if card.may_request:
        acts += mine(actor, of.guarantor_id, "allocations.request-remainder")
    if card.open_request:
        acts += mine(actor, of.akimat_id, "allocations.transfer-remainder")
    if not of.first and world.today().year == of.year:
        acts += mine(actor, of.akimat_id, "allocations.transfer-first")
    if world.today().year > of.year and of.ahead:
        acts += mine(actor, of.akimat_id, "allocations.settle-year")
    return acts + mine(actor, of.akimat_id, "allocations.adjust")


@router.get("/claims/{claim_id}")
def claim_page(request: Request, claim_id: int, session: Reading, world: TheWorld, actor: Asker) -> HTMLResponse:
    """The card of a claim."""
    card = claim_card(session, claim_id, world.today())
    return render(
        request, "guarantees/claim.html", card=card, today=world.today(), acts=_claim_acts(actor, card),
        waiting=waiting(session, about=f"claim:{claim_id}"),
    )  # fmt: skip


def _claim_acts(actor: Actor, card: ClaimCard) -> list[str]:
    """What may be done with a claim by whoever looks, as it stands; the next step first."""
    guarantor, lender = card.of.guarantor_id, card.of.lender_id
    if card.state == "accepted":
        return mine(actor, guarantor, "claims.pay", "claims.refuse") + mine(actor, lender, "claims.withdraw")
    if card.open:
        acts = [] if card.missing else mine(actor, guarantor, "claims.accept" if card.approvals else "claims.approve")
        acts += mine(actor, guarantor, "claims.ask-document", "claims.refuse")
        return acts + mine(actor, lender, "claims.add-document", "claims.withdraw")
    if card.state == "paid":
        party = lender if actor.organisation_id == lender else guarantor
        return mine(actor, guarantor, "claims.pay", "claims.undo") + mine(actor, party, "recoveries.record")
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
