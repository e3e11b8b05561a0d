"""Lives of loans for tests: drawn at random, or written by hand, and recorded in tables and ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.organisations import register_organisation
from ledger.posting import post
from lending import bookings
from lending.chain.tables import FacilityRow
from lending.microcredits.tables import BorrowerRow, DisbursementRow, LoanRow, LoanScheduleRow, RepaymentRow
from tests.oracles.amortisation import month_later
from tests.oracles.positions import Life, Version

OPENED = date(2019, 1, 1)
#: The one lot that the money of these loans comes from and goes back to.
LOT = 1


@dataclass(frozen=True)
class Lender:
    """An organisation that lends, and the facility it lends from."""

    id: int
    facility_id: int
    borrower_id: int


def lender(session: Session, code: str = "mfo-1") -> Lender:
    """A microfinance organisation with a facility from an operator and one borrower."""
    operator, mfo = (
        register_organisation(
            session, code=each, kind=kind, name_kk=each, name_ru=each, name_en=each, opened_on=OPENED
        ).id
        for each, kind in ((f"operator-of-{code}", "operator"), (code, "mfo"))
    )
    facility = FacilityRow(
        number=f"F-{code}", link="funding-line", lender_id=operator, borrower_id=mfo, edition="746", signed_on=OPENED,
        amount=10**15, annual_rate=Decimal("0.02"), months=84, principal_grace_months=0, every_months=3, repayment={},
        matures_on=date(2026, 1, 1), relending="unlimited", returns_unused=False, purpose="microcredits", security={},
    )  # fmt: skip
    borrower = BorrowerRow(id_number=f"{mfo:012d}", kind="peasant-farm", name="Farm", registered_on=OPENED)
    session.add_all([facility, borrower])
    session.flush()
    return Lender(mfo, facility.id, borrower.id)


def record(session: Session, of: Lender, lives: Sequence[Life]) -> list[int]:
    """Write lives into the tables and the ledger; interest is booked as received and accrued in equal parts."""
    rows = [_loan(of, number, life) for number, life in enumerate(lives)]
    session.add_all(rows)
    session.flush()
    for row, life in zip(rows, lives, strict=True):
        session.add_all(_schedules(row.id, life))
        session.add_all(_disbursement(session, of, row.id, on, amount) for on, amount in life.disbursed)
        session.add_all(repayment(session, of, row.id, *payment) for payment in life.repaid)
    session.flush()
    return [row.id for row in rows]


def _loan(of: Lender, number: int, life: Life) -> LoanRow:
    return LoanRow(
        lender_id=of.id, facility_id=of.facility_id, borrower_id=of.borrower_id, edition="746",
        contract_number=str(number), contract_date=life.versions[0].valid_from,
        amount=sum(amount for _, amount in life.disbursed), annual_rate=life.versions[0].rate, instalments=12,
        every_months=1, method="annuity", day_count=life.day_count, principal_grace=0, interest_grace=0,
        interest_grace_treatment="spread", rounding=life.rounding, business_days="none", purpose="expand",
        sector="livestock", territory_type="rural", start_up=False, details={}, status="active",
    )  # fmt: skip


def _schedules(loan_id: int, life: Life) -> Iterable[LoanScheduleRow]:
    for number, version in enumerate(life.versions, start=1):
        on, principal, deferred = ([due[k] for due in version.dues] for k in range(3))
        yield LoanScheduleRow(
            loan_id=loan_id, version=number, valid_from=version.valid_from, reason="signed",
            principal_before=version.principal_before, annual_rate=version.rate, effective_rate=0, due_on=on,
            principal=principal, interest=[0] * len(on), deferred=deferred, deferred_before=version.deferred_before,
        )  # fmt: skip


def _disbursement(session: Session, of: Lender, loan_id: int, on: date, amount: int) -> DisbursementRow:
    [event_id] = post(session, [bookings.disbursement(of.id, loan_id, on, {LOT: amount})])
    return DisbursementRow(loan_id=loan_id, paid_on=on, amount=amount, event_id=event_id)


def repayment(session: Session, of: Lender, loan_id: int, on: date, principal: int, interest: int) -> RepaymentRow:
    """Book a payment, accruing as much interest as it pays; the row for it."""
    split = bookings.RepaymentSplit(
        received=principal + interest, accrued=interest, principal=principal, principal_overdue=0, interest=interest,
        interest_overdue=0, penalty=0, penalty_accrued=0, overpayment=0, into_lots={LOT: principal},
    )  # fmt: skip
    [event_id] = post(session, [bookings.repayment(of.id, loan_id, on, split)])
    return RepaymentRow(
        loan_id=loan_id, paid_on=on, amount=principal + interest, principal=principal, interest=interest, penalty=0,
        overpayment=0, accrued=interest, bank_reference="", event_id=event_id,
    )  # fmt: skip


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """Loans paid late, early, in part and back again, in tranches, with versions that ask for more or for less."""
    begun = OPENED + timedelta(draw(st.integers(0, 60)))
    days = [begun + timedelta(day) for day in sorted(draw(st.lists(st.integers(1, 300), max_size=8)))]
    out = [(begun, draw(st.integers(1, 10**10)))]
    back: list[tuple[date, int, int]] = []
    versions = [_version(draw, begun, 0, out[0][1])]
    for day in days:
        owed = sum(amount for _, amount in out) - sum(principal for _, principal, _ in back)
        match draw(st.sampled_from(["pay", "pay", "undo", "version", "tranche"])):
            case "pay" if owed:
                back.append((day, draw(st.integers(0, owed)), draw(st.integers(1, 10**8))))
            case "undo" if back and back[-1][2] > 0:
                back.append((day, -back[-1][1], -back[-1][2]))
            case "version":
                lent = sum(amount for _, amount in out)
                versions.append(_version(draw, day, draw(st.integers(0, lent)), lent))
            case "tranche":
                out.append((day, draw(st.integers(1, 10**10))))
    day_count = draw(st.sampled_from(["30/360", "act/365", "act/360", "act/act"]))
    return Life(day_count, draw(st.sampled_from(["half-up", "half-even"])), tuple(versions), tuple(out), tuple(back))


def _version(draw: st.DrawFn, valid_from: date, before: int, lent: int) -> Version:
    count, every = draw(st.integers(1, 8)), draw(st.sampled_from([1, 1, 2, 3]))
    first = valid_from + timedelta(draw(st.integers(1, 40)))
    on = [month_later(first, k * every, first.day) for k in range(count)]
    cuts = sorted(draw(st.lists(st.integers(before, lent), min_size=count - 1, max_size=count - 1)))
    parts = [later - earlier for earlier, later in pairwise([before, *cuts, lent])]
    deferred = draw(st.lists(st.integers(0, 10**7), min_size=count, max_size=count))
    rate, before_due = Decimal(draw(st.integers(0, 250_000))).scaleb(-6), draw(st.integers(0, 10**7))
    return Version(valid_from, rate, before, tuple(zip(on, parts, deferred, strict=True)), before_due)
