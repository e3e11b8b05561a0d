"""Land and housing become business property within the edition's term, counted from the contract."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from lending.microcredits.refusals import DatesOutOfOrder
from lending.oversight.change_of_use import ChangeOfUse, DueChange, due_changes, record_change
from lending.oversight.refusals import DoneAlready, NobodyNamed, NotWatched, StillBroken
from lending.oversight.violations import propose
from tests.lending.oversight.world import CHECKER, RECEIVED, Watched, road_map

LAST_DAY, NEXT_DAY = date(2021, 6, 15), date(2021, 6, 16)


def change(watched: Watched, on: date, by: str = CHECKER) -> None:
    """Record that the plot became business property."""
    record_change(
        watched.session,
        ChangeOfUse(
            loan_id=watched.loan_id, cadastral_number="03-045-012-345", changed_on=on, document_kind="act",
            document_number="А-7", checked_by=by,
        ),
    )  # fmt: skip


def test_there_is_a_year(session: Session) -> None:
    """Only land and housing have the duty, and the last day of the year is in time (RM-CR-04)."""
    plot = road_map(session, purpose="buy-land")
    road_map(session)
    assert due_changes(session, LAST_DAY) == [DueChange(plot.loan_id, LAST_DAY, "RM-CR-04", None)]
    [due] = due_changes(session, LAST_DAY)
    assert [due.late(on) for on in (LAST_DAY, NEXT_DAY)] == [False, True]


def test_a_late_change_mends_but_stays_late(session: Session) -> None:
    """A violation is mended once the use has changed; the change of the day after is told as late."""
    plot = road_map(session, purpose="build-housing")
    violation = plot.find("change-of-use", found_on=NEXT_DAY, mend_by=NEXT_DAY)
    with pytest.raises(StillBroken):
        propose(session, violation, "mended", "акт", on=NEXT_DAY, by=CHECKER)
    change(plot, NEXT_DAY)
    assert propose(session, violation, "mended", "акт", on=NEXT_DAY, by=CHECKER)
    assert due_changes(session, date(2021, 12, 31))[0].late(date(2021, 12, 31))


def test_what_is_refused(session: Session) -> None:
    """A loan without the duty, a change before the contract, nobody's name, a second change: refused."""
    plot = road_map(session, purpose="buy-housing")
    with pytest.raises(NotWatched):
        change(road_map(session), LAST_DAY)
    with pytest.raises(DatesOutOfOrder):
        change(plot, date(2020, 6, 14))
    with pytest.raises(NobodyNamed):
        change(plot, RECEIVED, by="")
    change(plot, RECEIVED)
    with pytest.raises(DoneAlready):
        change(plot, RECEIVED)
