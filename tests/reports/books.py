"""A small programme in the books, for the tests of the families: two akimats, an operator, three lenders, six loans.

Money goes down from the budget in January 2021, loans are paid out from February on, some come back and are lent
again. Everything is booked through the ledger's one writer; the sums are round so that a reader can add them up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from ledger.organisations import Organisation, register_organisation
from ledger.posting import post
from lending import bookings
from lending.bookings import Parties, RepaymentSplit
from lending.chain.tables import FacilityRow, LotMovementRow, LotRow
from lending.microcredits.tables import BorrowerRow, DisbursementRow, LoanRow, LoanScheduleRow, RepaymentRow

TENGE = 100
MILLION = 1_000_000 * TENGE
OPENED_ON = date(2021, 1, 1)
TURKISTAN, ALMATY_CITY = "610000000", "750000000"


class Books:
    """The programme under way: who plays, and the steps that money takes."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.players: dict[str, Organisation] = {}
        self.lots: dict[str, int] = {}
        self.facilities: dict[str, FacilityRow] = {}
        self.loans: dict[str, LoanRow] = {}

    def player(self, code: str, kind: str, name: str, region: str | None = None) -> None:
        """Register an organisation."""
        self.players[code] = register_organisation(
            self.session, code=code, kind=kind, name_kk=f"«{name}» ұйымы", name_ru=f"Организация «{name}»",
            name_en=f"{name} organisation", opened_on=OPENED_ON, region=region,
        )  # fmt: skip

    def facility(self, number: str, link: str, lender: str, borrower: str, amount: int, **terms: Any) -> None:
        """Sign an agreement of ``amount`` tiyn; the parent is the facility called ``parent``."""
        parent = terms.pop("parent", None)
        row = FacilityRow(
            number=number, link=link, parent_id=None if parent is None else self.facilities[parent].id,
            lender_id=self.players[lender].id, borrower_id=self.players[borrower].id, amount=amount,
            **{
                "edition": "746", "signed_on": date(2021, 1, 15), "annual_rate": Decimal("0.0001"), "months": 84,
                "principal_grace_months": 12, "every_months": 12, "repayment": {}, "matures_on": date(2028, 1, 15),
                "utilisation_months": 12, "utilisation_from": "agreement", "relending": "next-year-end",
                "returns_unused": False, "purpose": "", "security": {}, **terms,
            },
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        self.facilities[number] = row

    def parties(self, number: str) -> Parties:
        """The two books of a facility."""
        row = self.facilities[number]
        return Parties(row.id, row.lender_id, row.borrower_id, row.parent_id is None)

    def draw(self, number: str, amount: int, on: date) -> None:
        """Draw ``amount`` tiyn from the parent's fresh lot, or the treasury, into a fresh lot named as the facility."""
        row = self.facilities[number]
        into = self._lot(row, "fresh", 1, on, name=number)
        parent = next((name for name, each in self.facilities.items() if each.id == row.parent_id), None)
        source = None if parent is None else self.lots[parent]
        event = self._post(bookings.drawdown(self.parties(number), on, {source or 0: amount}, into))
        self._move(into, on, "received", amount, event, other_lot_id=source)
        if source is not None:
            self._move(source, on, "lent", -amount, event, other_lot_id=into, other_facility_id=row.id)

    def lend(self, number: str, facility: str, amount: int, on: date, lots: Mapping[str, int], **facts: Any) -> None:
        """Conclude the loan ``number`` and pay it out on ``on`` from ``lots`` (tiyn by the name of the lot)."""
        row = self.facilities[facility]
        serial = len(self.loans) + 1
        borrower = BorrowerRow(
            id_number=f"85031540{serial:04}", kind="individual-entrepreneur", name=f"Қарыз алушы № {serial}",
            registered_on=None,
        )  # fmt: skip
        self.session.add(borrower)
        self.session.flush()
        loan = LoanRow(
            lender_id=row.borrower_id, facility_id=row.id, borrower_id=borrower.id, edition="746",
            contract_number=number, contract_date=on - timedelta(days=3), amount=amount,
            **{
                "annual_rate": Decimal("0.06"), "instalments": 36, "every_months": 1, "method": "annuity",
                "day_count": "30/360", "principal_grace": 6, "interest_grace": 0, "interest_grace_treatment": "spread",
                "rounding": "half-up", "business_days": "none", "first_due_on": None, "purpose": "expand",
                "sector": "livestock", "territory_type": "rural", "kato": None, "oked": "01.41", "start_up": False,
                "details": {"guarantee_share": "0.50", "jobs_promised": 2}, "status": "active", **facts,
            },
        )  # fmt: skip
        self.session.add(loan)
        self.session.flush()
        self.loans[number] = loan
        self.session.add(
            LoanScheduleRow(
                loan_id=loan.id, version=1, valid_from=on, reason="signed", principal_before=0,
                annual_rate=loan.annual_rate, effective_rate=Decimal("0.06168"), due_on=[on + timedelta(days=30)],
                principal=[amount], interest=[amount // 200], deferred=[0],
            )
        )  # fmt: skip
        self.pay_out(number, on, lots)

    def pay_out(self, number: str, on: date, lots: Mapping[str, int]) -> None:
        """Pay the loan, or a tranche of it, out of ``lots``."""
        loan = self.loans[number]
        by_id = {self.lots[name]: amount for name, amount in lots.items()}
        event = self._post(bookings.disbursement(loan.lender_id, loan.id, on, by_id))
        self.session.add(DisbursementRow(loan_id=loan.id, paid_on=on, amount=sum(lots.values()), event_id=event))
        for lot_id, amount in by_id.items():
            self._move(lot_id, on, "lent", -amount, event, loan_id=loan.id)
        self.session.flush()

    def repay(self, number: str, on: date, principal: int, interest: int) -> None:
        """Receive principal, which enters the returned lot of the year (named FACILITY/YEAR), and interest."""
        loan = self.loans[number]
        facility = next(each for each in self.facilities.values() if each.id == loan.facility_id)
        name = f"{facility.number}/{on.year}"
        if name not in self.lots:
            self._lot(facility, "returned", 2, on, name=name, usable_until=date(on.year + 1, 12, 31))
        lot_id = self.lots[name]
        split = RepaymentSplit(
            received=principal + interest, accrued=interest, principal=principal, principal_overdue=0,
            interest=interest, interest_overdue=0, penalty=0, overpayment=0, into_lots={lot_id: principal},
        )  # fmt: skip
        event = self._post(bookings.repayment(loan.lender_id, loan.id, on, split))
        self.session.add(
            RepaymentRow(
                loan_id=loan.id, paid_on=on, amount=principal + interest, principal=principal, interest=interest,
                penalty=0, overpayment=0, accrued=interest, bank_reference=f"{number}-{on}", event_id=event,
            )
        )  # fmt: skip
        self._move(lot_id, on, "returned", principal, event, loan_id=loan.id)

    def _lot(self, row: FacilityRow, kind: str, turn: int, on: date, *, name: str, **terms: Any) -> int:
        lot = LotRow(
            facility_id=row.id, kind=kind, turn=turn, financial_year=on.year, arrived_on=on,
            usable_until=terms.get("usable_until"),
        )  # fmt: skip
        self.session.add(lot)
        self.session.flush()
        self.lots[name] = lot.id
        return lot.id

    def _move(self, lot_id: int, on: date, kind: str, amount: int, event: int, **other: Any) -> None:
        self.session.add(LotMovementRow(lot_id=lot_id, moved_on=on, kind=kind, amount=amount, event_id=event, **other))
        self.session.flush()

    def _post(self, event: Any) -> int:
        return post(self.session, [event])[0]


def programme(session: Session) -> Books:
    """Two budget credits of 100 and 50 million; six loans of 1 to 6 million, the last one lent from returned money."""
    books = Books(session)
    for code, kind, name, region in (
        ("budget", "budget", "Министерство финансов", None), ("akimat-61", "akimat", "Түркістан", TURKISTAN),
        ("akimat-75", "akimat", "Алматы", ALMATY_CITY), ("acc", "operator", "ACC", None),
        ("ffsa", "ffsa", "FFSA", None), ("damu", "operator", "Damu", None),
        ("mfo-1", "mfo", "Береке", None), ("bank-1", "bank", "Тұран", None),
    ):  # fmt: skip
        books.player(code, kind, name, region)
    down = (
        ("BC-61", "budget-credit", "budget", "akimat-61", 100, None),
        ("OL-61", "operator-loan", "akimat-61", "acc", 60, "BC-61"),
        ("FL-61", "funding-line", "acc", "mfo-1", 60, "OL-61"),
        ("FF-61", "operator-loan", "akimat-61", "ffsa", 40, "BC-61"),
        ("BC-75", "budget-credit", "budget", "akimat-75", 50, None),
        ("OL-75", "operator-loan", "akimat-75", "damu", 50, "BC-75"),
        ("FL-75", "funding-line", "damu", "bank-1", 50, "OL-75"),
    )
    for number, link, lender, borrower, millions, parent in down:
        books.facility(number, link, lender, borrower, millions * MILLION, parent=parent)
        books.draw(number, millions * MILLION, date(2021, 1, 20))
    books.lend("M-1", "FL-61", 1 * MILLION, date(2021, 2, 10), {"FL-61": 1 * MILLION}, start_up=True)
    books.lend("M-2", "FL-61", 2 * MILLION, date(2021, 3, 5), {"FL-61": 2 * MILLION}, territory_type="small-town")
    books.lend("F-1", "FF-61", 3 * MILLION, date(2021, 3, 9), {"FF-61": 3 * MILLION}, kato="615600000")
    books.lend("B-1", "FL-75", 6 * MILLION, date(2021, 3, 12), {"FL-75": 4 * MILLION}, territory_type="major-city")
    books.repay("M-1", date(2021, 3, 15), 400_000 * TENGE, 5_000 * TENGE)
    books.pay_out("B-1", date(2021, 3, 20), {"FL-75": 2 * MILLION})
    books.lend(
        "M-3", "FL-61", 1 * MILLION, date(2021, 3, 25), {"FL-61": 600_000 * TENGE, "FL-61/2021": 400_000 * TENGE},
        start_up=True,
    )  # fmt: skip
    return books
