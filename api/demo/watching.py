"""How the demo's lenders watch what they lent: questions, violations, one demand, and people at work.

At the end of every quarter, through the services. Who comes late with proofs was decided by the borrowers' tempers;
who employs whom follows from the number of the loan, so that the story's own chance is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from api.demo.numbers import iin_of
from ledger.identifiers import IdNumber
from ledger.money import from_tiyn
from ledger.periods import first_day
from lending.microcredits.loans import loan
from lending.oversight.cases import Case, cases
from lending.oversight.demands import Letter, agree, demand
from lending.oversight.explanations import Question, ask
from lending.oversight.jobs import JobStatus, job_statuses
from lending.oversight.labour_contracts import Evidence, LabourContract, employ, end, prove
from lending.oversight.values import BreachTerms
from lending.oversight.violations import Finding, Violation, close, find, propose, violations
from lending.programmes.months import add_months

INSPECTOR, CHIEF = "С. Әлиева", "Б. Омаров"
#: Days a borrower is given to explain, to mend, and to pay what is demanded.
TO_EXPLAIN, TO_MEND, TO_PAY = timedelta(10), timedelta(30), timedelta(30)
#: Jobs that a borrower of the demo fills, of those required, and how often.
FILLED = {"all": 70, "all but one": 20, "none": 10}


def watch(session: Session, on: date) -> None:
    """Do what is due at the close of a quarter on ``on``, its last day."""
    standing = {case.loan_id: case for case in cases(session, on)}
    found = violations(session, on)
    _mend(session, on, found, standing)
    _find(session, on, standing)
    _ask(session, on, standing)
    if all(each.pay_by is None for each in found):
        _demand(session, on, standing)
    _employ(session, on)


def _ask(session: Session, on: date, standing: dict[int, Case]) -> None:
    """Whose time ends within a month is asked what became of the money."""
    left = {case.loan_id: case.days_left(on) for case in standing.values() if case.answer_by is None}
    soon = [loan_id for loan_id, days in left.items() if days is not None and 0 <= days <= TO_MEND.days]
    ask(session, [Question(loan_id, "target-use", on, on + TO_EXPLAIN, INSPECTOR) for loan_id in soon])


def _find(session: Session, on: date, standing: dict[int, Case]) -> None:
    """Whoever is late is in breach."""
    late = [case for case in standing.values() if case.late(on) and not case.breached]
    find(
        session,
        [
            Finding(
                loan_id=case.loan_id, breach="target-use", amount=from_tiyn(case.unconfirmed), found_on=on,
                mend_by=on + TO_MEND, found_by=INSPECTOR,
            )
            for case in late
        ],
    )  # fmt: skip


def _mend(session: Session, on: date, found: Sequence[Violation], standing: dict[int, Case]) -> None:
    """Violations whose proofs have come after all are closed by two people."""
    for each in found:
        if each.closed_on is None and not standing[each.loan_id].unconfirmed:
            proposal = propose(session, each.id, "mended", "құжаттар келді", on=on, by=INSPECTOR)
            close(session, proposal, on=on, by=CHIEF)


def _demand(session: Session, on: date, standing: dict[int, Case]) -> None:
    """Of the first borrower who has proved nothing by the day to mend it, the fine and the whole loan are demanded."""
    for each in violations(session, on):
        owner = loan(session, each.loan_id)
        if standing[each.loan_id].confirmed or each.mend_by >= on or owner.status != "active":
            continue
        signed_on = owner.contract.signed_on
        agreed = BreachTerms(
            loan_id=owner.id, agreed_on=signed_on, document_number=owner.contract.number,
            fine_share=Decimal("0.05"), full_return=True,
        )  # fmt: skip
        agree(session, agreed)
        letter = Letter(
            violation_id=each.id, made_on=on, pay_by=on + TO_PAY, document_number=f"Т-{each.id}", made_by=CHIEF
        )  # fmt: skip
        demand(session, letter)
        return


def _employ(session: Session, on: date) -> None:
    """Borrowers whose money came two quarters ago have employed people by now, most of them as promised."""
    until = add_months(first_day(on), -5)
    owing = [each for each in job_statuses(session, on) if add_months(until, -3) <= each.received_on < until]
    people = [contract for status in owing for contract in _people(status, on)]
    ids = employ(session, people)
    prove(
        session, [paper for each, contract_id in zip(people, ids, strict=True) for paper in _papers(each, contract_id)]
    )
    for each, contract_id in zip(people, ids, strict=True):
        if Random(str(each.person)).random() < 0.03:  # noqa: S311 - a story, not a secret
            end(session, contract_id, on, told_on=on, by=INSPECTOR)


def _people(status: JobStatus, on: date) -> Iterator[LabourContract]:
    """Who works in the jobs of one loan."""
    chance = Random(status.loan_id)  # noqa: S311 - a story, not a secret
    kept = chance.choices(list(FILLED), list(FILLED.values()))[0]
    for job in range(1, status.required + {"all": 1, "all but one": 0, "none": -status.required}[kept]):
        started_on = status.received_on + timedelta(chance.randrange(20, 80))
        born_on = date(chance.randrange(1965, 2001), chance.randrange(1, 13), chance.randrange(1, 29))
        yield LabourContract(
            loan_id=status.loan_id, job=job, person=IdNumber(iin_of(born_on, chance)),
            number=f"ЕШ-{status.loan_id}/{job}", concluded_on=started_on, starts_on=started_on, proved_on=on,
            checked_by=INSPECTOR,
        )  # fmt: skip


def _papers(contract: LabourContract, contract_id: int) -> Iterator[Evidence]:
    """A referral of the employment centre, and the first month of pension contributions."""
    seen_on, month = contract.proved_on, contract.starts_on
    yield Evidence(
        contract_id=contract_id, kind="referral", number=f"Ж-{contract_id}", proved_on=seen_on, checked_by=INSPECTOR
    )
    yield Evidence(
        contract_id=contract_id, kind="contributions", number=f"ЗЖ-{contract_id}", month=month, proved_on=seen_on,
        checked_by=INSPECTOR,
    )  # fmt: skip
