"""Support money in the demo: operating subsidies of MFOs once a year, and state grants to participants.

In November ACC confirms the tranches that are wholly lent, in December the commission decides and the akimat pays;
money lent again is left out by the service itself. Grants go out through the year, to people who have no loan here,
and what they bought is looked at half a year later. The random source is its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.demo.calibration import Calibration
from api.demo.law import LAW
from api.demo.portfolio import person
from ledger.identifiers import IdNumber
from ledger.money import from_tiyn, tenge
from ledger.organisations import Organisation
from ledger.periods import last_day
from ledger.unit_of_work import perform
from lending.programmes.mci import mci
from lending.programmes.months import add_months
from lending.programmes.support_terms import grant_terms
from lending.support import grants, subsidies
from lending.support.sheets import open_tranches
from lending.support.values import (
    Award,
    Confirmation,
    Document,
    JournalEntry,
    Opinion,
    PaymentOrder,
    SubsidyDecision,
    Use,
)

OPERATOR, CHAIR, TREASURER, DIRECTOR, ADVISER = "Әлиев Д.", "Қалиева М.", "Ержанов С.", "Омарова Р.", "Исаев Т."
#: Months in which grants are awarded, and the months until a grantee is visited.
AWARDED_IN, VISITED_AFTER = range(3, 12), 6
#: What the subsidy commission grants of the most there is.
GRANTED = (1.0, 1.0, 0.8)


@dataclass(slots=True)
class Supporting:
    """Who is still to be paid, awarded or visited.

    ``awards`` is how many grants go out by year, ``visits`` are grants by the month of the visit, ``confirmed``
    subsidies with their ceilings in tiyn.
    """

    random: Random
    awards: Mapping[int, int]
    regions: Mapping[str, int]
    visits: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))
    confirmed: dict[int, int] = field(default_factory=dict)
    awarded: int = 0

    @classmethod
    def planned(cls, calibration: Calibration, loans: int, seed: int) -> Supporting:
        """The support that goes with a programme of ``loans`` fresh loans."""
        scale = calibration.scale(loans) * calibration.grants_played
        awards = {
            year: max(1, round(units * scale))
            for year, units in zip(calibration.years, calibration.grants, strict=True)
        }
        source = Random(f"support {seed}")  # noqa: S311 - a story, not a secret
        return cls(source, awards, calibration.streams["rural"].regions)

    def play(self, engine: Engine, organisations: Mapping[str, Organisation], month: date) -> None:
        """Play one month, after its loans are paid out and its repayments taken in."""

        def work(session: Session) -> None:
            if month.month == 11:
                self._confirm(session, last_day(month))
            if month.month == 12:
                self._pay(session, month)
            if month.month in AWARDED_IN:
                self._award(session, organisations, month)
            for grant_id in self.visits.pop(month, []):
                self._visit(session, grant_id, month.replace(day=18))

        perform(engine, work)

    def _confirm(self, session: Session, on: date) -> None:
        for tranche in open_tranches(session):
            report = Document("utilisation-report", f"{tranche.facility}/{tranche.lot_id}", tranche.moved_on)
            told = Confirmation(lot_id=tranche.lot_id, confirmed_on=on, confirmed_by=OPERATOR, documents=[report])
            confirmed = subsidies.confirm(session, told)
            self.confirmed[confirmed.id] = confirmed.ceiling

    def _pay(self, session: Session, month: date) -> None:
        for subsidy_id, ceiling in self.confirmed.items():
            granted = from_tiyn(round(ceiling * self.random.choice(GRANTED)))
            decision = SubsidyDecision(
                number=f"СК-{month.year}-{subsidy_id}", decided_on=month.replace(day=10), decided_by=CHAIR,
                amount=granted,
            )  # fmt: skip
            subsidies.decide(session, subsidy_id, decision)
            order = PaymentOrder(number=f"П-{subsidy_id}", paid_on=month.replace(day=20), paid_by=TREASURER)
            subsidies.pay(session, subsidy_id, order)
        self.confirmed.clear()

    def _award(self, session: Session, organisations: Mapping[str, Organisation], month: date) -> None:
        """The month's part of the year's grants: awarded and paid, with a visit to come."""
        told, of, year = month.month - AWARDED_IN[0], len(AWARDED_IN), self.awards[month.year]
        for _ in range(year * (told + 1) // of - year * told // of):
            self.awarded += 1
            [region] = self.random.choices(list(self.regions), list(self.regions.values()))
            award = self._wanted(organisations[f"akimat-{region[:2]}"].id, month)
            order = PaymentOrder(number=f"Г-{self.awarded}", paid_on=month.replace(day=26), paid_by=DIRECTOR)
            paid = grants.pay(session, grants.award(session, award).id, order)
            self.visits[add_months(month, VISITED_AFTER)].append(paid.id)

    def _wanted(self, payer_id: int, month: date) -> Award:
        terms = grant_terms(LAW.id)
        assert terms is not None, "the edition has grants"
        iin, name = person(self.random)
        ground = self.random.choice((*terms.trained.value, *terms.trained.value, *terms.untrained.value))
        proof = Document(f"{ground}-proof", f"{self.awarded}", month.replace(day=2))
        trained = ground in terms.trained.value
        decided_on = month.replace(day=16)
        most = terms.amount_mci.value * mci(decided_on)
        use = Use(self.random.choice(terms.uses.value), tenge(int(most * self.random.uniform(0.6, 1)) // 1000 * 1000))
        opinion = Opinion(document=Document("opinion", f"{self.awarded}", month.replace(day=9)), favourable=True)
        return Award(
            edition=LAW.id, payer_id=payer_id, id_number=IdNumber(iin), name=name, ground=ground,
            training=proof if trained else None, status=None if trained else proof,
            support_checked_on=month.replace(day=5), earlier_support=(), opinion=opinion, uses=(use,),
            fund_source=self.random.choice(("republican", "local")), number=f"Г-{month.year}-{self.awarded}",
            decided_on=decided_on, decided_by=DIRECTOR, centre="Халықты жұмыспен қамту орталығы",
        )  # fmt: skip

    def _visit(self, session: Session, grant_id: int, on: date) -> None:
        """The grantee shows what was bought: nearly always for all of the money."""
        amount = grants.grant(session, grant_id).amount
        proved = round(amount * self.random.choice((1, 1, 1, 0.7)))
        grants.accompany(session, grant_id, JournalEntry(
            visited_on=on, visited_by=ADVISER, remark="Бизнес жұмыс істеп тұр", spent=from_tiyn(proved),
            documents=(Document("receipt", f"{grant_id}", on),),
        ))  # fmt: skip
