"""Bank statements in pages and by HTTP: taken in once, matched by one press, undone with a reason, seen by no other."""

from __future__ import annotations

import re
from base64 import b64encode
from datetime import date

import pytest
from httpx2 import Response
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.audit.tables import AuditEventRow
from api.demo.banking import account_of, written
from api.world import World
from ledger.bank.tables import BankLineRow, BankMatchRow, BankStatementRow
from ledger.bank.values import Line, Statement
from ledger.organisations import Organisation
from reports.cards.closing import closing_card
from reports.words import say
from tests.api.finance.conftest import at_work, client_of
from tests.api.uploads.test_hostile_files import ZOO

Homes = dict[str, list[Organisation]]
OURS = {"Sec-Fetch-Site": "same-origin"}
DECEMBER = date(2021, 12, 1)
WAITS = re.compile(r'<article class="waits" id="line-(\d+)"')
OFFERED = re.compile(r'action="/bank/lines/(\d+)/match".*?name="entry_ids" value="([\d, ]+)"', re.DOTALL)


def own(world: World, homes: Homes) -> Organisation:
    """The lender of the demo that took a statement in."""
    with Session(world.jobs) as session:
        kept = set(session.scalars(select(BankStatementRow.organisation_id)))
    return next(each for each in homes["mfo"] if each.id in kept)


def accountant(world: World, home: Organisation) -> TestClient:
    """The accountant of an organisation at their browser."""
    return client_of(world, at_work(home, "accountant"))


def january(home: Organisation, *amounts: int, day: int = 10) -> bytes:
    """A statement of January of an account of ``home``."""
    lines = tuple(Line(on=date(2022, 1, day), number=f"B{place}", amount=each) for place, each in enumerate(amounts))
    return written(
        Statement(
            account=account_of(home), first_on=date(2022, 1, 1), last_on=date(2022, 1, 31), opening=0,
            closing=sum(amounts), lines=lines, owners=frozenset(filter(None, [home.bin])),
        )
    ).encode()  # fmt: skip


def sent(client: TestClient, content: bytes, name: str = "january.txt") -> Response:
    """The answer to a file sent by the form."""
    return client.post("/bank/upload", files={"file": (name, content)}, data={"key": f"k-{name}"}, headers=OURS)


def rows(world: World, query: str) -> list[object]:
    """Values out of the database."""
    with Session(world.jobs) as session:
        return list(session.scalars(text(query)))


def test_the_page_tells_what_waits_and_what_may_be_meant(world: World, homes: Homes) -> None:
    """Lines matched and waiting are counted as they are kept, and each that waits is shown with its suggestions."""
    home = own(world, homes)
    page = accountant(world, home).get("/bank").text
    with Session(world.jobs) as session:
        mine = select(BankLineRow.id).where(BankLineRow.organisation_id == home.id)
        lines = set(session.scalars(mine))
        settled = set(session.scalars(select(BankMatchRow.line_id).where(BankMatchRow.line_id.in_(mine))))
    assert say("web.bank.summary", "ru", lines=len(lines), automatic=len(settled), waiting=len(lines - settled)) in page
    assert {int(each) for each in WAITS.findall(page)} == lines - settled
    assert say("bank-reason.same-day", "ru") in page


def test_one_press_matches_a_line(own_world: World, homes: Homes) -> None:
    """The button of a suggestion matches it once, however often it is pressed; what has an entry is refused another."""
    client = accountant(own_world, own(own_world, homes))
    line_id, entry_ids = OFFERED.findall(client.get("/bank").text)[0]
    asked = {"entry_ids": entry_ids, "key": "pressed-once"}
    for _ in range(2):
        answer = client.post(f"/bank/lines/{line_id}/match", data=asked, headers=OURS)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/bank?matched_line={line_id}")
    again = client.post(f"/bank/lines/{line_id}/match", data=asked | {"key": "another"}, headers=OURS)
    assert again.status_code == 409
    assert say("error.bank-line-settled", "ru", line=int(line_id)) in again.text
    assert say("match-how.by-hand", "ru") in client.get(f"/entries/{entry_ids}").text
    assert f"/bank/lines/{line_id}" in client.get(f"/entries/{entry_ids}").text


def test_setting_aside_and_undoing_stay_on_record(own_world: World, homes: Homes) -> None:
    """A fee is set aside with the reason and taken up again; the line's page tells both."""
    client = accountant(own_world, own(own_world, homes))
    fee = rows(own_world, "SELECT min(id) FROM bank_line WHERE amount < 0")[0]
    for act, reason in (("bank.set-aside", "комиссия"), ("bank.undo", "всё же платёж")):
        asked = {"line_id": str(fee), "reason": reason, "confirmed": "yes", "key": f"key-{act}"}
        assert client.post(f"/acts/{act}", data=asked, headers=OURS).status_code == 303
    page = client.get(f"/bank/lines/{fee}").text
    assert "комиссия" in page
    assert "всё же платёж" in page
    assert f'action="/bank/lines/{fee}/match"' not in page
    assert say("web.bank.nothing-suggested", "ru") in page


