"""Guarantees in the demo: akimats set commissions aside, guarantors sign, defaulters' lenders claim and are paid.

Who asks for a guarantee is decided beforehand out of the planned loans, so that allocations can be sized by what will
be wanted; the largest akimat of a year sets too little aside and runs out. It draws on a random source of its own, so
that loans and borrowers are the same with and without it; only what payouts bring back to lenders is lent again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from api.demo.calibration import Calibration, Stream
from api.demo.law import LAW
from api.demo.portfolio import STEP, PlannedLoan
from guarantees import claims, recoveries
from guarantees.allocations import AllocationTerms, open_allocation
from guarantees.calculation import Line
from guarantees.claims import Demand
from guarantees.contracts import conclude, refuse
from guarantees.eligibility import provision
from guarantees.payouts import pay
from guarantees.policy import default_conditions
from guarantees.standing import allocations
from guarantees.transfers import request_remainder, settle_year, transfer_first, transfer_remainder
from guarantees.values import Proposal, commission, part
from ledger.money import TIYN_PER_TENGE, from_tiyn, tenge
from ledger.organisations import Organisation
from ledger.periods import first_day, last_day
from ledger.posting import post
from ledger.unit_of_work import perform
from lending import bookings
from lending.microcredits.positions import Positions, positions
from lending.microcredits.tables import BorrowerRow, LoanRow, RepaymentRow
from lending.programmes.facts import age_class
from lending.programmes.months import add_months
from lending.programmes.provisions import fitting

GUARANTORS: Mapping[Stream, str] = {"rural": "kazagrogarant", "city": "damu"}
#: Akimats engage guarantors, the largest first, until their loans are so many times the guarantees of the year.
CHOICE = 1.5
#: What the largest akimat of a year sets aside, and between what the others do, as a part of what will be wanted.
SCANT, AMPLE = 0.6, (0.9, 2.6)
OFFICER, APPROVER, LENDER = "Сәрсенова А.", "Төлеуов Б.", "Мұқанова Г."
#: Part of payouts of which something is recovered, how much, and after how many months.
RECOVERED, RECOVERED_PART, RECOVERED_AFTER = 0.7, (0.1, 0.5), range(1, 4)

#: Year, stream and region: what an allocation is for.
Pool = tuple[int, Stream, str]


@dataclass(frozen=True, slots=True)
class Asking:
    """A planned loan for which a guarantee will be asked; ``amount`` and ``commission`` are tiyn."""

    plan: PlannedLoan
    share: Decimal
    amount: int
    commission: int

    @classmethod
    def of(cls, plan: PlannedLoan) -> Asking:
        """The most that the class of the borrower allows."""
        age = age_class(plan.registered_on, plan.contract_date, LAW)
        share = fitting(LAW.provision("guarantee.share_max"), {"age_class": age}).cases[0].value
        rate = provision(LAW, "commission_rate", plan.territory_type)
        assert rate is not None, "the edition has guarantees"
        amount = part(plan.amount * TIYN_PER_TENGE, share)
        return cls(plan, share, amount, commission(amount, rate.value))


@dataclass(slots=True)
class Guaranteeing:
    """What guarantors and akimats have done so far, and what they are still to do.

    ``allocations`` and ``requests`` are of the year that runs, ``secured`` loans by guarantees not yet claimed,
    ``presented`` (guarantee, loan) by claim, ``recoveries`` (guarantee, loan, tiyn) by the month they come in.
    """

    random: Random
    asking: Mapping[Pool, Sequence[Asking]]
    allocations: dict[Pool, int] = field(default_factory=dict)
    requests: list[int] = field(default_factory=list)
    signed: int = 0
    secured: dict[int, int] = field(default_factory=dict)
    presented: dict[int, tuple[int, int]] = field(default_factory=dict)
    recoveries: dict[date, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def planned(cls, calibration: Calibration, plans: Sequence[PlannedLoan], loans: int, seed: int) -> Guaranteeing:
        """Decide who will ask for guarantees in a programme of ``loans`` fresh loans."""
        random = Random(f"guarantees {seed}")  # noqa: S311 - a story, not a secret
        asking: dict[Pool, list[Asking]] = defaultdict(list)
        for stream, by_year in calibration.guarantees.items():
            for year, units in zip(calibration.years, by_year, strict=True):
                own = [each for each in plans if (each.year, each.stream) == (year, stream) and each.channel != "ffsa"]
                for plan in _chosen(own, round(units * calibration.scale(loans)), random):
                    asking[year, stream, plan.region].append(Asking.of(plan))
        return cls(random, asking)

    def riskier(self, part_of_all: float) -> set[str]:
        """Numbers of the borrowers who will stop paying, spread evenly over those who ask for a guarantee."""
        asking = [each for own in self.asking.values() for each in own]
        first = sorted(asking, key=lambda each: (each.plan.contract_date, each.plan.borrower_id))
        return {each.plan.borrower_id for each in first[:: round(1 / part_of_all)]}

    def play(self, engine: Engine, organisations: Mapping[str, Organisation], month: date) -> None:
        """Play one month, after its loans are paid out and its repayments taken in."""

        def work(session: Session) -> None:
            self._transfer(session, month)
            if month.month == 1:
                self._open(session, organisations, month.year)
            self._sign(session, organisations, month)
            self._pay_claims(session, last_day(month))
            self._present(session, last_day(month))
            self._recover(session, month)

        perform(engine, work)

    def settle(self, engine: Engine, on: date) -> None:
        """The story over, send unused commissions of the last year back, as every January does for the year before."""

        def work(session: Session) -> None:
            for allocation_id in self.allocations.values():
                settle_year(session, allocation_id, on, approved_by=APPROVER)

        perform(engine, work)

    def _transfer(self, session: Session, month: date) -> None:
        """Akimats pay what was asked for last month, and in February first halves; January settles the old year."""
        for request in self.requests:
            transfer_remainder(session, request, month.replace(day=10), approved_by=APPROVER)
        self.requests.clear()
        for allocation_id in self.allocations.values():
            if month.month == 1:
                settle_year(session, allocation_id, month.replace(day=25), approved_by=APPROVER)
            if month.month == 2:
                transfer_first(session, allocation_id, month.replace(day=12), approved_by=APPROVER)

    def _open(self, session: Session, organisations: Mapping[str, Organisation], year: int) -> None:
        """Akimats set the commissions of the year aside, and their budgets give the money."""
        self.allocations.clear()
        of_year = {pool: sum(each.commission for each in own) for pool, own in self.asking.items() if pool[0] == year}
        agreed_on = date(year, 1, 20)
        for pool, wanted in sorted(of_year.items()):
            part_of_it = SCANT if wanted == max(of_year.values()) else self.random.uniform(*AMPLE)
            amount = max(int(wanted * part_of_it / TIYN_PER_TENGE) // STEP, 1) * STEP
            _, stream, region = pool
            akimat = organisations[f"akimat-{region[:2]}"].id
            terms = AllocationTerms(
                number=f"КО-{'А' if stream == 'rural' else 'Қ'}-{region[:2]}-{year}", year=year, akimat_id=akimat,
                guarantor_id=organisations[GUARANTORS[stream]].id, edition=LAW.id, unit=region, territory=stream,
                amount=tenge(amount), agreed_on=agreed_on,
            )  # fmt: skip
            self.allocations[pool] = open_allocation(session, terms).id
            post(session, [bookings.own_money_paid_in(akimat, agreed_on, amount * TIYN_PER_TENGE, "treasury")])

    def _sign(self, session: Session, organisations: Mapping[str, Organisation], month: date) -> None:
        """Sign what fits the allocations, in order of the loans; refuse the rest. Ask for what is absorbed beyond."""
        left = {key: each.left for key, each in allocations(session, self.allocations.values()).items()}
        proposals: list[Proposal] = []
        for loan_id, pool, asking in self._asked(session, month):
            allocation_id, plan = self.allocations[pool], asking.plan
            if asking.commission > left[allocation_id]:
                guarantor_id = organisations[GUARANTORS[pool[1]]].id
                refuse(session, loan_id, guarantor_id, plan.contract_date, "allocation-exhausted", made_by=OFFICER)
                continue
            left[allocation_id] -= asking.commission
            self.signed += 1
            proposals.append(Proposal(
                number=f"КШ-{month.year}-{self.signed:05d}", loan_id=loan_id, allocation_id=allocation_id,
                signed_on=plan.contract_date, share=asking.share,
                signatories={"guarantor": OFFICER, "lender": LENDER, "borrower": plan.borrower_name},
            ))  # fmt: skip
        ids = conclude(session, proposals, made_by=OFFICER)
        self.secured.update(zip(ids, (each.loan_id for each in proposals), strict=True))
        for each in allocations(session, self.allocations.values()).values():
            if each.first and each.owed:
                self.requests.append(request_remainder(session, each.id, last_day(month), requested_by=OFFICER).id)

    def _asked(self, session: Session, month: date) -> Iterator[tuple[int, Pool, Asking]]:
        """Loans of the month whose borrowers ask for a guarantee, in the order they were signed."""
        wanted = {
            (each.plan.borrower_id, each.plan.contract_date): (pool, each)
            for pool in self.allocations
            for each in self.asking[pool]
        }
        concluded = (
            select(LoanRow.id, LoanRow.contract_date, BorrowerRow.id_number)
            .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
            .where(LoanRow.contract_date.between(month, last_day(month)))
        )
        for row in session.execute(concluded.order_by(LoanRow.contract_date, LoanRow.id)):
            if (found := wanted.get((row.id_number, row.contract_date))) is not None:
                yield row.id, *found

    def _present(self, session: Session, on: date) -> None:
        """Lenders claim what is guaranteed of loans in default; some ask for interest too, which is not covered."""
        conditions = default_conditions()
        guarantee_of = {loan_id: guarantee_id for guarantee_id, loan_id in self.secured.items()}
        at = _defaulted(session, list(guarantee_of), on)
        for loan_id in at.loan_id.tolist():
            guarantee_id, debt = guarantee_of[loan_id], at.row(loan_id)
            claimed: dict[Line, int] = {
                "overdue-principal": debt["principal_due"],
                "future-principal": debt["principal"] - debt["principal_due"],
            }
            if self.random.random() < 0.5:
                claimed["interest"] = debt["interest_due"]
            claim_id = claims.present(session, Demand(
                guarantee_id=guarantee_id, number=f"Т-{guarantee_id}", presented_on=on, accelerated=True,
                claimed={line: from_tiyn(tiyn) for line, tiyn in claimed.items()}, made_by=LENDER,
                documents={kind: f"{guarantee_id}/{place}" for place, kind in enumerate(conditions.documents, 1)},
            ))  # fmt: skip
            self.presented[claim_id] = guarantee_id, loan_id
            del self.secured[guarantee_id]

    def _pay_claims(self, session: Session, on: date) -> None:
        """Two people approve last month's claims of loans still in default; where nothing is payable, one refuses."""
        still = set(_defaulted(session, [loan_id for _, loan_id in self.presented.values()], on).loan_id.tolist())
        for claim_id, (guarantee_id, loan_id) in self.presented.items():
            if loan_id not in still:
                claims.withdraw(session, claim_id, on, "төлем шарттары өзгерді", made_by=LENDER)
                continue
            if not claims.calculation(session, claim_id, on).payable:
                claims.refuse(session, claim_id, on, "төленетін сома жоқ", made_by=OFFICER)
                continue
            for person in (OFFICER, APPROVER):
                claims.approve(session, claim_id, on, made_by=person)
            paid = pay(session, claim_id, on, made_by=OFFICER)
            if self.random.random() < RECOVERED:
                comes_in = add_months(first_day(on), self.random.choice(RECOVERED_AFTER))
                back = int(paid.amount * self.random.uniform(*RECOVERED_PART))
                self.recoveries[comes_in].append((guarantee_id, loan_id, back))
        self.presented.clear()

    def _recover(self, session: Session, month: date) -> None:
        """What came in from borrowers after payouts is shared, unless written off; lenders pass the guarantor's on."""
        on = last_day(month)
        due = self.recoveries.pop(month, [])
        active = _active(session, [loan_id for _, loan_id, _ in due])
        for guarantee_id, loan_id, tiyn in due:
            if loan_id not in active:
                continue
            recovery = recoveries.recover(session, recoveries.Received(
                guarantee_id=guarantee_id, received_on=on, received_by="lender", amount=from_tiyn(tiyn),
                bank_reference=f"Ө-{guarantee_id}-{on:%Y-%m}",
            ))  # fmt: skip
            recoveries.pass_on(session, recovery.id, on)


