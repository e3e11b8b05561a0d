"""Support money: the card of a subsidy with its calculation, and the card of a grant with its year.

What may be done with each is offered by its stage; whether the reader may is the matrix's to say.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.asking import Asker, Reading
from api.web.rendering import render
from api.web.viewing import ways
from reports.cards.support import grant_card, subsidy_card

router = APIRouter(include_in_schema=False)

#: What may be done at each stage.
OF_SUBSIDY = {
    "confirmed": ("subsidies.decide", "subsidies.withdraw"), "decided": ("subsidies.pay", "subsidies.withdraw"),
    "paid": ("subsidies.reverse-payment",),
}  # fmt: skip
OF_GRANT = {"awarded": ("grants.pay", "grants.withdraw"), "paid": ("grants.accompany", "grants.reverse-payment")}


@router.get("/subsidies/{subsidy_id}")
def subsidy(request: Request, subsidy_id: int, session: Reading, actor: Asker) -> HTMLResponse:
    """A subsidy: its base loan by loan, each in or out and why, and how far it has come."""
    card = subsidy_card(session, subsidy_id)
    acts = [(name, {"subsidy_id": subsidy_id}) for name in OF_SUBSIDY.get(card.subsidy.state, ())]
    return render(request, "support/subsidy.html", card=card, ways=ways(actor, acts))


@router.get("/grants/{grant_id}")
def grant(request: Request, grant_id: int, session: Reading, actor: Asker) -> HTMLResponse:
    """A grant: what it was for, on which papers, and what was seen since."""
    card = grant_card(session, grant_id)
    acts = [(name, {"grant_id": grant_id}) for name in OF_GRANT.get(card.grant.state, ())]
    return render(request, "support/grant.html", card=card, ways=ways(actor, acts))
