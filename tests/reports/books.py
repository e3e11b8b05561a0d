"""A small programme in the books, for the tests of the families: two akimats, two operators, three lenders, five loans.

Money goes down from the budget in January 2021, loans are paid out from February on, one is partly repaid ahead of
time and the money lent again. Everything goes through the services that real programmes go through; the sums are
round so that a reader can add them up.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.money import from_tiyn
from ledger.organisations import Organisation, register_organisation
from lending.chain.drawdown import draw
from lending.chain.facilities import Facility, FacilityTerms, open_facility
from lending.microcredits.disbursements import disburse
from lending.microcredits.loans import conclude
from lending.microcredits.repayments import repay
from lending.microcredits.values import Borrower, Contract, Disbursal, Intent, Payment
from tests.lending.microcredits.lender import iin

TENGE = 100
MILLION = 1_000_000 * TENGE
OPENED_ON = date(2021, 1, 1)
TURKISTAN, ALMATY_CITY = "610000000", "750000000"
PLAYERS = (
    ("budget", "budget", "Ministry", None),
    ("akimat-61", "akimat", "Түркістан", TURKISTAN),
    ("akimat-75", "akimat", "Алматы", ALMATY_CITY),
    ("acc", "operator", "АКК", None),
    ("damu", "operator", "Даму", None),
    ("ffsa", "ffsa", "АШҚҚҚ", None),
    ("mfo-1", "mfo", "Береке", None),
    ("bank-1", "bank", "Тұран", None),
)
#: Number, link, lender, borrower, millions agreed, tiyn drawn, parent.
AGREEMENTS = (
    ("BC-61", "budget-credit", "budget", "akimat-61", 100, 100 * MILLION, None),
    ("OL-61", "operator-loan", "akimat-61", "acc", 60, 60 * MILLION, "BC-61"),
    ("FL-61", "funding-line", "acc", "mfo-1", 60, 3_600_000 * TENGE, "OL-61"),
    ("FF-61", "operator-loan", "akimat-61", "ffsa", 40, 40 * MILLION, "BC-61"),
    ("BC-75", "budget-credit", "budget", "akimat-75", 50, 50 * MILLION, None),
    ("OL-75", "operator-loan", "akimat-75", "damu", 50, 50 * MILLION, "BC-75"),
    ("FL-75", "funding-line", "damu", "bank-1", 50, 50 * MILLION, "OL-75"),
)


class Books:
    """The programme under way: who plays, and the steps that money takes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.players: dict[str, Organisation] = {}
        self.facilities: dict[str, Facility] = {}
        self.loans: dict[str, int] = {}

    def player(self, code: str, kind: str, name: str, region: str | None) -> None:
        """Register an organisation."""
        self.players[code] = register_organisation(
            self.session, code=code, kind=kind, name_kk=f"«{name}» ұйымы", name_ru=f"Организация «{name}»",
            name_en=f"{name} organisation", opened_on=OPENED_ON, region=region,
        )  # fmt: skip

    def agree(self, number: str, link: Any, lender: str, borrower: str, amount: int, parent: str | None) -> None:
        """Sign an agreement of ``amount`` tiyn on the terms of edition 746."""
        self.facilities[number] = open_facility(
            self.session,
            FacilityTerms(
                number=number, link=link, lender_id=self.players[lender].id, borrower_id=self.players[borrower].id,
                edition="746", signed_on=date(2021, 1, 15), amount=from_tiyn(amount),
                annual_rate=Decimal("0.01" if link == "funding-line" else "0.0001"), months=84,
                parent_id=None if parent is None else self.facilities[parent].id, principal_grace_months=12,
            ),
        )  # fmt: skip

    def draw(self, number: str, amount: int, on: date) -> None:
        """Draw ``amount`` tiyn under an agreement."""
        draw(self.session, self.facilities[number].id, from_tiyn(amount), on)

    def conclude(self, number: str, agreement: str, amount: int, on: date, **facts: Any) -> None:
        """Conclude a loan of ``amount`` tiyn over 36 months at 6 %, three days before the day of payment."""
        facility = self.facilities[agreement]
        serial = len(self.loans) + 1
        borrower = Borrower(id_number=iin(serial), kind="individual-entrepreneur", name=f"Қарыз алушы № {serial}")
        contract = Contract(
            lender_id=facility.borrower_id, facility_id=facility.id, borrower=borrower, number=number,
            signed_on=on - timedelta(days=3), disburse_on=on, amount=from_tiyn(amount),
            **{
                "annual_rate": Decimal("0.06"), "instalments": 36, "principal_grace": 6, "purpose": "expand",
                "sector": "livestock", "territory_type": "rural", "oked": "01.41",
                "details": {"guarantee_share": "0.50", "jobs_promised": 2}, **facts,
            },
        )  # fmt: skip
        [self.loans[number]] = conclude(self.session, [contract])

    def pay_out(self, number: str, amount: int, on: date) -> None:
        """Pay a loan, or a tranche of it, out of the oldest money there is."""
        disburse(self.session, [Disbursal(self.loans[number], from_tiyn(amount), on)])

    def lend(self, number: str, agreement: str, amount: int, on: date, **facts: Any) -> None:
        """Conclude a loan and pay it out in one sum."""
        self.conclude(number, agreement, amount, on, **facts)
        self.pay_out(number, amount, on)

    def repay(self, number: str, amount: int, on: date, intent: Intent = "due") -> None:
        """Receive ``amount`` tiyn from a borrower."""
        payment = Payment(
            loan_id=self.loans[number], paid_on=on, amount=from_tiyn(amount), bank_reference=f"{number}/{on}",
            intent=intent,
        )  # fmt: skip
        repay(self.session, [payment])


def programme(session: Session) -> Books:
    """Two budget credits of 100 and 50 million; five loans of 1 to 6 million, one partly lent from returned money."""
    books = Books(session)
    for player in PLAYERS:
        books.player(*player)
    for number, link, lender, borrower, millions, drawn, parent in AGREEMENTS:
        books.agree(number, link, lender, borrower, millions * MILLION, parent)
        books.draw(number, drawn, date(2021, 1, 20))
    books.lend("M-1", "FL-61", MILLION, date(2021, 2, 10), start_up=True)
    books.lend("M-2", "FL-61", 2 * MILLION, date(2021, 3, 5), territory_type="small-town")
    books.lend("F-1", "FF-61", 3 * MILLION, date(2021, 3, 9), kato="615600000")
    books.conclude("B-1", "FL-75", 6 * MILLION, date(2021, 3, 12), territory_type="major-city")
    books.pay_out("B-1", 4 * MILLION, date(2021, 3, 12))
    books.repay("M-1", 405_000 * TENGE, date(2021, 3, 10), "prepay-lower")
    books.pay_out("B-1", 2 * MILLION, date(2021, 3, 20))
    books.lend("M-3", "FL-61", MILLION, date(2021, 3, 25), start_up=True)
    session.flush()
    return books
