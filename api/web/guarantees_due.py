"""What is due of guarantees: applications and claims that wait, remainders that can be asked for, guarantees ending.

Each card opens the list that it counts. Guarantors are told what they decide, akimats what they are to transfer,
lenders which documents their claims lack and what of recoveries is the guarantor's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.web.due import DueCard, Tone
from guarantees.standing import Allocation, allocations
from guarantees.tables import CommissionTransferRow, TransferRequestRow
from guarantees.values import ENDED
from ledger.money import from_tiyn
from ledger.organisations import organisation
from reports.listings.claims import CLAIMS, RECOVERIES
from reports.listings.guarantees import APPLICATIONS, GUARANTEES
from reports.listings.listing import Listing
from reports.report import phrase

#: Days ahead in which a guarantee's end is told of.
ENDING = 90
GUARANTORS = frozenset({"guarantor-officer", "guarantor-approver"})
AKIMATS = frozenset({"akimat-officer", "akimat-approver"})
LENDERS = frozenset({"lender-officer", "lender-approver"})
#: What is due of claims to a guarantor, by their states.
CLAIMS_DUE = {"claims": ("presented", "document"), "claims-approved": ("approved",), "claims-accepted": ("accepted",)}


def guarantees_due(session: Session, actor: Actor, today: date) -> Sequence[DueCard]:
    """What is due of guarantees for somebody of a guarantor, an akimat or a lender."""
    if actor.organisation_id is None:
        return ()
    code = organisation(session, actor.organisation_id).code
    cards: list[DueCard] = []
    if actor.roles & GUARANTORS:
        cards += _for_guarantors(session, actor.organisation_id, code, today)
    if actor.roles & AKIMATS:
        cards += _for_akimats(session, actor.organisation_id, today)
    if actor.roles & LENDERS:
        cards += _for_lenders(session, code, today)
    return cards


def _for_guarantors(session: Session, me: int, code: str, today: date) -> Iterator[DueCard]:
    waiting = _count(session, APPLICATIONS, today, guarantor=code.lower(), application_state="waiting")
    if waiting:
        yield _card(
            "applications", waiting, f"/guarantee-applications?guarantor={code.lower()}&application-state=waiting"
        )
    listed = CLAIMS.statement(today).subquery()
    counted = select(listed.c.claim_state, func.count()).where(listed.c.guarantor_code == code)
    states: dict[str, int] = dict(list(session.execute(counted.group_by(listed.c.claim_state))))
    for name, of in CLAIMS_DUE.items():
        found = sum(states.get(state, 0) for state in of)
        if found:
            chosen = "".join(f"&claim-state={state}" for state in of)
            yield _card(name, found, f"/claims?guarantor={code}{chosen}")
    ready = [each for each in _of(session, "guarantor_id", me) if each.first and each.owed > 0]
    asked = _requested(session, ready)
    for each in ready:
        if asked.get(each.id) != each.owed:
            yield _money("remainder", each, each.owed)
    until = today + timedelta(ENDING)
    own = GUARANTEES.statement(today).subquery().c
    ends = own.state.not_in(ENDED) & own.expires_on.between(today, until) & (own.guarantor_code == code)
    ending = session.scalar(select(func.count(own.id)).where(ends))
    if ending:
        yield _card("ending", ending, f"/guarantees?guarantor={code}&ends-from={today}&ends-to={until}", "info")


def _for_akimats(session: Session, me: int, today: date) -> Iterator[DueCard]:
    own = _of(session, "akimat_id", me)
    for each in own:
        if each.year == today.year and not each.first:
            yield _money("first", each, each.amount)
        if each.year < today.year and each.ahead:
            yield _money("settle", each, each.ahead)
    owing = [each for each in own if each.owed]
    asked = _requested(session, owing)
    for each in owing:
        if asked.get(each.id) == each.owed:
            yield _money("requested", each, each.owed)


def _for_lenders(session: Session, code: str, today: date) -> Iterator[DueCard]:
    asked = _count(session, CLAIMS, today, lender_code=code, claim_state="asked")
    if asked:
        yield _card("asked", asked, f"/claims?lender={code}&claim-state=asked")
    listed = RECOVERIES.statement(today).subquery()
    held = (listed.c.received_by == "lender") & (listed.c.lender_code == code) & listed.c.passed_on.is_(None)
    net = session.scalar(select(func.coalesce(func.sum(listed.c.guarantor_part), 0)).where(held))
    if net:
        words = phrase("web.due.pass-on", sum=from_tiyn(int(net)))
        yield DueCard(words=words, status=phrase("web.due.yours"), link=f"/recoveries?lender={code}&received-by=lender")


def _count(session: Session, listing: Listing, today: date, **is_: str) -> int:
    listed = listing.statement(today).subquery()
    same = (listed.c[name] == value for name, value in is_.items())
    return session.scalar(select(func.count()).select_from(listed).where(*same)) or 0


def _of(session: Session, side: str, me: int) -> list[Allocation]:
    """Allocations of which the organisation is that side."""
    return [each for each in allocations(session).values() if getattr(each, side) == me]


def _requested(session: Session, of: Sequence[Allocation]) -> dict[int, int]:
    """What was asked for last of each allocation, in tiyn, as long as it is not paid."""
    own, paid = TransferRequestRow, CommissionTransferRow
    rows = session.execute(
        select(own.allocation_id, own.amount, paid.id.is_not(None))
        .outerjoin(paid, paid.request_id == own.id)
        .where(own.allocation_id.in_([each.id for each in of]))
        .order_by(own.id)
    )
    latest = {key: 0 if is_paid else amount for key, amount, is_paid in rows}
    return {key: amount for key, amount in latest.items() if amount}


def _card(name: str, count: int, link: str, tone: Tone = "attention") -> DueCard:
    return DueCard(words=phrase(f"web.due.{name}", count=count), status=phrase("web.due.yours"), link=link, tone=tone)


def _money(name: str, of: Allocation, tiyn: int) -> DueCard:
    return DueCard(
        words=phrase(f"web.due.{name}", number=of.number), status=phrase("web.due.yours"),
        link=f"/allocations/{of.id}", detail=phrase("contract.sum", sum=from_tiyn(tiyn)),
    )  # fmt: skip
