"""Who is served first: the map, then the certificate of completion, then the day of applying."""

from datetime import date

from sqlalchemy.orm import Session

from lending.applications.maps import Specialisation, matching
from lending.applications.queue import ordered, queue
from lending.registers.acceptance import accept
from tests.lending.applications.path import APPLIED, lending, walk
from tests.lending.registers.workbooks import good, review

PLACE = {"type": "rural", "kato": "113241100"}
COMPLETED = {"kind": "bastau-completion", "issued_on": "2019-02-01", "number": None}
MAP = Specialisation(
    organisation_id=1, year=2019, district="113200000", oked="01.4", approver="chamber",
    valid_from=date(2019, 2, 20), valid_until=date(2020, 2, 19),
)  # fmt: skip


def test_order_of_the_queue(session: Session) -> None:
    """A match comes before a certificate, a certificate before an earlier day, and an earlier day before a later."""
    own = lending(session)
    late = own.file(applied_on=date(2019, 3, 16))
    early = own.file()
    trained = own.file(certificate=COMPLETED, applied_on=date(2019, 3, 17))
    matched = own.file(territory=PLACE, applied_on=date(2019, 3, 18))
    found = ordered([late, early, trained, matched], [MAP], APPLIED)
    assert [each.case for each in found] == [matched, trained, early, late]


def test_returned_money_knows_no_map(session: Session) -> None:
    """Money that came back is lent again map or no map (746-RV-01)."""
    own = lending(session)
    first, second = own.file(source="returned"), own.file(source="returned", territory=PLACE)
    assert [each.case for each in ordered([second, first], [MAP], APPLIED)] == [first, second]


def test_a_participation_gives_no_priority(session: Session) -> None:
    """Only the certificate of completion does (746-LN-23)."""
    own = lending(session)
    first, second = own.file(), own.file(certificate={**COMPLETED, "kind": "bastau-participation"})
    assert [each.certified for each in ordered([first, second], [], APPLIED)] == [False, False]


def test_a_map_is_imported_and_used(session: Session) -> None:
    """Lines come by a register, once; the queue uses those in force on the day."""
    own = lending(session)
    file = review("specialisation", good("specialisation"))
    assert accept(session, own.lender_id, file).added == 1
    again = review("specialisation", good("specialisation"), good("specialisation", oked="01.45"))
    assert accept(session, own.lender_id, again).added == 1
    own.file()
    matched = own.file(territory=PLACE)
    assert queue(session, own.lender_id, APPLIED)[0].case == matched
    assert queue(session, own.lender_id, date(2020, 2, 20))[0].matches is None


def test_only_open_applications_wait(session: Session) -> None:
    """Who was refused or paid out stands in no queue, and who has not applied yet neither."""
    own = lending(session)
    walk(session, own.file(), ("take-up", "refuse"))
    own.paid_out()
    own.file(applied_on=date(2019, 3, 16))
    assert queue(session, own.lender_id, APPLIED) == []


def test_a_line_matches_place_activity_and_day() -> None:
    """A district holds its okrugs, a group of activities its members, and both days are included."""
    assert matching([MAP], "113241100", "01.41", date(2020, 2, 19)) == MAP
    for kato, oked, on in (
        ("113300000", "01.41", APPLIED), ("113241100", "01.13", APPLIED), ("113241100", "01.41", date(2020, 2, 20)),
        (None, "01.41", APPLIED), ("113241100", None, APPLIED),
    ):  # fmt: skip
        assert matching([MAP], kato, oked, on) is None