def test_a_file_is_taken_in_once(own_world: World, homes: Homes) -> None:
    """The second time it is told which statement it is; one of another owner is refused; nothing is doubled."""
    home, other = own(own_world, homes), homes["mfo"][1]
    client = accountant(own_world, home)
    assert sent(client, january(home, 500, -20)).headers["location"] == "/bank?new=2&known=0&matched=0"
    for content, code in ((january(home, 500, -20), "bank-statement-known"), (january(other, 7), "bank-statement-of")):
        answer = sent(client, content, f"{code}.txt")
        assert answer.status_code == 409
        assert answer.text.count('id="error-summary"') == 1
    wider = january(home, 500, -20, 30)
    assert sent(client, wider, "wider.txt").headers["location"] == "/bank?new=1&known=2&matched=0"


@pytest.mark.parametrize("beast", [*ZOO, "does not add up"])
def test_hostile_files_are_refused_and_not_kept(world: World, homes: Homes, beast: str) -> None:
    """The form comes back with what is wrong, and no statement is kept."""
    home = own(world, homes)
    broken = january(home, 500).replace("КонечныйОстаток=5.00".encode(), "КонечныйОстаток=6.00".encode())
    before = rows(world, "SELECT count(*) FROM bank_statement")
    answer = sent(accountant(world, home), ZOO[beast][0] if beast in ZOO else broken, f"{beast}.xlsx")
    assert answer.status_code == 422
    assert answer.text.count('id="error-summary"') == 1
    assert rows(world, "SELECT count(*) FROM bank_statement") == before


def test_a_program_takes_a_statement_in(own_world: World, homes: Homes) -> None:
    """By HTTP the file comes in base64; the audit keeps its digest and not its bytes."""
    home = own(own_world, homes)
    client, content = accountant(own_world, home), b64encode(january(home, 500)).decode()
    headers = OURS | {"Idempotency-Key": "statement-of-january"}
    body = {"file_name": "january.txt", "content": content}
    first, again = (client.post("/api/v1/bank-statements", json=body, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["result"]["new"]) == (201, 1)
    assert again.json() == first.json()
    broken = client.post("/api/v1/bank-statements", json=body | {"content": "%"}, headers=OURS | {
        "Idempotency-Key": "not-base-64"
    })  # fmt: skip
    assert broken.status_code == 422
    with Session(own_world.jobs) as session:
        told = session.scalars(select(AuditEventRow).where(AuditEventRow.act == "bank.take-in")).one()
    assert content not in str(vars(told))
    assert "sha256:" in str(vars(told))


def test_others_see_no_line_of_it(world: World, homes: Homes) -> None:
    """Another lender finds neither page, nor list, nor act on a line; an operator above neither."""
    line = rows(world, "SELECT min(id) FROM bank_line")[0]
    for stranger in (homes["mfo"][1], homes["operator"][0]):
        client = accountant(world, stranger)
        assert client.get(f"/bank/lines/{line}").status_code == 404
        assert client.get("/api/v1/bank-lines").json()["found_count"] == 0
        assert client.get("/api/v1/bank-entries").json()["found_count"] == 0
        asked = {"line_id": str(line), "reason": "x", "confirmed": "yes", "key": "stranger-key"}
        assert client.post("/acts/bank.set-aside", data=asked, headers=OURS).status_code == 404


def test_the_lists_agree_with_the_page(world: World, homes: Homes) -> None:
    """Matched, suggested and unmatched lines and entries without a line are as many as the page tells."""
    home = own(world, homes)
    client = accountant(world, home)
    states = {
        state: client.get(f"/api/v1/bank-lines?bank-state={state}").json()["found_count"]
        for state in ("matched", "suggested", "unmatched", "aside")
    }
    page = client.get("/bank").text
    offered = {int(line) for line, _ in OFFERED.findall(page)}
    assert states["suggested"] == len(offered)
    assert states["suggested"] + states["unmatched"] == len(WAITS.findall(page))
    assert states["aside"] == 0
    assert client.get("/api/v1/bank-entries").json()["found_count"] == len(offered)
    assert client.get("/bank-statements?format=csv").status_code == 200


def test_lines_that_wait_stand_in_the_way_of_the_close(own_world: World, homes: Homes) -> None:
    """A book that takes statements in is not closed over lines that wait; another is only told that it has none."""
    home, other = own(own_world, homes), homes["mfo"][1]
    sent(accountant(own_world, home), january(home, 500))
    with Session(own_world.jobs) as session:
        tasks = {
            book: next(
                each
                for each in closing_card(
                    session, book, date(2022, 1, 1), date(2022, 2, 3), waiting=0, further_steps=0
                ).tasks
                if each.key == "bank"
            )
            for book in (home.id, other.id)
        }
    assert (tasks[home.id].blocks, tasks[home.id].standing) == (True, "problem")
    assert (tasks[other.id].blocks, tasks[other.id].standing) == (False, "later")
    asked = {"line_id": str(rows(own_world, "SELECT max(id) FROM bank_line")[0]), "reason": "x", "confirmed": "yes"}
    client = accountant(own_world, home)
    client.post("/acts/bank.set-aside", data=asked | {"key": "set-aside-key"}, headers=OURS)
    assert say("web.closing.bank", "ru", waiting=0, unmatched=0) in client.get("/closing?month=2022-01").text
