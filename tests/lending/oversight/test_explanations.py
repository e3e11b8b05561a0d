"""A borrower is asked by a day and answers once."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.microcredits.refusals import DatesOutOfOrder
from lending.oversight.explanations import Answer, Question, answer, ask
from lending.oversight.refusals import DoneAlready, NobodyNamed
from tests.lending.oversight.world import CHECKER, CHIEF, FOUND, road_map

BY = date(2020, 10, 15)


def test_a_request_is_answered_once(session: Session) -> None:
    """A late answer is taken, a second one is not."""
    [request] = ask(session, [Question(road_map(session).loan_id, "jobs", FOUND, BY, CHECKER)])
    given = Answer(
        request_id=request, answered_on=date(2020, 10, 20), document_number="12", satisfied=False, judged_by=CHIEF
    )  # fmt: skip
    answer(session, given)
    with pytest.raises(DoneAlready):
        answer(session, given)


def test_what_is_refused(session: Session) -> None:
    """No loan, no name, an answer awaited or given before the question: refused."""
    question = Question(road_map(session).loan_id, "target-use", FOUND, BY, CHECKER)
    for changed, error in (
        (replace(question, loan_id=999_999), NotFound),
        (replace(question, asked_by=""), NobodyNamed),
        (replace(question, answer_by=date(2020, 9, 30)), DatesOutOfOrder),
    ):
        with pytest.raises(error):
            ask(session, [changed])
    [request] = ask(session, [question])
    early = Answer(
        request_id=request, answered_on=date(2020, 9, 30), document_number="1", satisfied=True, judged_by=CHIEF
    )
    with pytest.raises(DatesOutOfOrder):
        answer(session, early)
