"""Concluding microcredits, and reading them back.

A contract is drafted first: everything that stands against it is found, for a whole batch at once, and nothing is
written. What has no obstacle is recorded with its borrower and its signed schedule. A contract takes no money;
paying out is the business of `lending.microcredits.disbursements`. What the programme's rules say of an applicant is
judged before, by `lending.programmes`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from sqlalchemy import func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.identifiers import IdNumber
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from ledger.tables import OrganisationRow
from lending.amortisation.plans import Plan, Request, schedules
from lending.amortisation.refusals import BadTerms
from lending.amortisation.terms import Terms
from lending.chain.tables import FacilityRow
from lending.microcredits.penalties import caps, refusal
from lending.microcredits.refusals import (
    AmountNotPositive,
    CapitalisationNotOffered,
    ContractTaken,
    DatesOutOfOrder,
    FacilityOfAnother,
    NotACreditor,
    OutlivesFacility,
)
from lending.microcredits.schedules import NewVersion, add_versions
from lending.microcredits.tables import BorrowerRow, LoanRow, LoanScheduleRow
from lending.microcredits.values import (
    Approval,
    Borrower,
    Contract,
    Loan,
    Obstacle,
    PenaltyTerms,
    RegisterLine,
    Status,
    terms,
)
from lending.microcredits.waterfall import DEFAULT_ORDER, BadWaterfall, check_order
from lending.programmes.editions import edition

WATERFALL = "waterfall"
APPROVAL = "breach-charge-approval"
#: Whether a fresh loan may end after the facility it is lent from (ambiguity A-25). Relent money never may.
Maturity = Literal["within-facility", "free"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract nothing stands against, with the edition it will be under and its signed plan."""

    contract: Contract
    edition: str
    plan: Plan


def conclude(session: Session, contracts: Sequence[Contract], *, maturity: Maturity = "within-facility") -> list[int]:
    """Record contracts, their borrowers and signed schedules; returns the loan ids in order.

    Raises:
        NesieError: the first obstacle that `drafts` finds; nothing is written.
    """
    drafted, obstacles = drafts(session, contracts, maturity=maturity)
    if obstacles:
        raise obstacles[0].error
    return record(session, drafted)


def drafts(
    session: Session, contracts: Sequence[Contract], *, maturity: Maturity = "within-facility"
) -> tuple[list[Draft], list[Obstacle]]:
    """Drafts of the contracts that can be concluded, and every obstacle to the others.

    Takes the locks of the facilities named, so that what is found holds until the transaction ends.
    """
    lock(session, "facility", (contract.facility_id for contract in contracts))
    facilities = _facilities(session, contracts)
    obstacles = [
        Obstacle(place, field, error)
        for place, contract in enumerate(contracts)
        for field, error in _obstacles(contract, facilities.get(contract.facility_id))
    ]
    kinds = _kinds(session, contracts)
    obstacles += _creditors(contracts, facilities, kinds)
    obstacles += _penalties(contracts, facilities, kinds)
    obstacles += _taken(session, contracts)
    sound, unsound = _schedulable(contracts)
    obstacles += unsound
    plans = schedules([Request(each) for each in sound.values()])
    blocked = {obstacle.place for obstacle in obstacles}
    drafted: list[Draft] = []
    for place, plan in zip(sound, plans, strict=True):
        contract = contracts[place]
        facility = facilities.get(contract.facility_id)
        if facility is not None and maturity == "within-facility" and plan.due_on[-1] > facility.matures_on:
            error = outlives(contract.number, facility, plan.due_on[-1], "A-25")
            obstacles.append(Obstacle(place, "instalments", error))
        elif facility is not None and place not in blocked:
            drafted.append(Draft(contract, facility.edition, plan))
    return drafted, sorted(obstacles, key=lambda obstacle: obstacle.place)


def outlives(number: str, facility: FacilityRow, last_due_on: date, rule: str) -> OutlivesFacility:
    """The refusal of a loan that ends after the facility it is lent from, by ``rule``."""
    return OutlivesFacility(
        number=number, facility=facility.number, expected=str(facility.matures_on), found=str(last_due_on), rule=rule
    )


def record(session: Session, drafted: Sequence[Draft]) -> list[int]:
    """Write drafts as loans and return their ids in order."""
    if not drafted:
        return []
    borrowers = _borrower_ids(session, [draft.contract.borrower for draft in drafted])
    rows = [_row(draft, borrowers[str(draft.contract.borrower.id_number)]) for draft in drafted]
    ids = session.scalars(insert(LoanRow).returning(LoanRow.id, sort_by_parameter_order=True), rows).all()
    add_versions(
        session,
        [
            NewVersion(
                loan_id=loan_id, number=1, valid_from=draft.contract.disburse_on, reason="signed",
                principal_before=0, plan=draft.plan,
            )
            for loan_id, draft in zip(ids, drafted, strict=True)
        ],
    )  # fmt: skip
    return list(ids)


def _facilities(session: Session, contracts: Sequence[Contract]) -> dict[int, FacilityRow]:
    ids = {contract.facility_id for contract in contracts}
    return {row.id: row for row in session.scalars(select(FacilityRow).where(FacilityRow.id.in_(ids)))}


