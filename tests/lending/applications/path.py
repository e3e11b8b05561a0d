"""Applications that pass every rule, and the way from the filing to any state: what tests of the path start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.organisations import register_organisation
from lending.applications.applications import advance, submit
from lending.applications.contracts import contract, pay_out
from lending.applications.states import Act
from lending.applications.values import Case, Deed, Document, Filing, Signing
from lending.chain.drawdown import draw
from lending.chain.facilities import FacilityTerms, open_facility
from tests.lending.microcredits.lender import iin

OPENED, SIGNED, APPLIED = date(2019, 1, 1), date(2019, 3, 1), date(2019, 3, 15)
NUMBERS = count(1)
CLAUSES = ("jobs", "target-use", "no-fees", "unused-returned", "fine-and-return", "business-use")
#: The acts that lead from a filing to an approval.
TO_APPROVAL: tuple[Act, ...] = ("take-up", "conclude-positive", "approve")


@dataclass(frozen=True)
class Lending:
    """A lender, its agreement, and the agreements above it."""

    session: Session
    lender_id: int
    facility_id: int
    credit_id: int

    def file(self, *, start_up: bool = False, **changes: Any) -> Case:
        """An application handed in on `APPLIED`, by a start-up or by a beginning entrepreneur."""
        number = next(NUMBERS)
        return submit(self.session, filing(self.facility_id, number, start_up=start_up, **changes), by="officer")

    def approved(self, **changes: Any) -> Case:
        """An application that has come as far as its approval."""
        return walk(self.session, self.file(**changes), TO_APPROVAL)

    def contracted(self, **changes: Any) -> Case:
        """An application with its contract signed."""
        return sign(self.session, self.approved(**changes))

    def paid_out(self, **changes: Any) -> Case:
        """An application whose money is paid out."""
        return pay_out(self.session, self.contracted(**changes).id, APPLIED, by="officer")


def lending(
    session: Session, agreed: int = 100_000_000, drawn: int | None = None, creditor: str = "ffsa"
) -> Lending:  # fmt: skip
    """A creditor with an agreement over ``agreed`` tenge, of which ``drawn`` (all, unless told) has arrived."""
    number = next(NUMBERS)
    budget, akimat, own = (
        register_organisation(
            session, code=f"{kind}-p{number}", kind=kind, name_kk=kind, name_ru=kind, name_en=kind, opened_on=OPENED
        ).id
        for kind in ("budget", "akimat", creditor)
    )
    terms: dict[str, Any] = {
        "edition": "746", "signed_on": SIGNED, "amount": tenge(agreed), "annual_rate": Decimal("0.0001"), "months": 84,
    }  # fmt: skip
    credit = open_facility(
        session,
        FacilityTerms(number=f"PB-{number}", link="budget-credit", lender_id=budget, borrower_id=akimat, **terms),
    )
    loan = FacilityTerms(
        number=f"PF-{number}", link="operator-loan", lender_id=akimat, borrower_id=own, parent_id=credit.id, **terms
    )
    agreement = open_facility(session, loan)
    for each in (credit, agreement):
        draw(session, each.id, tenge(agreed if drawn is None else drawn), SIGNED)
    return Lending(session, own, agreement.id, credit.id)


def facts(number: int, *, start_up: bool = False, applied_on: date = APPLIED, **changes: Any) -> dict[str, Any]:
    """Facts that every rule of 746 passes: a rural livestock project of three million tenge.

    The business is 200 days old on the day of applying if it is a start-up, else 500.
    """
    registered_on = applied_on - timedelta(days=200 if start_up else 500)
    borrower = {
        "id_number": str(iin(number)), "kind": "individual-entrepreneur", "size": "micro", "tax_registered": True,
        "registered_on": str(registered_on), "anchor_cooperation": False,
    }  # fmt: skip
    told: dict[str, Any] = {
        "source": "fresh", "borrower": borrower, "territory": {"type": "rural"}, "sector": "livestock", "oked": "01.41",
        "purpose": "open-microbusiness" if start_up else "expand", "amount": "3000000.00", "annual_rate": "0.06",
        "months": 36, "every_months": 1, "method": "annuity", "day_count": "30/360", "principal_grace_months": 0,
        "interest_grace_months": 0, "fees": [], "job_clause": True, "jobs_promised": 2,
        "certificate": {"kind": "other-training", "issued_on": "2019-02-01", "number": None},
        "referral": {"number": "12", "issued_on": "2019-03-02"}, "guarantee": False,
    }  # fmt: skip
    return told | changes


def filing(facility_id: int, person: int, /, *, start_up: bool = False, **changes: Any) -> Filing:
    """A filing; what is no fact goes to the filing itself."""
    own = {name: changes.pop(name) for name in ("channel", "documents", "applied_on", "number") if name in changes}
    applied_on = own.get("applied_on", APPLIED)
    told: dict[str, Any] = {
        "facility_id": facility_id, "number": f"A-{person}", "channel": "own", "borrower_name": f"Borrower {person}",
        "applied_on": applied_on, "facts": facts(person, start_up=start_up, applied_on=applied_on, **changes),
    }  # fmt: skip
    return Filing(**(told | own))


def deed(act: Act, on: date = APPLIED, **changes: Any) -> Deed:
    """An act of the officer's, with a reason."""
    told: dict[str, Any] = {"act": act, "on": on, "by": "officer", "why": "as the committee decided"}
    return Deed(**(told | changes))


def walk(session: Session, of: Case, acts: Sequence[Act], on: date = APPLIED) -> Case:
    """Do acts one after another."""
    for act in acts:
        of = advance(session, of.id, deed(act, on))
    return of


def signing(number: str, on: date = APPLIED, clauses: Sequence[str] = CLAUSES) -> Signing:
    """A contract signed and to be paid out on one day, with every clause unless told otherwise."""
    return Signing(number=number, signed_on=on, disburse_on=on, clauses=tuple(clauses), by="officer")


def sign(session: Session, of: Case, on: date = APPLIED, clauses: Sequence[str] = CLAUSES) -> Case:
    """Conclude the contract of an approved application."""
    return contract(session, of.id, signing(f"M-{of.number}", on, clauses))


def paper(kind: Any, dated: date = APPLIED, number: str = "7") -> Document:
    """A paper of a kind, with the hash of its scan."""
    return Document(kind=kind, number=number, dated=dated, sha256=bytes(32))
