"""A register is accepted whole, once, or not at all with everything that stands against it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.periods import change_state
from ledger.unit_of_work import perform
from lending.microcredits.loans import conclude, loan
from lending.microcredits.tables import DisbursementRow, LoanRow, RepaymentRow
from lending.oversight.tables import TargetUseRow
from lending.registers.acceptance import Receipt, RegisterNotAccepted, accept
from lending.registers.columns import RegisterKind
from lending.registers.issued_loans import IssuedLoan
from lending.registers.loan_intake import contract
from lending.registers.tables import RegisterRow
from tests.lending.microcredits.lender import Lender, lender
from tests.lending.microcredits.test_concurrency import at_once
from tests.lending.registers.workbooks import good, review

FACILITY = "DF-7/2019"


def funded(session: Session, money: str = "100000000") -> Lender:
    """A lender whose agreement bears the number that the registers below name."""
    return lender(session, money, number=FACILITY)


def upload(own: Lender, kind: RegisterKind, *rows: Mapping[str, Any]) -> Receipt:
    """Accept a workbook of rows."""
    return accept(own.session, own.id, review(kind, *rows))


def issued(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A row of issued loans: 3 000 000.50 for 60 months at 6 %."""
    row = {"facility_number": FACILITY, "contract_number": f"DZ-{number}"}
    return good("issued-loans", **(row | changes))


def objections(own: Lender, kind: RegisterKind, *rows: Mapping[str, Any]) -> list[tuple[str, int | None, str]]:
    """What stands against a workbook: code, row and heading of each problem."""
    with pytest.raises(RegisterNotAccepted) as refused:
        upload(own, kind, *rows)
    return [(problem.code, problem.row, problem.title) for problem in refused.value.problems]


def count(session: Session, table: type) -> int:
    """Rows of a table."""
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_issued_loans_are_concluded_and_paid_out(session: Session) -> None:
    """Each row becomes a contract, its disbursement, and a line of the register."""
    own = funded(session)
    receipt = upload(own, "issued-loans", issued(1), issued(2))
    assert (receipt.rows, receipt.added, receipt.amount, receipt.repeated) == (2, 2, tenge("6000001.00"), False)
    found = loan(session, (own.id, "DZ-2"))
    assert (found.status, found.contract.line and found.contract.line.register_id) == ("active", receipt.register_id)


def test_the_same_file_is_accepted_once(session: Session) -> None:
    """The second time the first receipt comes back and nothing changes."""
    own = funded(session)
    first = upload(own, "issued-loans", issued())
    second = upload(own, "issued-loans", issued())
    assert (second.register_id, second.accepted_at, second.repeated) == (first.register_id, first.accepted_at, True)
    assert count(session, DisbursementRow) == 1


def test_rows_recorded_before_change_nothing(session: Session) -> None:
    """Another file with an old row and a new one adds the new one only."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    receipt = upload(own, "issued-loans", issued(1), issued(2))
    assert (receipt.added, receipt.unchanged, count(session, LoanRow)) == (1, 1, 2)
    assert upload(own, "issued-loans", issued(2), issued(1)).added == 0


def test_a_recorded_contract_with_other_facts(session: Session) -> None:
    """Each field that differs from what is recorded is a problem of its own, at its cell."""
    own = funded(session)
    upload(own, "issued-loans", issued(1, certificate_number="12"))
    changed = issued(1, amount=3000001, months=48, certificate_number="13")
    assert objections(own, "issued-loans", changed) == [
        ("recorded-otherwise", 2, "Сумма микрокредита"),
        ("recorded-otherwise", 2, "Срок, месяцев"),
        ("recorded-otherwise", 2, "Номер сертификата"),
    ]


def test_all_problems_at_once(session: Session) -> None:
    """Problems of reading, of agreements, terms and money are told together, and nothing is written."""
    own = funded(session, "5000000")
    found = objections(
        own, "issued-loans",
        issued(1), issued(2, facility_number="DF-8"), issued(3, months=96, amount=10), issued(4), issued(5, amount=0),
    )  # fmt: skip
    assert [(code, row) for code, row, _ in found] == [
        ("facility-unknown", 3), ("outlives-facility", 4), ("programme-rule", 4),
        ("not-enough-programme-money", 5), ("amount-not-positive", 6),
    ]  # fmt: skip
    assert (count(session, LoanRow), count(session, RegisterRow)) == (0, 0)


def test_problems_are_worded(session: Session) -> None:
    """A problem says what was found, what was expected and how to mend it."""
    own = funded(session)
    with pytest.raises(RegisterNotAccepted) as refused:
        upload(own, "issued-loans", issued(1, facility_number="DF-8"))
    [problem] = refused.value.problems
    assert (problem.found, problem.letter) == ("DF-8", "A")
    assert FACILITY in problem.expected("ru")


def test_a_contract_concluded_before_is_paid_out(session: Session) -> None:
    """A contract that waits for its money gets it by its row."""
    own = funded(session)
    [row] = review("issued-loans", issued(1)).rows
    assert isinstance(row, IssuedLoan)
    conclude(session, [contract(own.id, own.facility_id, row)])
    receipt = upload(own, "issued-loans", issued(1))
    assert (receipt.added, loan(session, (own.id, "DZ-1")).status) == (1, "active")


def test_a_closed_month_takes_no_rows(session: Session) -> None:
    """A row dated in a month that the lender has closed is a problem at its date."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    change_state(session, date(2019, 3, 1), [own.id], "closing", made_by="a")
    assert objections(own, "issued-loans", issued(2)) == [("month-closed", 2, "Дата выдачи")]


