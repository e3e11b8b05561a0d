"""The intake of issued loans: each new row becomes a contract, its signed schedule and its disbursement.

A row is recorded already when the lender has a contract of its number and date; it must then say the same in every
field. A contract that was concluded before but not paid out is paid out by its row. Money is found for each row in
the order of days before anything is written, so every row that finds too little says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from ledger.money import to_tiyn
from lending.applications.shares import lock_agreements
from lending.chain.facilities import Facility, facilities
from lending.chain.lots import lend_from
from lending.chain.pools import pools_of
from lending.chain.refusals import NotEnoughMoney
from lending.chain.tables import FacilityRow, LotRow
from lending.microcredits.disbursements import Disbursement, disburse
from lending.microcredits.loans import Draft, drafts, loans, record
from lending.microcredits.tables import LoanRow
from lending.microcredits.values import Borrower, Contract, Disbursal, Loan
from lending.registers import cells
from lending.registers.intake import Intake, Objection, closed_months, differs, line, refusals, refused
from lending.registers.issued_loans import IssuedLoan
from lending.registers.loan_rules import BY_DEFAULT, LoanStrictness, judge_rows, judge_shares

#: Fields that contract and register name alike.
SAME = (
    "amount", "annual_rate", "every_months", "method", "day_count", "first_due_on", "purpose", "sector", "kato", "oked",
    "start_up",
)  # fmt: skip
#: Fields of a contract that a register names otherwise.
FIELDS = {
    "number": "contract_number", "signed_on": "contract_date", "disburse_on": "disbursed_on",
    "facility_id": "facility_number", "instalments": "months", "principal_grace": "principal_grace_months",
    "interest_grace": "interest_grace_months", "territory_type": "territory", "borrower": "borrower_id",
}  # fmt: skip
#: Fields of a contract that a register tells, besides its borrower and details.
COMPARED = (*SAME, "facility_id", "disburse_on", "instalments", "principal_grace", "interest_grace", "territory_type")
#: Fields that a contract counts in instalments and a register in months.
COUNTED = ("instalments", "principal_grace", "interest_grace")
#: What a row says that is kept with the contract but not computed with.
DETAILS = (
    "certificate_kind", "certificate_number", "certificate_on", "referral_number", "referral_on", "guarantee_share",
    "jobs_promised",
)  # fmt: skip


def loan_intake(
    session: Session, lender_id: int, rows: Sequence[IssuedLoan], strictness: LoanStrictness = BY_DEFAULT
) -> Intake:  # fmt: skip
    """Compare issued loans with what is recorded, and new ones with the rules of their programme."""
    known = _facilities(session, lender_id)
    named = {row.facility_number for row in rows}
    lock_agreements(session, [each.id for number, each in known.items() if number in named])
    numbers = {each.id: each.number for each in known.values()}
    objections = [
        Objection(row.place, "facility_number", "facility-unknown", {"known": ", ".join(sorted(known)) or "—"})
        for row in rows
        if row.facility_number not in known
    ]
    placed = [row for row in rows if row.facility_number in known]
    signed = [contract(lender_id, known[row.facility_number].id, row) for row in placed]
    stored = _stored(session, lender_id, placed)
    fresh: list[tuple[IssuedLoan, Contract]] = []
    unpaid: list[tuple[IssuedLoan, Loan]] = []
    for row, own in zip(placed, signed, strict=True):
        before = stored.get((row.contract_number, row.contract_date))
        if before is None:
            fresh.append((row, own))
            continue
        objections += _differences(row, own, before.contract, numbers)
        if before.status == "contracted":
            unpaid.append((row, before))
    drafted, obstacles = drafts(session, [own for _, own in fresh])
    objections += refusals([row for row, _ in fresh], obstacles, FIELDS)
    to_pay = [row for row, _ in (*fresh, *unpaid)]
    objections += closed_months(session, lender_id, to_pay, "disbursed_on")
    drawn, poor = _drawn(session, known, to_pay)
    judged = judge_rows(session, known, [row for row, _ in fresh], strictness)
    shared = judge_shares(session, known, drawn, [loan.id for _, loan in unpaid], strictness)
    objections += [*poor, *judged.objections, *shared.objections]
    write = partial(_write, session, [row for row, _ in fresh], drafted, unpaid)
    told = {"rules": [*judged.told, *shared.told]}
    return Intake(objections, len(to_pay), len(rows) - len(to_pay), write, told)


def contract(lender_id: int, facility_id: int, row: IssuedLoan) -> Contract:
    """The contract that a row tells of."""
    filled = {name: value for name in DETAILS if (value := getattr(row, name)) is not None}
    said = {name: value if isinstance(value, int) else str(value) for name, value in filled.items()}
    return Contract(
        lender_id=lender_id,
        facility_id=facility_id,
        borrower=Borrower(
            id_number=row.borrower_id, kind=row.borrower_kind, name=row.borrower_name, registered_on=row.registered_on
        ),
        number=row.contract_number,
        signed_on=row.contract_date,
        disburse_on=row.disbursed_on,
        instalments=row.instalments,
        principal_grace=row.principal_grace,
        interest_grace=row.interest_grace,
        territory_type=row.territory,
        details=said,
        **{name: getattr(row, name) for name in SAME},
    )  # fmt: skip


def _facilities(session: Session, lender_id: int) -> dict[str, Facility]:
    """The agreements the lender borrows by, by number as registers write it."""
    ids = session.scalars(select(FacilityRow.id).where(FacilityRow.borrower_id == lender_id)).all()
    return {str(cells.contract_number(each.number).value): each for each in facilities(session, ids).values()}


def _stored(session: Session, lender_id: int, rows: Sequence[IssuedLoan]) -> dict[tuple[str, Any], Loan]:
    """Loans recorded under the numbers and dates of ``rows``."""
    keys = {(row.contract_number, row.contract_date) for row in rows}
    ids = session.scalars(
        select(LoanRow.id).where(
            LoanRow.lender_id == lender_id, tuple_(LoanRow.contract_number, LoanRow.contract_date).in_(keys)
        )
    ).all()
    found = loans(session, ids).values()
    return {(each.contract.number, each.contract.signed_on): each for each in found}


def _differences(row: IssuedLoan, said: Contract, stored: Contract, numbers: Mapping[int, str]) -> Iterator[Objection]:
    """Fields in which a row says otherwise than the contract recorded; a borrower's name and kind may change."""
    for name in COMPARED:
        told = getattr(stored, name)
        if getattr(said, name) != told:
            if name in COUNTED:
                told *= stored.every_months
            yield differs(row, FIELDS.get(name, name), numbers[told] if name == "facility_id" else told)
    if said.borrower.id_number != stored.borrower.id_number:
        yield differs(row, "borrower_id", stored.borrower.id_number)
    for name in DETAILS:
        if said.details.get(name) != stored.details.get(name):
            yield differs(row, name, stored.details.get(name))


