"""Agreements of the chain: the card of one, and the way to it from a lot and from a return to the budget.

Which acts are offered follows from whose organisation looks: the lender draws, the borrower pays.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.access.actors import Actor
from api.access.matrix import matrix
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.web.rendering import render
from api.web.viewing import day_of, ways
from ledger.chart import account
from ledger.errors import NotFound
from lending.chain.tables import BudgetReturnRow, LotRow
from reports.cards.facilities import FacilityCard, facility_card

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303


@router.get("/facilities/{facility_id}")
def one(
    request: Request, facility_id: int, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> HTMLResponse:
    """An agreement: terms, money, schedule, where it went, and what to do."""
    card = facility_card(session, facility_id, day_of(request, world))
    accounts = {each.account: getattr(account(each.account), f"name_{lang}") for each in card.postings}
    sides = {"facilities.undo-draw": card.facility.lender_id, "facilities.undo-payment": card.facility.borrower_id}
    undoings = [
        act for act, side in sides.items() if side == actor.organisation_id and matrix().may_make(actor, act)
    ]  # fmt: skip
    return render(
        request, "chain/facility.html", card=card, ways=_ways(actor, card), undoings=undoings, accounts=accounts
    )  # fmt: skip


@router.get("/lots/{lot_id}")
def lot(lot_id: int, session: Reading) -> Response:
    """A lot, in the card of its agreement."""
    row = session.get(LotRow, lot_id)
    if row is None:
        raise NotFound(what="drawdown with lot", name=str(lot_id))
    return RedirectResponse(f"/facilities/{row.facility_id}#lots", SEE_OTHER)


@router.get("/budget-returns/{return_id}")
def budget_return(return_id: int, session: Reading) -> Response:
    """A return to the budget, in the card of its agreement."""
    row = session.get(BudgetReturnRow, return_id)
    if row is None:
        raise NotFound(what="unpaid return to the budget", name=str(return_id))
    return RedirectResponse(f"/facilities/{row.facility_id}#returns", SEE_OTHER)


def _ways(actor: Actor, card: FacilityCard) -> list[tuple[str, str]]:
    """What the reader's organisation may do about the agreement."""
    of, own = card.facility, actor.organisation_id
    about: dict[str, object] = {"facility_id": of.id}
    acts: list[tuple[str, Mapping[str, object]]] = []
    if own == of.lender_id and card.drawn < of.amount:
        acts.append(("facilities.draw", about))
    if own == of.borrower_id:
        acts += [("returns.pay", {"return_id": each.id}) for each in card.returns if each.paid < each.amount][:1]
        acts += [("facilities.pay", about), ("facilities.repay-early", about)] if card.principal_owed else []
    if of.link == "funding-line" and own == of.lender_id:
        fresh = [line.lot for line in card.lots if line.lot.kind == "fresh" and not line.on_hand]
        acts += [("subsidies.confirm", {"lot_id": each.id}) for each in fresh[-1:]]
    if own == of.borrower_id and of.link != "funding-line":
        acts.append(("facilities.open", {"parent_id": of.id, "edition": of.edition}))
    return ways(actor, acts)
