"""Violations have a clause, a sum and a day, and take two people and the records to close."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.microcredits.refusals import AmountNotPositive, DatesOutOfOrder
from lending.oversight.refusals import (
    ClauseMissing,
    DoneAlready,
    MoreThanPaidOut,
    NobodyNamed,
    SamePerson,
    StillBroken,
)
from lending.oversight.tables import ViolationClosingRow
from lending.oversight.violations import close, find, propose, violations
from tests.lending.oversight.world import CHECKER, CHIEF, FOUND, enbek, road_map

NOVEMBER = date(2020, 11, 10)


def test_the_clause_is_the_editions(session: Session) -> None:
    """A violation cites the rule and clause of the edition whose duty is broken."""
    road, enbek_ = road_map(session), enbek(session)
    for watched, breach in ((road, "target-use"), (road, "jobs"), (enbek_, "jobs")):
        watched.find(breach)
    found = violations(session, FOUND)
    assert [each.rule for each in found] == ["RM-LN-10", "RM-LN-11", "746-LN-06"]
    assert "күнтізбелік 90" in found[0].clause


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"amount": tenge("1200000.01")}, MoreThanPaidOut),
        ({"amount": tenge(-1)}, AmountNotPositive),
        ({"found_on": date(2020, 6, 14)}, DatesOutOfOrder),
        ({"mend_by": date(2020, 9, 30)}, DatesOutOfOrder),
        ({"found_by": ""}, NobodyNamed),
        ({"breach": "other"}, ClauseMissing),
    ],
)
def test_what_is_refused(session: Session, changes: dict[str, Any], error: type[Exception]) -> None:
    """A sum beyond the loan, days out of order, nobody's name, no clause: refused."""
    with pytest.raises(error):
        find(session, [replace(road_map(session).finding(), **changes)])


def test_any_other_breach_names_its_clause(session: Session) -> None:
    """What the edition has no duty for is a violation of the clause that is named."""
    watched = road_map(session)
    watched.find("other", rule="agreement", clause="п. 5.1")
    assert violations(session, FOUND)[0].clause == "п. 5.1"


def test_one_breach_is_open_once(session: Session) -> None:
    """The same breach of a loan is entered again only when the first is closed; another breach may be."""
    watched = road_map(session)
    watched.find()
    watched.find("jobs")
    with pytest.raises(DoneAlready):
        watched.find()


def test_two_people_close(session: Session) -> None:
    """Who proposed cannot close, however the name is written; another person can, once."""
    watched = road_map(session)
    violation = watched.find()
    proposal = propose(session, violation, "dismissed", "қате", on=NOVEMBER, by=CHECKER)
    with pytest.raises(SamePerson):
        close(session, proposal, on=NOVEMBER, by=f" {CHECKER.upper()} ")
    close(session, proposal, on=NOVEMBER, by=CHIEF)
    with pytest.raises(DoneAlready):
        close(session, proposal, on=NOVEMBER, by=CHIEF)
    assert [violations(session, on)[0].resolution for on in (FOUND, NOVEMBER)] == [None, "dismissed"]


@pytest.mark.parametrize(("proposed_by", "closed_by"), [(CHECKER, CHECKER), (CHIEF, CHECKER)])
def test_the_database_wants_two_people(session: Session, proposed_by: str, closed_by: str) -> None:
    """One person cannot close even past the service, nor name somebody else as the one who proposed."""
    violation = road_map(session).find()
    proposal = propose(session, violation, "dismissed", "қате", on=NOVEMBER, by=CHECKER)
    values = {"closed_on": NOVEMBER, "proposed_by": proposed_by, "closed_by": closed_by}
    with pytest.raises(IntegrityError):
        session.execute(insert(ViolationClosingRow).values(violation_id=violation, proposal_id=proposal, **values))


def test_mended_means_proved(session: Session) -> None:
    """Misuse is mended when all is proved, by what is recorded on the day."""
    watched = road_map(session)
    violation = watched.find()
    watched.prove("1199999.99")
    with pytest.raises(StillBroken, match=r"0\.01"):
        propose(session, violation, "mended", "құжат келді", on=NOVEMBER, by=CHECKER)
    watched.prove("0.01", "2")
    proposal = propose(session, violation, "mended", "құжат келді", on=NOVEMBER, by=CHECKER)
    close(session, proposal, on=NOVEMBER, by=CHIEF)
    assert violations(session, NOVEMBER)[0].resolution == "mended"


def test_missing_jobs_are_mended_by_jobs(session: Session) -> None:
    """A violation over jobs is mended when as many as are required are proved."""
    watched = road_map(session)
    violation = watched.find("jobs")
    watched.employ(1, 1, FOUND)
    with pytest.raises(StillBroken, match="1 jobs"):
        propose(session, violation, "mended", "еңбек шарты", on=NOVEMBER, by=CHECKER)
    watched.employ(2, 2, FOUND)
    assert propose(session, violation, "mended", "еңбек шарты", on=NOVEMBER, by=CHECKER)


def test_nothing_is_paid_that_was_not_demanded(session: Session) -> None:
    """A violation without a demand cannot end by payment."""
    violation = road_map(session).find()
    with pytest.raises(StillBroken, match="nothing was demanded"):
        propose(session, violation, "paid", "төленді", on=NOVEMBER, by=CHECKER)