def _drawn(
    session: Session, known: Mapping[str, Facility], rows: Sequence[IssuedLoan]
) -> tuple[list[tuple[IssuedLoan, int]], list[Objection]]:
    """Rows in the order of days with the first-turn tiyn each takes, and objections where the lots hold too little."""
    lending = [row for row in rows if row.amount.amount > 0]
    pools = pools_of(session, {known[row.facility_number].id for row in lending}, {row.disbursed_on for row in lending})
    first = {lot.id for pool in pools.values() for lot in pool.lots if lot.turn == 1}
    drawn: list[tuple[IssuedLoan, int]] = []
    poor: list[Objection] = []
    for row in sorted(lending, key=lambda each: each.disbursed_on):
        lender = known[row.facility_number]
        try:
            taken = lend_from(pools[lender.id], lender, to_tiyn(row.amount), row.disbursed_on)
        except NotEnoughMoney as error:
            poor.append(refused(row.place, "amount", error))
        else:
            drawn.append((row, sum(tiyn for lot, tiyn in taken.items() if lot in first)))
    return drawn, poor


def _write(
    session: Session, rows: Sequence[IssuedLoan], drafted: Sequence[Draft], unpaid: Sequence[tuple[IssuedLoan, Loan]],
    register_id: int,
) -> dict[str, list[str]]:  # fmt: skip
    """Conclude and pay out; tells of rows that name another source of money than they were lent from."""
    named = [
        replace(draft, contract=replace(draft.contract, line=line(register_id, row)))
        for row, draft in zip(rows, drafted, strict=True)
    ]
    ids = record(session, named) + [loan.id for _, loan in unpaid]
    all_rows = [*rows, *(row for row, _ in unpaid)]
    paid = disburse(
        session, [Disbursal(loan_id, row.amount, row.disbursed_on) for loan_id, row in zip(ids, all_rows, strict=True)]
    )
    return {"source-otherwise": list(_other_source(session, all_rows, paid))}


def _other_source(session: Session, rows: Sequence[IssuedLoan], paid: Sequence[Disbursement]) -> Iterator[str]:
    lots = {lot for each in paid for lot in each.from_lots}
    kinds = dict(list(session.execute(select(LotRow.id, LotRow.kind).where(LotRow.id.in_(lots)))))
    for row, each in zip(rows, paid, strict=True):
        drawn = {kinds[lot] for lot in each.from_lots}
        if row.source and drawn != {row.source}:
            yield f"{row.place}: {row.source} → {', '.join(sorted(drawn))}"
