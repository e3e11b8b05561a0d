"""In which order applications are served: priority by the specialisation map and by the certificate.

An order and nothing more: who stands later is not refused. First come projects that match the map, then holders of
a certificate of completed Bastau training, then the others, each by the day of applying (919-PA-12, 746-LN-05,
746-LN-22). Money that came back is lent again map or no map (746-RV-01): there the map gives no priority.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lending.applications.applications import cases
from lending.applications.maps import Specialisation, matching, specialisations
from lending.applications.states import OPEN
from lending.applications.values import Case
from lending.programmes.application import application_from_json
from lending.programmes.editions import edition
from lending.programmes.facts import facts_of
from lending.programmes.provisions import fitting


@dataclass(frozen=True, slots=True)
class Standing:
    """An application in the queue; ``matches``: the line of the map that gives it priority."""

    case: Case
    matches: Specialisation | None
    certified: bool


def queue(session: Session, lender_id: int, on: date) -> list[Standing]:
    """Open applications to a lender at the close of a day, first to be served first."""
    waiting = [each for each in cases(session, lender_id=lender_id) if each.state in OPEN and each.applied_on <= on]
    return ordered(waiting, specialisations(session, on), on)


def ordered(waiting: Collection[Case], lines: Collection[Specialisation], on: date) -> list[Standing]:
    """Applications in the order they are served under the maps in force on a day."""
    return sorted(
        (standing(each, lines, on) for each in waiting),
        key=lambda each: (each.matches is None, not each.certified, each.case.applied_on, each.case.id),
    )


def standing(of: Case, lines: Collection[Specialisation], on: date) -> Standing:
    """What gives an application priority on a day, by the edition of its agreement."""
    application = application_from_json(of.facts)
    law = edition(application.edition or "")
    known = facts_of([(application, law)])[0].known

    def gives(provision: str) -> bool:
        return any(case.value for case in fitting(law.provision(provision), known).cases[:1])

    found = matching(lines, application.territory.kato, application.oked, on)
    completed = known["certificate"] == "bastau-completion" and gives("priority.certificate")
    return Standing(of, found if gives("priority.map") else None, completed)
