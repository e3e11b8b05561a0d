"""Pages of the chain, oversight and support: open to those in whose sight things are, and true to the services."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.chain.utilisation import utilisation
from lending.oversight.violations import Finding, find
from tests.api.akimat.conftest import DAY, Programme, Visit

#: Every page of one object and of the whole: its address, and the roles that see the chain.
PAGES = (
    "/utilisation", "/utilisation/lenders", "/utilisation/{line}", "/chain", "/facilities", "/facilities/{line}",
    "/lots", "/budget-returns", "/cases", "/cases/{first}", "/jobs", "/violations", "/violations/1", "/subsidies",
    "/api/v1/utilisation", "/api/v1/facilities/{line}", "/api/v1/cases/{first}", "/api/v1/lots", "/api/v1/jobs",
)  # fmt: skip
OF_ONE = [page for page in PAGES if "{" in page or page.endswith("/1")]


def violated(programme: Programme) -> None:
    """A violation on the first loan."""
    of = Finding(
        loan_id=programme.made["first"], breach="target-use", amount=tenge("4000000"), found_on=DAY, mend_by=DAY,
        found_by="A",
    )  # fmt: skip
    programme.read(lambda session: find(session, [of]))


def test_every_page_opens_for_every_side_of_the_chain(programme: Programme, visit: Visit) -> None:
    """The lender, its operator, the akimat and the budget all open every page, in every language."""
    violated(programme)
    for role in ("lender-officer", "operator-officer", "akimat-approver", "budget-officer"):
        client = visit(programme.somebody(role))
        for page in PAGES:
            for lang in ("kk", "ru", "en"):
                answer = client.get(page.format(**programme.made), headers={"cookie": f"lang={lang}"})
                assert answer.status_code == 200, (role, page, lang)
                assert "style=" not in answer.text


def test_pages_of_others_do_not_exist(programme: Programme, visit: Visit) -> None:
    """The pages and cards of our objects answer 404 to another programme, and lists show it only its own."""
    violated(programme)
    client = visit(programme.somebody("lender-officer", at="stranger"))
    for page in (*OF_ONE, "/lots/{lot}", "/cases/{first}/proof"):
        assert client.get(page.format(**programme.made)).status_code == 404, page
    assert "operator-loan-1" not in client.get("/facilities").text
    assert f'href="/cases/{programme.made["first"]}"' not in client.get("/cases").text


def test_pages_are_closed_to_other_roles(programme: Programme, visit: Visit) -> None:
    """An administrator manages people and sees no money; a lender writes no notices and sees no grants."""
    client = visit(programme.somebody("administrator", at="mfo"))
    assert {client.get(page.format(**programme.made)).status_code for page in PAGES} == {403}
    lender = visit(programme.somebody("lender-officer"))
    assert lender.get(f"/utilisation/{programme.made['line']}/notice").status_code == 403
    assert lender.get("/grants").status_code == 403


def test_the_board_says_what_the_service_says(programme: Programme, visit: Visit) -> None:
    """Received, issued and left of the credit are the sums of drawdowns and of the loans they went to."""
    told = visit(programme.somebody("akimat-officer")).get("/api/v1/utilisation").json()
    [credit] = told
    own = programme.read(lambda session: utilisation(session, DAY, [programme.made["credit"]]))
    assert credit["money"]["received"] == sum(each.received for each in own) == 1_000_000_000
    assert (credit["issued"], credit["left"]) == (600_000_000, 400_000_000)
    at_the_pace = 600_000_000 + 600_000_000 * credit["months_left"] // credit["months_passed"]
    assert credit["expected"] == min(at_the_pace, 1_000_000_000)


def test_a_lender_reads_the_figures_the_akimat_reads(programme: Programme, visit: Visit) -> None:
    """Both sides of an agreement see the same sums of it."""
    address = f"/api/v1/facilities/{programme.made['line']}"
    theirs = visit(programme.somebody("akimat-officer")).get(address).json()
    ours = visit(programme.somebody("lender-officer")).get(address).json()
    assert {name: ours[name] for name in ("drawn", "principal_owed", "money", "schedule", "payments")} == {
        name: theirs[name] for name in ("drawn", "principal_owed", "money", "schedule", "payments")
    }


def test_every_band_of_the_chain_opens_into_rows_that_add_up_to_it(programme: Programme, visit: Visit) -> None:
    """The figure of a band stands in the totals of the list it opens."""
    client = visit(programme.somebody("budget-officer"))
    page = client.get("/chain").text
    bands = re.findall(r'<td class="number"><a href="(/lots[^"]+)">([^<]+)</a>', page)
    assert len(bands) == 5
    for address, figure in bands:
        assert figure in client.get(address.replace("&amp;", "&")).text, address


def test_a_proof_that_is_refused_loses_nothing(programme: Programme, visit: Visit) -> None:
    """What was typed comes back with what is wrong beside its field, in the status of a refusal."""
    client = visit(programme.somebody("lender-officer"))
    address = f"/cases/{programme.made['first']}/proof"
    token = client.get(address).text.split('name="csrf" value="')[1].split('"')[0]
    typed = {"csrf": token, "key": "k" * 32, "on": DAY.isoformat(), "kind-new": "act", "number-new": "А-77"}
    answer = client.post(address, data=typed)
    assert answer.status_code == 422
    assert 'value="А-77"' in answer.text
    assert 'id="amount-new-problem"' in answer.text
    sent = client.post(address, data={**typed, "amount-new": "1 000 000,00"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/approvals/1")
    assert client.post(address, data={**typed, "amount-new": "1 000 000,00"}).headers["location"] == "/approvals/1"


@pytest.mark.parametrize("day", ["2019-13-01", "yesterday"])
def test_a_day_that_is_none_is_said_to_be_none(programme: Programme, visit: Visit, day: str) -> None:
    """An address with a wrong day is answered with how a day is written."""
    assert visit(programme.somebody("akimat-officer")).get(f"/utilisation?on={day}").status_code == 422


def test_the_past_is_shown_as_it_was(programme: Programme, visit: Visit) -> None:
    """On the day before the loans were paid out the board has nothing issued, and the loan no case."""
    client = visit(programme.somebody("akimat-officer"))
    [credit] = client.get("/api/v1/utilisation?on=2019-02-28").json()
    assert credit["issued"] == 0
    assert client.get(f"/api/v1/cases/{programme.made['first']}?on=2019-02-28").json()["case"] is None


def test_nothing_of_a_session_is_written_by_looking(programme: Programme, visit: Visit) -> None:
    """Reading every page leaves the books as they were."""

    def counted(session: Session) -> int:
        return int(session.execute(text("SELECT count(*) FROM posting")).scalar_one())

    before = programme.read(counted)
    client = visit(programme.somebody("akimat-officer"))
    for page in PAGES:
        client.get(page.format(**programme.made))
    assert programme.read(counted) == before
