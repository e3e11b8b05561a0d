"""Issued loans are judged as applications are: what breaks a rule stops its row with the clause."""

from datetime import date
from time import process_time

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.chain.facilities import Facility, facility
from lending.registers.acceptance import RegisterNotAccepted, accept
from lending.registers.issued_loans import IssuedLoan
from lending.registers.loan_rules import LoanStrictness, application, judge_rows
from tests.lending.microcredits.lender import Lender, lender
from tests.lending.registers.test_acceptance import funded, issued, objections, upload
from tests.lending.registers.workbooks import review

EXPANDING = {"purpose": "Расширение бизнеса", "jobs_promised": 2, "start_up": "нет"}


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"amount": 6_312_501}, "Сумма микрокредита"),
        ({"annual_rate": 0.0601}, "Ставка вознаграждения"),
        ({"purpose": "потребительские цели"}, "Цель"),
        ({"oked": "11.01"}, "ОКЭД"),
        ({**EXPANDING, "jobs_promised": 1}, "Планируемые рабочие места"),
    ],
)
def test_a_broken_rule_stops_the_row(session: Session, changes: dict[str, object], heading: str) -> None:
    """The problem stands at the cell to blame."""
    found = objections(funded(session), "issued-loans", issued(1, **changes))
    assert ("programme-rule", 2, heading) in found


def test_the_problem_tells_rule_and_arithmetic(session: Session) -> None:
    """In the language of the lender: what the limit is, how it comes about, and where it is written."""
    own = funded(session)
    with pytest.raises(RegisterNotAccepted) as refused:
        upload(own, "issued-loans", issued(1, amount=6_500_000))
    [problem] = refused.value.problems
    assert "2\u00a0525" in problem.expected("ru")
    assert "746-LN-09 (5.2.2" in problem.mend("kk")


def test_unknown_facts_only_warn(session: Session) -> None:
    """What a register does not tell stops nothing; how many rows hang on it is kept with the register."""
    receipt = upload(funded(session), "issued-loans", issued(1), issued(2))
    told = {(each["rule"], each["code"]): each["rows"] for each in receipt.told["rules"]}
    assert told["746-LN-03", "unknown-fact"] == 2


def test_strictness_may_be_lowered(session: Session) -> None:
    """Where rules only warn, the row is accepted and the broken rule is told."""
    own = funded(session)
    file = review("issued-loans", issued(1, amount=6_500_000))
    receipt = accept(session, own.id, file, LoanStrictness(rules="warn"))
    assert ("746-LN-09", "amount") in [(each["rule"], each["code"]) for each in receipt.told["rules"]]


def test_a_loan_before_its_edition_only_warns(session: Session) -> None:
    """A contract of a day before the edition was in force stops nothing."""
    own = funded(session)
    [row] = review("issued-loans", issued(1, contract_date=date(2018, 1, 10), amount=6_500_000)).rows
    assert isinstance(row, IssuedLoan)
    judged = judge_rows(session, {row.facility_number: own_facility(session, own)}, [row], LoanStrictness())
    assert not judged.objections
    assert "746-LN-09" in [each["rule"] for each in judged.told]


def own_facility(session: Session, own: Lender) -> Facility:
    """The agreement of a lender."""
    return facility(session, own.facility_id)


def test_the_share_of_start_ups_is_told(session: Session) -> None:
    """By default a share out of reach is told and stops nothing; it may be made to stop."""
    own = small(session)
    file = review("issued-loans", issued(1, **EXPANDING))
    with pytest.raises(RegisterNotAccepted) as refused:
        accept(session, own.id, file, LoanStrictness(start_ups="block"))
    assert [each.values["rule"] for each in refused.value.problems] == ["746-CR-11"]
    receipt = accept(session, own.id, file)
    assert ("746-CR-11", "start-up-share") in [(each["rule"], each["code"]) for each in receipt.told["rules"]]


def small(session: Session, number: str = "DF-7/2019") -> Lender:
    """A lender with an agreement of three million and a half, which owes a fifth of it to start-ups."""
    return lender(session, "3500000", number=number, agreed=3_500_000)


def test_five_thousand_rows_are_judged_in_time(session: Session) -> None:
    """Judging takes no noticeable part of the ten seconds that a register of five thousand loans may take."""
    own = funded(session)
    [row] = review("issued-loans", issued(1)).rows
    assert isinstance(row, IssuedLoan)
    begun = process_time()
    judged = judge_rows(session, {row.facility_number: own_facility(session, own)}, [row] * 5_000, LoanStrictness())
    assert process_time() - begun < 5
    assert not judged.objections


def test_a_row_tells_an_application(session: Session) -> None:
    """What a row says is taken over; what it does not say is not known."""
    own = funded(session)
    [row] = review("issued-loans", issued(1, certificate_number="12")).rows
    assert isinstance(row, IssuedLoan)
    told = application(row, own_facility(session, own), {"type": "ffsa", "funded_by": None})
    assert (told.amount, told.edition, told.territory.type) == (tenge("3000000.50"), "746", "rural")
    assert (told.certificate and told.certificate.number, told.referral, told.fees) == ("12", None, None)
