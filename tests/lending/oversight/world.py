"""A loan that is watched, and what tests of oversight say about it: proofs, violations, people at work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.microcredits.loans import loan
from lending.oversight.labour_contracts import Evidence, LabourContract, employ, prove
from lending.oversight.target_use import confirm
from lending.oversight.values import Confirmation, Document
from lending.oversight.violations import Finding, find
from tests.lending.microcredits.lender import Lender, iin, lender

#: The day the loan is signed and received.
RECEIVED = date(2020, 6, 15)
FOUND = date(2020, 10, 1)
CHECKER, CHIEF = "Айгүл", "Болат"


@dataclass(frozen=True)
class Watched:
    """A loan that is watched, and its lender."""

    session: Session
    lender: Lender
    loan_id: int

    def prove(self, amount: str, number: str = "1", on: date = FOUND) -> int:
        """Confirm ``amount`` tenge by an invoice."""
        proof = Confirmation(
            loan_id=self.loan_id, confirmed_on=on, amount=tenge(amount), document=Document("invoice", number, on),
            sha256=bytes(32), checked_by=CHECKER,
        )  # fmt: skip
        return confirm(self.session, [proof])[0]

    def finding(self, breach: Any = "target-use", amount: str = "1200000", **more: Any) -> Finding:
        """A violation found on `FOUND`, to be mended within the month."""
        values: dict[str, Any] = {"found_on": FOUND, "mend_by": date(2020, 10, 31), "found_by": CHECKER}
        return Finding(loan_id=self.loan_id, breach=breach, amount=tenge(amount), **(values | more))

    def find(self, breach: Any = "target-use", amount: str = "1200000", **more: Any) -> int:
        """Enter that violation."""
        return find(self.session, [self.finding(breach, amount, **more)])[0]

    def labour(self, job: int, person: int, on: date, **more: Any) -> LabourContract:
        """The ``person``-th of many in a job, under a contract concluded and starting ``on`` a day."""
        values: dict[str, Any] = {
            "loan_id": self.loan_id, "concluded_on": on, "starts_on": on, "proved_on": on, "number": f"ЕШ-{person}",
            "checked_by": CHECKER,
        }  # fmt: skip
        return LabourContract(job=job, person=iin(person), **(values | more))

    def employ(self, job: int, person: int, on: date, **more: Any) -> int:
        """Record that labour contract."""
        return employ(self.session, [self.labour(job, person, on, **more)])[0]

    def show(self, contract_id: int, kind: Any, on: date, month: date | None = None) -> None:
        """Bring a paper beside a labour contract."""
        paper = Evidence(
            contract_id=contract_id, kind=kind, number="7", proved_on=on, month=month, checked_by=CHECKER
        )  # fmt: skip
        prove(self.session, [paper])


def road_map(session: Session, amount: str = "1200000", **terms: Any) -> Watched:
    """A loan of the Road Map over twelve months with two jobs promised, paid out on `RECEIVED`."""
    return _watched(lender(session, edition="road-map", signed_on=RECEIVED), amount, terms)


def enbek(session: Session, amount: str = "1200000", **terms: Any) -> Watched:
    """The same loan under edition 746."""
    return _watched(lender(session, signed_on=RECEIVED), amount, terms)


def _watched(own: Lender, amount: str, terms: dict[str, Any]) -> Watched:
    signed = {"signed_on": RECEIVED, "disburse_on": RECEIVED, "details": {"jobs_promised": 2}}
    loan_id = own.lend(amount, **(signed | terms))
    assert loan(own.session, loan_id).status == "active"
    return Watched(own.session, own, loan_id)
