"""The demo played month by month through the real services.

Money is drawn down four links, lenders send registers of loans, repayments and target use, facilities are paid,
the month closes, and what ran out of time goes back to the budget. Registers go through the importer as files. The
same seed plays the same story to the tiyn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.demo.applicants import filing, refused
from api.demo.banking import bank
from api.demo.borrowers import Borrower, temper
from api.demo.calibration import Calibration
from api.demo.cast import Cast, Player, cast
from api.demo.distress import go_wrong
from api.demo.funding import PlannedFacility, facility_number, planned_facilities
from api.demo.guaranteeing import Guaranteeing, Pool
from api.demo.law import LAW
from api.demo.lenders import Holding, issued_row, lateness, relent, repayment_row, target_use_row
from api.demo.portfolio import PlannedLoan, planned_loans
from api.demo.registers_written import Cell, layout_of, written_register
from api.demo.seeking import contract, seekers
from api.demo.supporting import Supporting
from api.demo.watching import watch
from api.imports import import_register
from guarantees.month_end import steps
from ledger.balances import balances
from ledger.money import TIYN_PER_TENGE, from_tiyn, tenge
from ledger.organisations import Organisation, register_organisation
from ledger.periods import first_day, last_day, next_month
from ledger.posting import post
from ledger.unit_of_work import perform
from lending import bookings
from lending.applications.applications import advance, submit
from lending.applications.states import Act
from lending.applications.values import Deed
from lending.chain.drawdown import draw
from lending.chain.facilities import Facility, FacilityTerms, open_facility
from lending.chain.payments import settle_due
from lending.chain.returns import owed, pay_return
from lending.chain.tables import FacilityRow, LotRow
from lending.microcredits.loans import conclude
from lending.microcredits.positions import positions
from lending.microcredits.repayments import repay
from lending.microcredits.shares import payoff
from lending.microcredits.tables import BorrowerRow, LoanRow, LoanScheduleRow
from lending.microcredits.values import Payment
from lending.month_end import close
from lending.registers.columns import RegisterKind

#: Own money every organisation starts with, in tenge: interest falls due before the first income.
OWN_MONEY = 200_000_000
ACTOR = "demo"

#: Instalments that a guaranteed borrower pays who then stops.
RISKIER_STOP_AFTER = 2

Told = Callable[[str, int, int], None]
Rows = dict[str, list[tuple[date, dict[str, Cell]]]]


@dataclass(slots=True)
class Story:
    """What has been played so far: who is who, which loans run, how many files were sent."""

    engine: Engine
    calibration: Calibration
    random: Random
    organisations: dict[str, Organisation] = field(default_factory=dict)
    facilities: dict[str, Facility] = field(default_factory=dict)
    borrowers: dict[int, Borrower] = field(default_factory=dict)
    riskier: set[str] = field(default_factory=set)
    contracts: int = 0
    refused: int = 0
    files: int = 0


def play(engine: Engine, calibration: Calibration, loans: int, seed: int, told: Told) -> Story:
    """Play the whole programme of ``loans`` fresh loans; ``told`` hears (month, months done, months in all)."""
    story = Story(engine, calibration, Random(seed))  # noqa: S311 - a story, not a secret
    players = cast(calibration, loans)
    plans = planned_loans(calibration, loans, story.random)
    facilities = planned_facilities(calibration, players, plans)
    guaranteeing = Guaranteeing.planned(calibration, plans, loans, seed)
    story.riskier = guaranteeing.riskier(calibration.guaranteed_defaulting)
    supporting = Supporting.planned(calibration, loans, seed)
    _set_up(story, players)
    months = list(_months(calibration))
    for done, month in enumerate(months):
        told(f"{month:%Y-%m}", done, len(months))
        _fund(story, facilities, month)
        due = [plan for plan in plans if first_day(plan.disbursed_on) == month]
        _turn_down(story, due)
        _lend(story, players, due, month)
        _collect(story, month)
        _go_wrong(story, month)
        _prove(story, month)
        guaranteeing.play(engine, story.organisations, month)
        if month == months[-1]:
            _seek(story, players, guaranteeing.allocations, month, seed)
        supporting.play(engine, story.organisations, month)
        _pay_up_the_chain(story, month)
        close(engine, month, made_by=ACTOR, also=steps())
    guaranteeing.settle(engine, next_month(months[-1]).replace(day=25))
    bank(engine, story.organisations, months[-1])
    told("", len(months), len(months))
    return story


def _months(calibration: Calibration) -> Iterator[date]:
    month = date(calibration.years[0], 1, 1)
    while month.year <= calibration.years[-1]:
        yield month
        month = next_month(month)


def _set_up(story: Story, players: Cast) -> None:
    opened_on = date(story.calibration.years[0], 1, 1)

    def work(session: Session) -> None:
        for player in players.players:
            story.organisations[player.code] = _registered(session, player, opened_on)
        post(
            session,
            [
                bookings.own_money_paid_in(
                    each.id, opened_on, OWN_MONEY * TIYN_PER_TENGE, "treasury" if each.kind == "akimat" else "capital"
                )
                for each in story.organisations.values()
                if each.kind != "budget"
            ],
        )

    perform(story.engine, work)


def _registered(session: Session, player: Player, opened_on: date) -> Organisation:
    return register_organisation(
        session, code=player.code, kind=player.kind, name_kk=player.name_kk, name_ru=player.name_ru,
        name_en=player.name_en, bin=player.bin, region=player.region, opened_on=opened_on,
    )  # fmt: skip


def _fund(story: Story, facilities: Sequence[PlannedFacility], month: date) -> None:
    """Sign the agreements of the month and draw what is to be drawn, by day and from the top down."""

    def work(session: Session) -> None:
        for plan in facilities:
            if first_day(plan.signed_on) == month:
                story.facilities[plan.number] = open_facility(session, _terms(story, plan))
        draws = [
            (on, place, plan.number, amount)
            for place, plan in enumerate(facilities)
            for on, amount in plan.drawdowns
            if first_day(on) == month
        ]
        for on, _, number, amount in sorted(draws):
            draw(session, story.facilities[number].id, tenge(amount), on)

    perform(story.engine, work)


def _terms(story: Story, plan: PlannedFacility) -> FacilityTerms:
    return FacilityTerms(
        number=plan.number, link=plan.link, edition=LAW.id, signed_on=plan.signed_on,
        parent_id=story.facilities[plan.parent].id if plan.parent else None,
        lender_id=story.organisations[plan.lender].id, borrower_id=story.organisations[plan.borrower].id,
        amount=tenge(plan.amount), annual_rate=plan.annual_rate, months=plan.months,
        principal_grace_months=plan.principal_grace_months, every_months=plan.every_months,
        method="custom" if plan.fixed_principal else "equal-principal",
        fixed_principal=tenge(plan.fixed_principal) if plan.fixed_principal else None,
        territory=plan.stream, purpose="microcredit", returns_unused=plan.returns_unused or None,
        security={"kind": "collateral", "document": f"З-{plan.number}"},
    )  # fmt: skip


def _lend(story: Story, players: Cast, plans: Sequence[PlannedLoan], month: date) -> None:
    """Lenders register the loans of the month: fresh ones as planned, relent ones as the money allows."""
    rows: Rows = defaultdict(list)
    loans = [(plan, facility_number(plan), _lender(players, plan)) for plan in plans]
    again = relent(story.calibration, _holdings(story, month), month, story.random)
    loans += [(plan, holding.facility_number, holding.lender) for plan, holding in again]
    for plan, number, lender in loans:
        story.contracts += 1
        contract_number = f"МК-{plan.contract_date.year}-{story.contracts:06d}"
        rows[lender].append((plan.contract_date, issued_row(plan, number, contract_number)))
    _send(story, "issued-loans", rows, month)
    _remember(story)


def _seek(story: Story, players: Cast, pools: Collection[Pool], month: date, seed: int) -> None:
    """Lenders sign contracts that ask for a guarantee and wait with the money until the guarantor decides."""
    contracts = []
    for plan, share in seekers(story.calibration, pools, month, seed):
        story.contracts += 1
        number = f"МК-{month.year}-{story.contracts:06d}"
        lender = story.organisations[_lender(players, plan)]
        contracts.append(contract(plan, share, number, lender.id, story.facilities[facility_number(plan)].id))
    perform(story.engine, lambda session: conclude(session, contracts))


def _turn_down(story: Story, plans: Sequence[PlannedLoan]) -> None:
    """Lenders look at the applications that ask for too much, and refuse them with what the rules found."""

    def work(session: Session) -> None:
        for plan in refused(plans):
            story.refused += 1
            facility_id = story.facilities[facility_number(plan)].id
            filed = submit(session, filing(plan, facility_id, story.refused), by=ACTOR)
            acts: tuple[Act, ...] = ("take-up", "refuse")
            for act in acts:
                advance(session, filed.id, Deed(act=act, on=plan.contract_date, by=ACTOR, why="not on these terms"))

    perform(story.engine, work)


def _lender(players: Cast, plan: PlannedLoan) -> str:
    return "ffsa" if plan.channel == "ffsa" else players.lender(plan.stream, plan.region, plan.year)


def _holdings(story: Story, month: date) -> list[Holding]:
    """Returned money that lies with the retail lenders at the start of ``month`` and may be lent through its end."""
    retail = {
        each.id: code for code, each in story.organisations.items() if each.kind not in ("budget", "akimat", "operator")
    }
    lots = (
        select(LotRow.id, FacilityRow.number, FacilityRow.borrower_id, FacilityRow.territory, FacilityRow.matures_on)
        .join(FacilityRow, FacilityRow.id == LotRow.facility_id)
        .where(LotRow.kind == "returned", FacilityRow.borrower_id.in_(retail), LotRow.usable_until >= last_day(month))
    )
    with Session(story.engine) as session:
        on_hand = balances(session, effective_on=month, accounts=["programme-cash"], books=list(retail))
        money = {each.subject: each.tiyn for each in on_hand}
        found: dict[str, Holding] = {}
        for row in session.execute(lots.order_by(LotRow.id)):
            more = money.get(bookings.lot(row.id), 0) // TIYN_PER_TENGE
            before = found[row.number].tenge if row.number in found else 0
            found[row.number] = Holding(
                row.number, retail[row.borrower_id], f"{row.number.split('-')[-2]}0000000", row.territory,
                row.matures_on, before + more,
            )  # fmt: skip
    return list(found.values())


def _send(
    story: Story, kind: RegisterKind, rows: Mapping[str, list[tuple[date, dict[str, Cell]]]], month: date
) -> None:
    """Every lender writes its register, by day, in its own layout, and uploads the file."""
    for lender, dated in sorted(rows.items()):
        layout, language = layout_of(story.organisations[lender].id)
        ordered = [row for _, row in sorted(dated, key=lambda each: each[0])]
        file = written_register(kind, ordered, layout, language, f"{kind}_{lender}_{month:%Y-%m}")
        import_register(story.engine, file.content, file.name, lender=lender, actor=ACTOR).demand_accepted()
        story.files += 1


def _remember(story: Story) -> None:
    """Give every loan paid out this month a borrower with a temper."""
    lender_of = {each.id: code for code, each in story.organisations.items()}
    query = (
        select(
            LoanRow.id,
            LoanRow.contract_number,
            LoanRow.lender_id,
            LoanRow.amount,
            BorrowerRow.id_number,
            LoanScheduleRow,
        )
        .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
        .join(LoanScheduleRow, LoanScheduleRow.loan_id == LoanRow.id)
        .where(LoanRow.id > max(story.borrowers, default=0))
    )
    with Session(story.engine) as session:
        for row in session.execute(query.order_by(LoanRow.id)):
            schedule = row.LoanScheduleRow
            totals = [one + two for one, two in zip(schedule.principal, schedule.interest, strict=True)]
            dues = [due for due in zip(schedule.due_on, totals, strict=True) if due[1]]
            tempered = temper(story.calibration, story.random)
            if row.id_number in story.riskier:
                tempered = replace(tempered, stops_after=RISKIER_STOP_AFTER, settles_after=None)
            story.borrowers[row.id] = Borrower(
                row.id, row.contract_number, lender_of[row.lender_id], tempered, row.amount, schedule.valid_from, dues,
            )  # fmt: skip


def _collect(story: Story, month: date) -> None:
    """Borrowers pay, each by temper; a few pay everything off."""
    rows: Rows = defaultdict(list)
    settling: list[int] = []
    for borrower in story.borrowers.values():
        for paid_on, tiyn in borrower.payments(month):
            rows[borrower.lender].append((paid_on, repayment_row(borrower, paid_on, tiyn)))
        if borrower.settles():
            settling.append(borrower.loan_id)
    _send(story, "repayments", rows, month)
    perform(story.engine, lambda session: _settle(session, settling, last_day(month)))


def _settle(session: Session, loan_ids: Sequence[int], on: date) -> None:
    """Borrowers pay off exactly what they owe on the day."""
    at = positions(session, on, loan_ids=loan_ids)
    repay(
        session,
        [
            Payment(loan_id=loan_id, paid_on=on, amount=from_tiyn(tiyn), intent="settle")
            for loan_id, tiyn in zip(at.loan_id.tolist(), payoff(at).tolist(), strict=True)
        ],
    )


def _go_wrong(story: Story, month: date) -> None:
    """Lenders deal with the loans that went wrong."""
    perform(story.engine, lambda session: go_wrong(session, story.borrowers, month))


def _prove(story: Story, month: date) -> None:
    """At the end of a quarter lenders register the documents that prove what the loans were spent on, and watch."""
    if month.month % 3:
        return
    rows: Rows = defaultdict(list)
    quarter = month.replace(month=month.month - 2)
    for borrower in story.borrowers.values():
        proof = borrower.proof()
        if proof is not None and quarter <= proof[0] <= last_day(month):
            rows[borrower.lender].append((proof[0], target_use_row(borrower, *proof)))
    _send(story, "target-use", rows, month)
    perform(story.engine, lambda session: watch(session, last_day(month)))


def _pay_up_the_chain(story: Story, month: date) -> None:
    """Every organisation pays what fell due on its facilities; what is owed back to the budget is returned."""
    on = last_day(month)

    def work(session: Session) -> None:
        settle_due(session, on, [each.id for each in reversed(story.facilities.values())])
        for debt in owed(session, on):
            if debt.due_on + lateness(debt.facility_id) <= on:
                pay_return(session, debt.id, on)

    perform(story.engine, work)
