"""Explanations: a borrower is asked about a suspected breach, answers by a day, and the answer satisfies or not.

A request is answered once. What follows from an answer that does not satisfy, or from none, is found as a violation
by somebody; nothing follows by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.microcredits.loans import locked, locked_loan
from lending.microcredits.refusals import DatesOutOfOrder
from lending.oversight.refusals import DoneAlready, NobodyNamed
from lending.oversight.tables import ExplanationRequestRow, ExplanationRow
from lending.oversight.values import Breach


@dataclass(frozen=True, slots=True)
class Question:
    """What a borrower is asked to explain, when, and by which day an answer is awaited (included)."""

    loan_id: int
    about: Breach
    asked_on: date
    answer_by: date
    asked_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back to a request, and what whoever judged it made of it."""

    request_id: int
    answered_on: date
    document_number: str
    satisfied: bool
    judged_by: str
    sha256: bytes | None = None


def ask(session: Session, questions: Sequence[Question]) -> list[int]:
    """Record requests for explanations and return their ids in order.

    Raises:
        NotFound: no such loan. NobodyNamed. DatesOutOfOrder: the answer is awaited before the question.
    """
    found = locked(session, {each.loan_id for each in questions})
    for each in questions:
        if each.loan_id not in found:
            raise NotFound(what="loan", name=str(each.loan_id))
        number = found[each.loan_id].contract.number
        if not each.asked_by.strip():
            raise NobodyNamed(number=number)
        if each.answer_by < each.asked_on:
            raise DatesOutOfOrder(
                number=number, earlier="question", later="answer", expected=str(each.asked_on),
                found=str(each.answer_by),
            )  # fmt: skip
    rows = [
        {"loan_id": each.loan_id, "about": each.about, "asked_on": each.asked_on, "answer_by": each.answer_by,
         "asked_by": each.asked_by}
        for each in questions
    ]  # fmt: skip
    added = insert(ExplanationRequestRow).returning(ExplanationRequestRow.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows)) if rows else []


def answer(session: Session, given: Answer) -> None:
    """Record the answer to a request; a late one counts as well.

    Raises:
        NotFound: no such request. DoneAlready: it is answered. NobodyNamed, DatesOutOfOrder.
    """
    request = session.get(ExplanationRequestRow, given.request_id)
    if request is None:
        raise NotFound(what="request", name=str(given.request_id))
    number = locked_loan(session, request.loan_id).contract.number
    if not given.judged_by.strip():
        raise NobodyNamed(number=number)
    if given.answered_on < request.asked_on:
        raise DatesOutOfOrder(
            number=number, earlier="question", later="answer", expected=str(request.asked_on),
            found=str(given.answered_on),
        )  # fmt: skip
    if session.scalar(select(ExplanationRow.request_id).where(ExplanationRow.request_id == request.id)):
        raise DoneAlready(what="an answer", of=f"request {request.id}")
    session.execute(
        insert(ExplanationRow).values(
            request_id=request.id, answered_on=given.answered_on, document_number=given.document_number,
            sha256=given.sha256, satisfied=given.satisfied, judged_by=given.judged_by,
        )
    )  # fmt: skip