def _obstacles(contract: Contract, facility: FacilityRow | None) -> list[tuple[str, Any]]:
    """What stands against one contract by itself and against its facility, with the field to blame."""
    found: list[tuple[str, Any]] = []
    if facility is None:
        found.append(("facility_id", NotFound(what="facility", name=str(contract.facility_id))))
    elif facility.borrower_id != contract.lender_id:
        found.append(("facility_id", FacilityOfAnother(facility=facility.number)))
    if contract.disburse_on < contract.signed_on:
        found.append((
            "disburse_on",
            DatesOutOfOrder(
                number=contract.number, earlier="contract date", later="disbursement",
                expected=str(contract.signed_on), found=str(contract.disburse_on),
            ),
        ))  # fmt: skip
    if contract.interest_grace and contract.interest_grace_treatment == "capitalise":
        found.append(("interest_grace_treatment", CapitalisationNotOffered(number=contract.number)))
    try:
        check_order(contract.waterfall)
    except BadWaterfall as error:
        found.append(("waterfall", error))
    return found


def _kinds(session: Session, contracts: Sequence[Contract]) -> dict[int, str]:
    """Kind of each lender."""
    lenders = {contract.lender_id for contract in contracts}
    of_kind = select(OrganisationRow.id, OrganisationRow.kind).where(OrganisationRow.id.in_(lenders))
    return dict(list(session.execute(of_kind)))


def _creditors(
    contracts: Sequence[Contract], facilities: Mapping[int, FacilityRow], kinds: Mapping[int, str]
) -> list[Obstacle]:
    """Contracts of those who, by the edition, only fund lenders (746-CR-06, 919-PA-03)."""
    found: list[Obstacle] = []
    for place, each in enumerate(contracts):
        if each.facility_id not in facilities or each.lender_id not in kinds:
            continue
        for law in edition(facilities[each.facility_id].edition).provision("channels.creditors"):
            if kinds[each.lender_id] not in law.value:
                error = NotACreditor(
                    number=each.number, allowed=", ".join(law.value), found=kinds[each.lender_id], rule=law.rule,
                    clause=law.clause,
                )  # fmt: skip
                found.append(Obstacle(place, "facility_id", error))
    return found


def _penalties(
    contracts: Sequence[Contract], facilities: Mapping[int, FacilityRow], kinds: Mapping[int, str]
) -> list[Obstacle]:
    """Contracts that charge more for being late than may be, or charge without the agreement that takes."""
    charging = {place: each for place, each in enumerate(contracts) if each.penalty and each.facility_id in facilities}
    found = {
        place: refusal(each, edition(facilities[each.facility_id].edition), kinds[each.lender_id], caps())
        for place, each in charging.items()
    }
    return [Obstacle(place, "penalty", error) for place, error in found.items() if error is not None]


def _taken(session: Session, contracts: Sequence[Contract]) -> list[Obstacle]:
    """Contracts whose number and date the lender has used, in the database or earlier in the batch."""
    keys = [(contract.lender_id, contract.number, contract.signed_on) for contract in contracts]
    columns = tuple_(LoanRow.lender_id, LoanRow.contract_number, LoanRow.contract_date)
    rows = session.execute(
        select(LoanRow.lender_id, LoanRow.contract_number, LoanRow.contract_date).where(columns.in_(set(keys)))
    )
    seen = {tuple(row) for row in rows}
    obstacles = []
    for place, key in enumerate(keys):
        if key in seen:
            obstacles.append(Obstacle(place, "number", ContractTaken(number=key[1], signed_on=str(key[2]))))
        seen.add(key)
    return obstacles


def _schedulable(contracts: Sequence[Contract]) -> tuple[dict[int, Terms], list[Obstacle]]:
    """Terms by place of the contracts that make a schedule, and why the others do not."""
    sound: dict[int, Terms] = {}
    obstacles: list[Obstacle] = []
    for place, contract in enumerate(contracts):
        if contract.amount.amount <= 0:
            error = AmountNotPositive(number=contract.number, found=str(contract.amount.amount))
            obstacles.append(Obstacle(place, "amount", error))
            continue
        try:
            sound[place] = terms(contract)
        except BadTerms as error:
            obstacles.append(Obstacle(place, error.field, error))
    return sound, obstacles


def _borrower_ids(session: Session, borrowers: Sequence[Borrower]) -> dict[str, int]:
    """Ids by identification number; a known borrower takes the newest name and kind, a date only if there is one."""
    newest = {str(borrower.id_number): borrower for borrower in borrowers}
    rows = [
        {"id_number": number, "kind": each.kind, "name": each.name, "registered_on": each.registered_on}
        for number, each in sorted(newest.items())
    ]
    statement = insert(BorrowerRow)
    known = statement.on_conflict_do_update(
        index_elements=["id_number"],
        set_={
            "kind": statement.excluded.kind,
            "name": statement.excluded.name,
            "registered_on": func.coalesce(statement.excluded.registered_on, BorrowerRow.registered_on),
        },
    ).returning(BorrowerRow.id_number, BorrowerRow.id)
    return {row.id_number: row.id for row in session.execute(known, rows)}


