"""What tests of support money start from: a chain with loans lent out of its tranches, and awards to be given.

The chain is that of `tests.lending.chain.world`: budget, akimat, ACC and one MFO. Sums are small and round so that
expected figures can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from moneyed import Money
from sqlalchemy.orm import Session

from ledger.money import tenge
from lending.chain.drawdown import draw
from lending.chain.facilities import Facility, open_facility
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.repayments import repay
from lending.microcredits.values import Decision, Disbursal, Payment
from lending.support.subsidies import confirm, decide, pay
from lending.support.values import (
    Award,
    Confirmation,
    Document,
    Opinion,
    PaymentOrder,
    Subsidy,
    SubsidyDecision,
    Use,
)
from tests.lending.chain.world import World, build, terms
from tests.lending.microcredits.lender import NUMBERS, contract, iin

DRAWN = date(2019, 2, 1)
LENT = date(2019, 3, 1)
CONFIRMED = date(2019, 4, 1)
DECIDED = date(2019, 4, 10)
PAID = date(2019, 4, 20)
REPORT = Document("utilisation-report", "7", date(2019, 3, 25))


@dataclass(frozen=True)
class Funded:
    """A chain whose funding line is drawn tranche by tranche and lent on."""

    session: Session
    chain: World
    line: Facility

    def tranche(self, amount: str, on: date = DRAWN) -> int:
        """Draw ``amount`` tenge down every link; the id of the MFO's fresh lot."""
        for each in (self.chain.credit, self.chain.loan):
            draw(self.session, each.id, tenge(amount), on)
        return draw(self.session, self.line.id, tenge(amount), on).id

    def lend(self, amount: str, on: date = LENT, **facts: Any) -> int:
        """A microcredit concluded and paid out on one day; its id."""
        own = {"lender_id": self.line.borrower_id, "facility_id": self.line.id, "signed_on": on, "disburse_on": on}
        signed = contract(amount, **(own | facts))
        [loan_id] = conclude(self.session, [signed])
        disburse(self.session, [Disbursal(loan_id, signed.amount, on)])
        return loan_id

    def settle(self, loan_id: int, on: date, amount: str) -> None:
        """The borrower pays ``amount`` tenge and is rid of the loan."""
        repay(self.session, [Payment(loan_id=loan_id, paid_on=on, amount=tenge(amount), intent="settle")])

    def confirmed(self, lot_id: int, on: date = CONFIRMED, by: str = "Operator") -> Subsidy:
        """The subsidy on a tranche, confirmed."""
        return confirm(self.session, confirmation(lot_id, on, by))

    def decided(self, lot_id: int, amount: str) -> Subsidy:
        """The subsidy on a tranche, decided at ``amount`` tenge."""
        return decide(self.session, self.confirmed(lot_id).id, decision(amount))

    def paid(self, lot_id: int, amount: str) -> Subsidy:
        """The subsidy on a tranche, paid."""
        return pay(self.session, self.decided(lot_id, amount).id, ORDER)


#: Two people see that the money is back.
MISTAKE = Decision(date(2019, 5, 6), "Chair", "paid to the wrong account", "act 12", confirmed_by="Treasurer")
ORDER = PaymentOrder(number="П-1", paid_on=PAID, paid_by="Treasurer")


def confirmation(lot_id: int, on: date = CONFIRMED, by: str = "Operator") -> Confirmation:
    """A confirmation on one report."""
    return Confirmation(lot_id=lot_id, confirmed_on=on, confirmed_by=by, documents=[REPORT])


def decision(amount: str, on: date = DECIDED, by: str = "Chair") -> SubsidyDecision:
    """A decision of the commission."""
    return SubsidyDecision(number="К-1", decided_on=on, decided_by=by, amount=tenge(amount))


def funded(session: Session, edition: str = "746", **line: Any) -> Funded:
    """A chain of an edition; ``line`` changes the terms of the funding line."""
    chain = build(session, edition)
    return Funded(session, chain, another_line(chain, edition, **line) if line else chain.line)


def another_line(chain: World, edition: str, **changes: Any) -> Facility:
    """A further funding line under the same operator loan."""
    own: dict[str, Any] = {
        "number": f"line-{next(NUMBERS)}", "parent_id": chain.loan.id, "territory": "rural", "edition": edition,
    }  # fmt: skip
    lender, borrower = changes.pop("lender", "acc"), changes.pop("borrower", "mfo")
    return open_facility(chain.session, terms(chain.ids, "funding-line", lender, borrower, **(own | changes)))


def wanted(payer_id: int, **changes: Any) -> Award:
    """A sound award of 100,000 tenge to a Bastau graduate on `DECIDED`, with whatever is changed."""
    sound: dict[str, Any] = {
        "edition": "746", "payer_id": payer_id, "id_number": iin(next(NUMBERS)), "name": "Айгүл", "ground": "bastau",
        "training": Document("bastau-completion", "15", date(2019, 1, 20)), "support_checked_on": date(2019, 3, 1),
        "earlier_support": (), "opinion": opinion(), "uses": [Use("tools", tenge(100_000))], "fund_source": "local",
        "number": "Г-1", "decided_on": DECIDED, "decided_by": "Director", "centre": "Employment centre",
    }  # fmt: skip
    return Award(**(sound | changes))


def opinion(*, favourable: bool = True) -> Opinion:
    """The chamber's opinion."""
    return Opinion(document=Document("opinion", "3", date(2019, 3, 20)), favourable=favourable)


def tiyn(amount: str) -> int:
    """Tenge as tiyn."""
    return int(Decimal(amount) * 100)


def money(amount: int) -> Money:
    """Tiyn as money."""
    return tenge(Decimal(amount) / 100)
