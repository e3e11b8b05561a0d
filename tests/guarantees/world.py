"""An akimat with an allocation at KazAgroGarant and a lender whose loans it guarantees: what these tests start from.

The allocation is of 10 000 000 tenge for 2019: at 30 % enough for guarantees of 33 333 333.33. Loans are of 746, to
start-ups in villages, so that 85 % may be guaranteed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from guarantees.allocations import AllocationTerms, open_allocation
from guarantees.claims import Demand, approve, present
from guarantees.contracts import conclude
from guarantees.payouts import Payout, pay
from guarantees.values import Proposal
from guarantees.verification import CHECKS
from ledger.balances import balance_tiyn
from ledger.money import tenge
from ledger.organisations import register_organisation
from ledger.verification import Discrepancy, verify
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude as conclude_loans
from lending.microcredits.loans import loan
from lending.microcredits.repayments import repay
from lending.microcredits.values import Disbursal, Payment
from tests.lending.chain import world as chains
from tests.lending.microcredits.lender import SIGNED, contract

NUMBERS = count(1)
MILLION = 100_000_000
SIGNATORIES = {"guarantor": "A. Gal", "lender": "B. Lem", "borrower": "C. Bek"}
#: A day before the fifth instalment of a loan of `SIGNED` falls due, 91 days after the second did.
DEFAULTED = date(2019, 8, 14)


@dataclass(frozen=True)
class World:
    """Ids of the parties by code, of the lender's facility, of the guarantor and of his allocation of 2019."""

    session: Session
    ids: Mapping[str, int]
    facility: int
    guarantor: int
    allocation: int

    def loan(self, amount: str = "10000000", **terms: Any) -> int:
        """A loan contract, not paid out: ten monthly parts at 6 % unless told otherwise."""
        own = {
            "lender_id": self.ids["mfo"], "facility_id": self.facility, "start_up": True, "instalments": 10,
            "purpose": "open-microbusiness",
        }  # fmt: skip
        signed = contract(amount, **(own | terms))
        return conclude_loans(self.session, [signed])[0]

    def proposal(self, loan_id: int, share: str = "0.85", **changes: Any) -> Proposal:
        """A guarantee of a loan, signed on the loan's day."""
        own: dict[str, Any] = {
            "number": f"G-{next(NUMBERS)}", "loan_id": loan_id, "allocation_id": self.allocation, "signed_on": SIGNED,
            "share": Decimal(share), "signatories": SIGNATORIES,
        }  # fmt: skip
        return Proposal(**(own | changes))

    def guarantee(self, loan_id: int, share: str = "0.85", **changes: Any) -> int:
        """A guarantee concluded; its id."""
        return conclude(self.session, [self.proposal(loan_id, share, **changes)], made_by="officer")[0]

    def pay_out(self, loan_id: int) -> None:
        """Pay the loan out as it was signed."""
        signed = loan(self.session, loan_id).contract
        disburse(self.session, [Disbursal(loan_id, signed.amount, signed.disburse_on)])

    def guaranteed_loan(self, amount: str = "10000000", share: str = "0.85", **changes: Any) -> tuple[int, int]:
        """A loan guaranteed and paid out; ids of the loan and of the guarantee."""
        loan_id = self.loan(amount)
        guarantee_id = self.guarantee(loan_id, share, **changes)
        self.pay_out(loan_id)
        return loan_id, guarantee_id

    def repay(self, loan_id: int, amount: str, on: date) -> None:
        """The borrower pays what is due."""
        repay(self.session, [Payment(loan_id=loan_id, paid_on=on, amount=tenge(amount))])

    def demand(self, guarantee_id: int, claimed: Mapping[str, str], **changes: Any) -> Demand:
        """A claim on the whole loan with all its documents, presented on `DEFAULTED`."""
        documents = {"demand-to-borrower": "D-1", "debt-calculation": "C-1", "loan-contract": "L-1"}
        own: dict[str, Any] = {
            "guarantee_id": guarantee_id, "number": f"K-{next(NUMBERS)}", "presented_on": DEFAULTED,
            "claimed": {line: tenge(amount) for line, amount in claimed.items()}, "accelerated": True,
            "documents": documents, "made_by": "lender",
        }  # fmt: skip
        return Demand(**(own | changes))

    def accepted(self, guarantee_id: int, claimed: Mapping[str, str], **changes: Any) -> int:
        """A claim approved by two people on the day it was presented; its id."""
        demand = self.demand(guarantee_id, claimed, **changes)
        claim_id = present(self.session, demand)
        for person in ("first", "second"):
            approve(self.session, claim_id, demand.presented_on, made_by=person)
        return claim_id

    def paid(self, guarantee_id: int, claimed: Mapping[str, str], **changes: Any) -> Payout:
        """A claim paid on the day it was presented."""
        claim_id = self.accepted(guarantee_id, claimed, **changes)
        return pay(self.session, claim_id, changes.get("presented_on", DEFAULTED), made_by="cashier")

    def balance(self, account: str, subject: str | None = None, on: date = date(2030, 1, 1)) -> int:
        """Balance of an account of all books, debits positive."""
        return balance_tiyn(self.session, account, subject=subject, effective_on=on)


def world(session: Session, amount: str = "10000000") -> World:
    """The chain of 746 with a billion tenge at an MFO, and an allocation of its akimat at KazAgroGarant."""
    chain = chains.build(session)
    chain.draw_all("1000000000", SIGNED)
    guarantor = register_organisation(
        session, code="kazagrogarant", kind="guarantor", name_kk="ҚазАгроКепіл", name_ru="КазАгроГарант",
        name_en="KazAgroGarant", opened_on=chains.OPENED,
    ).id  # fmt: skip
    terms = AllocationTerms(
        number="A-2019", year=2019, akimat_id=chain.ids["akimat"], guarantor_id=guarantor, edition="746",
        unit="610000000", territory="rural", amount=tenge(amount), agreed_on=date(2019, 1, 10),
    )  # fmt: skip
    return World(session, chain.ids, chain.line.id, guarantor, open_allocation(session, terms).id)


def discrepancies(session: Session) -> list[Discrepancy]:
    """Everything that verification finds wrong, in the ledger, in lending and in guarantees."""
    return [each for _, found in verify(session, CHECKS) for each in found]
