"""A case is open from the payment until all is proved, and its clock is the edition's."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.values import Disbursal
from lending.oversight.cases import cases
from lending.oversight.explanations import Answer, Question, answer, ask
from tests.lending.microcredits.lender import lender
from tests.lending.oversight.world import CHECKER, FOUND, RECEIVED, Watched, enbek, road_map

LAST_DAY = date(2020, 9, 13)


def test_the_clock_runs_until_all_is_proved(session: Session) -> None:
    """Ninety calendar days from receipt while anything is unproved (RM-LN-10), then none."""
    watched = road_map(session)
    watched.prove("1199999.99", on=date(2020, 7, 1))
    [case] = cases(session, date(2020, 9, 1), loan_ids=[watched.loan_id])
    assert (case.check_by, case.days_left(date(2020, 9, 1)), case.rule) == (LAST_DAY, 12, "RM-LN-10")
    watched.prove("0.01", "2")
    [case] = cases(session, FOUND, loan_ids=[watched.loan_id])
    assert (case.outcome, case.days_left(FOUND)) == ("confirmed", None)


def test_the_last_day_is_in_time(session: Session) -> None:
    """The ninetieth day is in time, the next one late."""
    watched = road_map(session)
    late = [cases(session, on, loan_ids=[watched.loan_id])[0].late(on) for on in (LAST_DAY, date(2020, 9, 14))]
    assert late == [False, True]


def test_each_tranche_has_its_time(session: Session) -> None:
    """When the first tranche is proved, the second one's day counts."""
    own = lender(session, signed_on=RECEIVED)
    [loan_id] = conclude(session, [own.contract("1200000", signed_on=RECEIVED, disburse_on=RECEIVED)])
    for on in (RECEIVED, date(2020, 8, 3)):
        disburse(session, [Disbursal(loan_id, tenge(600_000), on)])
    Watched(session, own, loan_id).prove("600000")
    assert cases(session, FOUND, loan_ids=[loan_id])[0].check_by == date(2020, 11, 1)


def test_a_case_is_as_it_was_that_day(session: Session) -> None:
    """What was proved or found later is not known yet; before the payment there is no case."""
    watched = road_map(session)
    watched.prove("600000", on=date(2020, 8, 1))
    watched.find(amount="600000")
    outcomes = [
        [case.outcome for case in cases(session, on, loan_ids=[watched.loan_id])]
        for on in (date(2020, 6, 14), RECEIVED, date(2020, 8, 1), FOUND)
    ]
    assert outcomes == [[], ["open"], ["partly-confirmed"], ["breached"]]


def test_the_shorter_clock_counts(session: Session) -> None:
    """An agreement may ask for proof sooner than the edition, not later."""
    sooner = enbek(session, details={"target_use_days": 30})
    later = enbek(session, details={"target_use_days": 120})
    found = {case.loan_id: case for case in cases(session, RECEIVED)}
    assert [(found[own.loan_id].check_by, found[own.loan_id].rule) for own in (sooner, later)] == [
        (date(2020, 7, 15), "agreement"), (LAST_DAY, "746-RP-02"),
    ]  # fmt: skip


def test_least_days_left_come_first(session: Session) -> None:
    """Cases are listed by days left, those without anything left to prove last."""
    proved, urgent, open_ = road_map(session), road_map(session, details={"target_use_days": 10}), road_map(session)
    proved.prove("1200000")
    order = [case.loan_id for case in cases(session, FOUND)]
    assert order == [urgent.loan_id, open_.loan_id, proved.loan_id]
    assert proved.loan_id not in {case.loan_id for case in cases(session, FOUND, unproved_only=True)}


def test_an_open_question_is_told(session: Session) -> None:
    """The case tells by when an explanation is awaited, until it is answered."""
    watched = road_map(session)
    by = date(2020, 9, 30)
    [request] = ask(session, [Question(watched.loan_id, "target-use", date(2020, 9, 20), by, CHECKER)])
    assert cases(session, date(2020, 9, 20))[0].answer_by == by
    answer(session, Answer(request_id=request, answered_on=by, document_number="5", satisfied=False, judged_by="Б"))
    assert cases(session, by)[0].answer_by is None


def test_a_lender_sees_its_own(session: Session) -> None:
    """Asked for one lender, the cases of others are left out."""
    own, other = road_map(session), road_map(session, annual_rate=Decimal("0.05"))
    assert [case.loan_id for case in cases(session, FOUND, lender_ids=[own.lender.id])] == [own.loan_id]
    assert other.loan_id != own.loan_id
