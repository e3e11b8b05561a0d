"""Confirming by the page: however often it is clicked, it is done once, and everybody concerned sees one receipt."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.acts.lending import DisburseAsked
from api.acts.performing import carry
from api.acts.registry import act_named
from api.world import World
from ledger.unit_of_work import perform
from lending.microcredits.loans import conclude
from tests.api.people import person, world_on
from tests.api.site import SITE, TOKEN, site
from tests.lending.microcredits.lender import lender

DAY = date(2019, 3, 20)


@pytest.fixture
def world(committed_engine: Engine) -> World:
    """A world in which more than a million tenge at once takes a second person."""
    return world_on(committed_engine, DAY, second_person_above="1000000", hosts="testserver")


def asked_for(world: World) -> tuple[int, int]:
    """The lender, and the request of its officer to pay out two million."""

    def signed(session: Session) -> tuple[int, int]:
        of = lender(session)
        return of.id, conclude(session, [of.contract("3000000")])[0]

    lender_id, loan_id = perform(world.jobs, signed)
    asked = DisburseAsked(loan_id=loan_id, amount=Decimal(2000000), on=DAY)
    act = act_named("loans.disburse")
    outcome = carry(world, person(lender_id, "lender-officer"), act, asked, key="key-0001")
    return lender_id, outcome.approval_id or 0


def click(world: World, actor: Actor, approval_id: int, decision: str = "approve") -> tuple[int, str]:
    """Press a button on the page of the request: where it ends, and what stands there."""
    client = site(world, actor)
    address = f"/approvals/{approval_id}"
    token = TOKEN.findall(client.get(address).text)[0]
    fields = {"csrf": token, "reason": "reason"}
    answer = client.post(f"{address}/{decision}", data=fields, headers={"Origin": SITE})
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert main is not None
    return answer.status_code, re.sub(TOKEN, "", main[0])


def test_a_double_click_ends_at_one_receipt(world: World) -> None:
    """Two clicks in the same moment and a third later show the same page, with the way to what was paid out."""
    lender_id, waits = asked_for(world)
    approver = person(lender_id, "lender-approver")
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: click(world, approver, waits), range(2)))
    assert both[0] == both[1] == click(world, approver, waits)
    assert both[0][0] == 200
    assert "/loans/" in both[0][1]
    assert "Повторная отправка" in both[0][1]


def test_another_who_confirms_sees_who_did(world: World) -> None:
    """A second approver who clicks too late is shown the receipt with the name of the first."""
    lender_id, waits = asked_for(world)
    first = person(lender_id, "lender-approver")
    receipt = click(world, first, waits)
    assert click(world, person(lender_id, "lender-approver"), waits) == receipt
    assert first.login in receipt[1]


def test_rejecting_what_was_confirmed_is_refused(world: World) -> None:
    """It is no receipt of a rejection: the page says who confirmed it."""
    lender_id, waits = asked_for(world)
    click(world, person(lender_id, "lender-approver"), waits)
    status, page = click(world, person(lender_id, "lender-approver"), waits, "reject")
    assert status == 409
    assert "error-summary" in page


def test_another_language_keeps_the_reason(world: World) -> None:
    """A reason half typed stands in the same page in Kazakh, and nothing is decided."""
    lender_id, waits = asked_for(world)
    client = site(world, person(lender_id, "lender-approver"))
    address = f"/approvals/{waits}"
    page = client.get(address).text
    assert f'formaction="{address}/reject?lang=kk"' in page
    fields = {"csrf": TOKEN.findall(page)[0], "reason": "подпись не та", "redraw": "kk"}
    again = client.post(f"{address}/reject?lang=kk", data=fields, headers={"Origin": SITE}).text
    assert '<html lang="kk">' in again
    assert "подпись не та" in again
    assert "error-summary" not in again