def payment(**changes: Any) -> dict[str, Any]:
    """A row of repayments on the first due date, with a bank reference."""
    return good("repayments", **({"contract_number": "DZ-1"} | changes))


def test_repayments_settle_loans(session: Session) -> None:
    """Rows become payments in the order of days; the lender is told where its own split differs."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    split = {"principal": 90000, "interest": 10000.25, "penalty": 0}
    later = payment(paid_on=date(2019, 5, 20), bank_reference="P-2")
    receipt = upload(own, "repayments", later | dict.fromkeys(split), payment() | split)
    assert receipt.added == 2
    assert [told[:10] for told in receipt.told["split-otherwise"]] == ["Реестр!3: "]


def test_payments_recorded_before_change_nothing(session: Session) -> None:
    """By bank reference, or without one by how many equal ones there are."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    nameless = payment(bank_reference=None, amount=500)
    upload(own, "repayments", payment(), nameless)
    receipt = upload(own, "repayments", nameless, payment(), nameless)
    assert (receipt.added, receipt.unchanged, count(session, RepaymentRow)) == (1, 2, 3)


def test_what_stands_against_payments(session: Session) -> None:
    """Unknown contracts, other dates, other sums under one reference, days before the latest: all are told."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    upload(own, "repayments", payment())
    found = objections(
        own, "repayments",
        payment(contract_number="DZ-9"), payment(contract_date=date(2019, 3, 14)), payment(amount=7),
        payment(paid_on=date(2019, 4, 1), bank_reference="P-3"),
    )  # fmt: skip
    assert found == [
        ("contract-unknown", 2, "Номер договора"), ("contract-of-another-date", 3, "Дата договора"),
        ("recorded-otherwise", 4, "Сумма платежа"), ("payment-out-of-order", 5, "Дата платежа"),
    ]  # fmt: skip
    assert count(session, RepaymentRow) == 1


def test_target_use_is_confirmed(session: Session) -> None:
    """A document is recorded once; another day for it, or more than was paid out, is a problem."""
    own = funded(session)
    upload(own, "issued-loans", issued(1))
    row = good("target-use", contract_number="DZ-1")
    assert upload(own, "target-use", row).added == 1
    found = objections(
        own, "target-use", row | {"confirmed_on": date(2019, 5, 21)}, row | {"document_number": "16"},
    )  # fmt: skip
    assert [(code, line) for code, line, _ in found] == [("recorded-otherwise", 2), ("more-than-paid-out", 3)]
    assert upload(own, "target-use", row, row | {"amount": 1000000.50}).unchanged == 1
    assert count(session, TargetUseRow) == 2


def test_a_rehearsal_tells_what_the_real_thing_tells(committed_engine: Engine) -> None:
    """Rolled back by whoever asked, the same function leaves nothing; asked again it gives the same receipt."""
    own_id = perform(committed_engine, lambda session: funded(session).id)
    file = review("issued-loans", issued(1), issued(2))
    with Session(committed_engine) as session:
        rehearsed = accept(session, own_id, file)
        session.rollback()
    real = perform(committed_engine, lambda session: accept(session, own_id, file))
    assert (rehearsed.rows, rehearsed.added, rehearsed.amount, rehearsed.repeated) == (2, 2, real.amount, False)
    assert (real.added, real.repeated) == (2, False)


def test_two_uploads_at_once_are_one(committed_engine: Engine) -> None:
    """The same file sent twice at the same moment is accepted once, and the other answer is its receipt."""
    own_id = perform(committed_engine, lambda session: funded(session).id)
    file = review("issued-loans", issued(1))
    receipts = at_once(committed_engine, [lambda session: accept(session, own_id, file)] * 2)
    assert sorted(receipt.repeated for receipt in receipts) == [False, True]
    assert len({receipt.register_id for receipt in receipts}) == 1
