"""What belongs to others does not exist: no address opens a row that the person does not see, and no act reaches it.

What somebody sees is told by row-level security, which has tests of its own; here every address, page, file and act
has to keep to it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from api.access.actors import Actor
from api.acts.registry import acts
from ledger.unit_of_work import perform
from tests.api.everywhere.examples import body
from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import IN_PATH, OURS, PERIODS, SAFE, TABLES, Town

ROLES = ("lender-officer", "akimat-officer", "guarantor-officer")
HIDDEN = (403, 404)
#: Rows of others that are tried at each address.
MOST = 3


@pytest.fixture(params=ROLES)
def stranger(request: pytest.FixtureRequest, town: Town) -> tuple[str, Actor]:
    """Somebody at an organisation that a small part of the books belongs to."""
    role: str = request.param
    return role, town.somebody(role)


def table_of(name: str) -> str:
    """The table whose ids stand in the braces ``name``."""
    return TABLES.get(name, name.removesuffix("_id"))


def unseen(town: Town, table: str, actor: Actor) -> list[int]:
    """Rows there are and that ``actor`` does not see."""
    return sorted(set(town.ids(table)) - set(town.ids(table, actor)))[:MOST]


def addresses_of_others(town: Town, role: str, actor: Actor) -> Iterator[str]:
    """Addresses, open to the role, of things that are not in sight."""
    for route in town.routes:
        names = [name for name in IN_PATH.findall(route) if name.endswith("_id")]
        if route.startswith(SAFE) and names and promised(route, role):
            rows = {name: unseen(town, table_of(name), actor) for name in names}
            for number in range(min(map(len, rows.values()))):
                yield route.partition(" ")[2].format(**{name: ids[number] for name, ids in rows.items()})


def test_no_address_opens_what_is_not_in_sight(town: Town, stranger: tuple[str, Actor]) -> None:
    """Pages, documents and objects of the API of others are answered as if they were not there."""
    role, actor = stranger
    browser = town.browser(actor)
    tried = list(addresses_of_others(town, role, actor))
    opened = {path: answer.status_code for path in tried if (answer := browser.get(path)).status_code not in HIDDEN}
    assert opened == {}


def test_no_act_reaches_what_is_not_in_sight(town: Town, stranger: tuple[str, Actor]) -> None:
    """Every act with a row of others in its path is refused before anything is done, rehearsals included."""
    role, actor = stranger
    browser, before = town.browser(actor), town.fingerprint("sign_in_session")
    for act in acts().values():
        names = IN_PATH.findall(act.path)
        if not names or not promised(f"POST /api/v1{act.path}", role):
            continue
        for row in unseen(town, table_of(names[0]), actor):
            ids = {name: row if place == 0 else 1 for place, name in enumerate(names)}
            asked = {name: value for name, value in body(act, ids).items() if name not in names}
            for rehearsal in ("", "?rehearsal=true"):
                headers = OURS | {"Idempotency-Key": f"stranger-{row}"}
                answer = browser.request(
                    "POST", f"/api/v1{act.path.format(**ids)}{rehearsal}", headers=headers, json=asked
                )
                assert answer.status_code in HIDDEN, (act.name, asked, answer.text)
    assert town.fingerprint("sign_in_session") == before


@pytest.mark.parametrize("role", ROLES)
def test_reports_tell_nothing_of_others(town: Town, role: str) -> None:
    """No report of a person's names a loan that is not in their sight, and nobody else's report may be asked for."""
    actor = town.somebody(role)
    browser = town.browser(actor)
    hidden = set(numbers(town)) - set(numbers(town, actor))
    assert hidden
    for family in browser.get("/api/v1/reports").json():
        period = PERIODS[family["periods"][0]]
        answer = browser.get(f"/api/v1/reports/{family['name']}?period={period}")
        told = json.dumps(answer.json(), ensure_ascii=False)
        assert [number for number in hidden if f'"{number}"' in told] == [], family["name"]
        others = browser.get(f"/api/v1/reports/{family['name']}?period={period}&organisation={another(town, actor)}")
        assert others.status_code in HIDDEN, others.text


def another(town: Town, actor: Actor) -> str:
    """The code of an organisation that is not the person's."""
    query = text("SELECT code FROM organisation WHERE id <> :own ORDER BY id LIMIT 1")
    return perform(
        town.world.jobs, lambda session: str(session.execute(query, {"own": actor.organisation_id}).scalar_one())
    )


def numbers(town: Town, actor: Actor | None = None) -> list[str]:
    """Contract numbers of the loans there are, or that somebody sees."""
    return [
        row["contract-number"]
        for page in [town.browser(actor or town.somebody("budget-approver")).get("/api/v1/loans?size=500").json()]
        for row in page["rows"]
    ]
