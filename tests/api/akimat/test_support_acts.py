"""Support money: confirmed by the operator, decided and paid by the akimat; grants awarded, paid and accompanied."""

from datetime import date
from typing import Any

import pytest

from api.access.matrix import Forbidden
from api.acts.approvals import NotYours
from api.acts.performing import FreshCodeNeeded
from ledger.errors import NotFound
from lending.chain.facilities import facility
from lending.support.grants import grant
from lending.support.subsidies import subsidy
from tests.api.akimat.conftest import DAY, LENT, Programme, Visit
from tests.lending.support.world import Funded

GRANT = {
    "person": "850326436620", "participant_name": "Ибраев Әсел", "participation": "bastau", "proof_number": "С-1",
    "proof_date": "2019-03-01", "support_checked_on": "2019-03-05", "opinion_number": "П-1",
    "opinion_date": "2019-03-06", "favourable": True, "for_tools": "150000", "for_livestock": "50000",
    "fund_source": "local", "decision_number": "Г-1", "on": "2019-04-01", "centre": "Орталық",
}  # fmt: skip


def lent_out(programme: Programme) -> int:
    """The rest of the tranche lent, so that it may be subsidised; the lot's id."""

    def lend(session: Any) -> int:
        line = facility(session, programme.made["line"])
        Funded(session, None, line).lend("4000000", LENT)  # type: ignore[arg-type] # lending asks only the line
        return programme.made["lot"]

    return int(programme.read(lend))


def confirmed(programme: Programme) -> int:
    """A subsidy that the operator has confirmed; its id."""
    told = {"lot_id": lent_out(programme), "on": DAY, "document_number": "О-1", "document_date": LENT}
    return int(programme.do(programme.somebody("operator-officer"), "subsidies.confirm", **told).result["subsidy_id"])


def test_a_subsidy_takes_three_organisations_steps(programme: Programme, visit: Visit) -> None:
    """Confirmed, decided and paid; the payment needs a fresh code and a second person; the card tells it all."""
    subsidy_id = confirmed(programme)
    officer, approver = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    with pytest.raises((NotYours, Forbidden)):
        programme.do(
            programme.somebody("operator-officer"), "subsidies.decide", subsidy_id=subsidy_id, decision_number="1",
            on=DAY, amount="5",
        )  # fmt: skip
    programme.do(officer, "subsidies.decide", subsidy_id=subsidy_id, decision_number="К-1", on=DAY, amount="1000000")
    paying = {"subsidy_id": subsidy_id, "order_number": "ПП-1", "on": DAY}
    with pytest.raises(FreshCodeNeeded):
        programme.do(programme.somebody("akimat-officer", confirmed=False), "subsidies.pay", **paying)
    assert programme.twice(officer, approver, "subsidies.pay", **paying).state == "done"
    assert programme.read(lambda session: subsidy(session, subsidy_id).paid) == 100_000_000
    card = visit(officer).get(f"/api/v1/subsidies/{subsidy_id}").json()
    assert (
        sum(line["draw"]["amount"] for line in card["sheet"] if line["verdict"] == "counts") == card["subsidy"]["base"]
    )
    assert visit(officer).get(f"/subsidies/{subsidy_id}").status_code == 200
    back = {"subsidy_id": subsidy_id, "on": DAY, "reason": "қате", "document_number": "Б-1"}
    programme.twice(officer, approver, "subsidies.reverse-payment", **back)
    assert programme.read(lambda session: subsidy(session, subsidy_id).state) == "decided"


def test_a_confirmation_is_taken_back_by_the_operator_and_a_decision_by_the_akimat(programme: Programme) -> None:
    """Whoever did the last step withdraws it."""
    subsidy_id = confirmed(programme)
    told = {"subsidy_id": subsidy_id, "on": DAY, "reason": "қате"}
    with pytest.raises(NotYours):
        programme.do(programme.somebody("akimat-officer"), "subsidies.withdraw", **told)
    programme.do(programme.somebody("operator-officer"), "subsidies.withdraw", **told)
    assert programme.read(lambda session: subsidy(session, subsidy_id).state) == "withdrawn"


def test_a_subsidy_of_others_does_not_exist(programme: Programme, visit: Visit) -> None:
    """Neither its acts nor its page are there for another programme."""
    subsidy_id = confirmed(programme)
    for role, act in (("akimat-officer", "subsidies.pay"), ("akimat-officer", "subsidies.withdraw")):
        more = {"order_number": "1"} if act == "subsidies.pay" else {"reason": "x"}
        with pytest.raises((NotFound, NotYours)):
            programme.do(programme.somebody(role, at="stranger"), act, subsidy_id=subsidy_id, on=DAY, **more)
    assert visit(programme.somebody("auditor", at="stranger")).get(f"/subsidies/{subsidy_id}").status_code == 404


def test_a_grant_is_awarded_paid_and_accompanied(programme: Programme, visit: Visit) -> None:
    """Award and payment take two people of the akimat; a visit is in the journal; uses are those asked."""
    officer, approver = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    grant_id = programme.twice(officer, approver, "grants.award", **GRANT).result["grant_id"]
    assert programme.read(lambda session: grant(session, grant_id).amount) == 20_000_000
    paying = {"grant_id": grant_id, "order_number": "ПП-2", "on": date(2019, 4, 10)}
    programme.twice(officer, approver, "grants.pay", **paying)
    seen = {"grant_id": grant_id, "on": DAY, "remark": "жұмыс істеп тұр", "spent": "150000", "document_number": "Ч-1"}
    programme.do(officer, "grants.accompany", **seen)
    card = visit(officer).get(f"/api/v1/grants/{grant_id}").json()
    assert card["uses"] == [["tools", 15_000_000], ["livestock", 5_000_000]]
    assert [entry["spent"] for entry in card["visits"]] == [15_000_000]
    assert visit(officer).get(f"/grants/{grant_id}").status_code == 200
    assert visit(officer).get("/grants").status_code == 200


def test_a_second_grant_is_refused(programme: Programme) -> None:
    """A person has one grant; who asks for another is told which."""
    officer, approver = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    programme.twice(officer, approver, "grants.award", **GRANT)
    with pytest.raises(Exception, match="grant"):
        programme.do(officer, "grants.award", **(GRANT | {"decision_number": "Г-2"}))


def test_a_grant_of_others_does_not_exist(programme: Programme) -> None:
    """Another akimat neither pays nor accompanies nor withdraws it."""
    officer, approver = programme.somebody("akimat-officer"), programme.somebody("akimat-approver")
    grant_id = programme.twice(officer, approver, "grants.award", **GRANT).result["grant_id"]
    stranger = programme.somebody("akimat-officer", at="stranger")
    tries: tuple[tuple[str, dict[str, Any]], ...] = (
        ("grants.pay", {"order_number": "1"}),
        ("grants.withdraw", {"reason": "x"}),
        ("grants.accompany", {"remark": "x"}),
    )  # fmt: skip
    for act, more in tries:
        with pytest.raises((NotFound, NotYours)):
            programme.do(stranger, act, grant_id=grant_id, on=DAY, **more)