#: Facts of a contract stored under their own names.
_PLAIN = (
    "lender_id", "facility_id", "annual_rate", "instalments", "every_months", "method", "day_count",
    "principal_grace", "interest_grace", "interest_grace_treatment", "rounding", "business_days", "first_due_on",
    "purpose", "sector", "territory_type", "kato", "oked", "start_up",
)  # fmt: skip


def _row(draft: Draft, borrower_id: int) -> dict[str, Any]:
    contract, line = draft.contract, draft.contract.line
    penalty = contract.penalty or PenaltyTerms(Decimal(0))
    return {name: getattr(contract, name) for name in _PLAIN} | {
        "borrower_id": borrower_id,
        "edition": draft.edition,
        "contract_number": contract.number,
        "contract_date": contract.signed_on,
        "amount": to_tiyn(contract.amount),
        "penalty_rate": penalty.rate,
        "penalty_rate_after": penalty.rate_after,
        "details": {**contract.details, **_own_order(contract), **_approval(penalty)},
        "status": "contracted",
        "register_id": line.register_id if line else None,
        "register_row": line.row if line else None,
    }


def _own_order(contract: Contract) -> dict[str, list[str]]:
    """The waterfall, kept among the details of the few contracts that have one of their own."""
    return {} if contract.waterfall == DEFAULT_ORDER else {WATERFALL: list(contract.waterfall)}


def _approval(penalty: PenaltyTerms) -> dict[str, list[str]]:
    """The agreement to a charge for breaches, kept among the details of the contracts that needed one."""
    approval = penalty.approval
    return {} if approval is None else {APPROVAL: [approval.number, str(approval.agreed_on), str(approval.share)]}


def _penalty(row: LoanRow) -> PenaltyTerms | None:
    if not (row.penalty_rate or row.penalty_rate_after):
        return None
    kept = row.details.get(APPROVAL)
    approval = Approval(kept[0], date.fromisoformat(kept[1]), Decimal(kept[2])) if kept else None
    return PenaltyTerms(row.penalty_rate, row.penalty_rate_after, approval)


def loan(session: Session, name: int | tuple[int, str]) -> Loan:
    """The loan of this id, or of this lender id and contract number (the newest, where a number recurs).

    Raises:
        NotFound: there is none.
    """
    if isinstance(name, tuple):
        lender_id, number = name
        loan_id = session.scalar(
            select(LoanRow.id)
            .where(LoanRow.lender_id == lender_id, LoanRow.contract_number == number)
            .order_by(LoanRow.contract_date.desc())
            .limit(1)
        )
    else:
        loan_id = name
    found = loans(session, [] if loan_id is None else [loan_id])
    if not found:
        raise NotFound(what="loan", name=str(name))
    return next(iter(found.values()))


def loans(session: Session, loan_ids: Collection[int]) -> dict[int, Loan]:
    """The loans of these ids that exist, by id, in order of id."""
    if not loan_ids:
        return {}
    rows = session.execute(
        select(LoanRow, BorrowerRow, LoanScheduleRow.valid_from)
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LoanScheduleRow, (LoanScheduleRow.loan_id == LoanRow.id) & (LoanScheduleRow.version == 1))
        .where(LoanRow.id.in_(loan_ids))
        .order_by(LoanRow.id)
        .execution_options(populate_existing=True)
    )
    return {row.id: _loan(row, borrower, disburse_on) for row, borrower, disburse_on in rows}


def locked(session: Session, loan_ids: Collection[int]) -> dict[int, Loan]:
    """`loans`, read once their facilities are locked: nobody moves their money until the transaction ends."""
    if loan_ids:
        holders = select(LoanRow.facility_id).where(LoanRow.id.in_(loan_ids)).distinct()
        lock(session, "facility", session.scalars(holders))
    return loans(session, loan_ids)


def locked_loan(session: Session, loan_id: int) -> Loan:
    """`locked` for one loan.

    Raises:
        NotFound: there is none.
    """
    found = locked(session, [loan_id]).get(loan_id)
    if found is None:
        raise NotFound(what="loan", name=str(loan_id))
    return found


def _loan(row: LoanRow, borrower: BorrowerRow, disburse_on: date) -> Loan:
    contract = Contract(
        **{name: getattr(row, name) for name in _PLAIN},
        borrower=Borrower(
            id_number=IdNumber(borrower.id_number), kind=borrower.kind, name=borrower.name,
            registered_on=borrower.registered_on,
        ),
        number=row.contract_number,
        signed_on=row.contract_date,
        disburse_on=disburse_on,
        amount=from_tiyn(row.amount),
        details={name: value for name, value in row.details.items() if name not in (WATERFALL, APPROVAL)},
        penalty=_penalty(row),
        waterfall=tuple(row.details.get(WATERFALL, DEFAULT_ORDER)),
        line=RegisterLine(row.register_id, row.register_row) if row.register_id and row.register_row else None,
    )  # fmt: skip
    return Loan(row.id, row.edition, cast("Status", row.status), contract)
