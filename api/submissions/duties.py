"""Which organisation holds which duty to report, when it falls due, and to whom it goes.

Programmes name parties; here they are kinds of organisations. Receivers are looked for along the money: whoever lends
to the sender, directly or further up, and the ministry. After the last edition has lapsed its duties go on, for loans
under it do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger.organisations import Organisation, organisations
from ledger.periods import first_day, last_day
from lending.programmes.editions import editions
from reports.deadlines import Deadline, Due, deadlines, due_dates

#: Kinds of organisations that stand for a party of the programmes. Of the ministries only the one that everything goes
#: to in the end is an organisation here; what the others owe each other is no business of these books.
PARTIES: Mapping[str, frozenset[str]] = {
    "mfo": frozenset({"mfo"}), "credit-partnership": frozenset({"credit-partnership"}), "bank": frozenset({"bank"}),
    "ffsa": frozenset({"ffsa"}), "operator": frozenset({"operator"}), "acc": frozenset({"operator"}),
    "damu": frozenset({"operator"}), "programme-operator": frozenset({"operator"}), "akimat": frozenset({"akimat"}),
    "akimat-agriculture": frozenset({"akimat"}), "akimat-enterprise": frozenset({"akimat"}),
    "akimat-employment": frozenset({"akimat"}), "employment-centre": frozenset({"akimat"}),
    "authorised-body": frozenset({"budget"}), "ministry-labour": frozenset({"budget"}),
}  # fmt: skip

#: Organisations that money connects with one: up to the treasury, and down to the lenders.
CONNECTED = text("""
    WITH RECURSIVE up (id) AS (
        SELECT id FROM facility WHERE :me IN (lender_id, borrower_id)
        UNION SELECT f.parent_id FROM facility f JOIN up USING (id) WHERE f.parent_id IS NOT NULL
    ), down (id) AS (
        SELECT id FROM facility WHERE :me IN (lender_id, borrower_id)
        UNION SELECT f.id FROM facility f JOIN down ON f.parent_id = down.id
    )
    SELECT DISTINCT unnest(ARRAY[lender_id, borrower_id]) AS id FROM facility
    WHERE id IN (SELECT id FROM up) OR id IN (SELECT id FROM down)
""")


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that falls due: the duty, the period it is on, and the last day it is in time."""

    deadline: Deadline
    due: Due

    @property
    def key(self) -> tuple[str, str]:
        """Rule and period, as submissions name them."""
        return self.deadline.rule, str(self.due.period)


def kinds_of(parties: Collection[str]) -> frozenset[str]:
    """The kinds of organisations that stand for any of the parties."""
    return frozenset(kind for party in parties for kind in PARTIES.get(party, ()))


def connected(session: Session, organisation_id: int) -> list[Organisation]:
    """The organisations along the money of one, itself among them; ``session`` sees everything."""
    ids = {*session.scalars(CONNECTED, {"me": organisation_id}), organisation_id}
    return [each for each in organisations(session) if each.id in ids]


def senders(deadline: Deadline, among: Collection[Organisation]) -> list[Organisation]:
    """Those of the organisations that owe the report."""
    kinds = kinds_of(deadline.senders)
    return [each for each in among if each.kind in kinds]


def receivers(deadline: Deadline, sender: Organisation, among: Collection[Organisation]) -> list[Organisation]:
    """Those of the organisations connected with ``sender`` that its report goes to."""
    kinds = kinds_of(deadline.receivers)
    return [each for each in among if each.kind in kinds and each.id != sender.id]


def in_force(on: date) -> frozenset[str]:
    """Ids of the editions in force on a day; after all have lapsed, of the last to lapse."""
    known = editions().values()
    now = frozenset(each.id for each in known if each.effective_from <= on <= each.effective_to)
    if now:
        return now
    lapsed = [each.effective_to for each in known if each.effective_to < on]
    return frozenset(each.id for each in known if lapsed and each.effective_to == max(lapsed))


def owed_in(month: date) -> list[Owed]:
    """Every report that falls due in the month of ``month``, by day and rule."""
    first, last = first_day(month), last_day(month)
    return sorted(
        (each for each in _of_years(first.year - 1, first.year) if first <= each.due.due_on <= last),
        key=lambda each: (each.due.due_on, each.deadline.rule),
    )


def _of_years(*years: int) -> Iterator[Owed]:
    for deadline in deadlines():
        for year in years:
            for due in due_dates(deadline, year):
                if deadline.programme in in_force(due.period.end):
                    yield Owed(deadline, due)