def _active(session: Session, loan_ids: Sequence[int]) -> set[int]:
    return set(session.scalars(select(LoanRow.id).where(LoanRow.id.in_(loan_ids), LoanRow.status == "active")))


def _defaulted(session: Session, loan_ids: Sequence[int], on: date) -> Positions:
    """Loans in default on ``on`` whose borrowers have paid nothing for as long as that takes."""
    days = default_conditions().default_days
    paying = select(RepaymentRow.loan_id).where(
        RepaymentRow.loan_id.in_(loan_ids), RepaymentRow.paid_on > on - timedelta(days), RepaymentRow.amount > 0
    )
    silent = _active(session, loan_ids) - set(session.scalars(paying))
    at = positions(session, on, loan_ids=sorted(silent))
    return at.only(at.days_past_due >= days)


def _chosen(plans: Sequence[PlannedLoan], units: int, random: Random) -> list[PlannedLoan]:
    """``units`` loans out of those of the regions that will have most, the year's largest first.

    One of those who act longer than three years is among them, where there is one: half of a loan is guaranteed then.
    """
    by_region: dict[str, list[PlannedLoan]] = defaultdict(list)
    for plan in plans:
        by_region[plan.region].append(plan)
    within: list[PlannedLoan] = []
    for own in sorted(by_region.values(), key=len, reverse=True):
        if len(within) >= CHOICE * units:
            break
        within += own
    chosen = random.sample(within, min(units, len(within)))
    acting = [plan for plan in within if plan.purpose == "create-cooperative"]
    if acting and not set(acting) & set(chosen):
        chosen[-1:] = acting[:1]
    return chosen
