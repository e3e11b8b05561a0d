"""People trained under Bastau: told by chambers in registers, never twice within three years, joined by IIN."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.money import tenge
from ledger.organisations import register_organisation
from lending.applications.participants import certified, participants, trainings
from lending.applications.refusals import CertificateOtherwise
from lending.registers.acceptance import Receipt, RegisterNotAccepted, accept
from tests.lending.applications.path import APPLIED, OPENED, lending
from tests.lending.microcredits.lender import iin
from tests.lending.registers.workbooks import good, review

PERSON = "850315400124"
DATES = ("trained_on", "certificate_kind", "certificate_number", "certificate_on")


def chamber(session: Session, code: str = "rce-11") -> int:
    """A chamber of entrepreneurs."""
    return register_organisation(
        session, code=code, kind="chamber", name_kk=code, name_ru=code, name_en=code, opened_on=OPENED
    ).id


def told(session: Session, own: int, **changes: Any) -> Receipt:
    """Accept a register of one training."""
    return accept(session, own, review("training", good("training", **changes)))


def refused(session: Session, own: int, **changes: Any) -> list[str]:
    """Codes of what stands against a register of one training."""
    with pytest.raises(RegisterNotAccepted) as error:
        told(session, own, **changes)
    return [problem.code for problem in error.value.problems]


def test_a_training_is_told(session: Session) -> None:
    """Who was admitted, trained and certified is there, by the person's number."""
    own = chamber(session)
    receipt = told(session, own)
    assert (receipt.added, receipt.amount) == (1, tenge(0))
    found = certified(session, PERSON, date(2019, 2, 28))
    assert found
    assert (found.certificate_kind, found.certificate_number) == ("bastau-completion", "BB-2019-000017")
    assert certified(session, PERSON, date(2019, 2, 27)) is None


def test_what_was_told_is_added_to(session: Session) -> None:
    """A later register fills in what was blank; the same again changes nothing."""
    own = chamber(session)
    told(session, own, **dict.fromkeys(DATES))
    assert told(session, own).added == 1
    assert told(session, own, name="Әлия Қ. Қасымова").added == 1
    [found] = trainings(session, [PERSON]).values()
    assert found.certificate_number == "BB-2019-000017"


def test_what_was_told_is_not_taken_back(session: Session) -> None:
    """Another certificate number for the same training is a problem."""
    own = chamber(session)
    told(session, own)
    assert refused(session, own, certificate_number="BB-2019-000018") == ["recorded-otherwise"]


def test_a_certificate_is_given_once(session: Session) -> None:
    """The number of another person's certificate is refused, whichever chamber tells it."""
    told(session, chamber(session))
    assert refused(session, chamber(session, "rce-19"), iin=str(iin(5))) == ["certificate-taken"]


@pytest.mark.parametrize(("admitted_on", "codes"), [(date(2022, 1, 31), ["trained-too-soon"]), (date(2022, 2, 1), [])])
def test_nobody_is_trained_twice_within_three_years(session: Session, admitted_on: date, codes: list[str]) -> None:
    """Three years after the admission, to the day, another training may begin."""
    own = chamber(session)
    told(session, own)
    again: dict[str, Any] = dict.fromkeys(DATES) | {"admitted_on": admitted_on}
    if codes:
        assert refused(session, own, **again) == codes
    else:
        assert told(session, own, **again).added == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"trained_on": date(2019, 1, 31)}, "date-too-early"),
        ({"certificate_number": None}, "certificate-unfinished"),
        ({"iin": "081040014026"}, "person-needed"),
    ],
)
def test_a_row_is_in_order(session: Session, changes: dict[str, Any], code: str) -> None:
    """Dates follow one another, a certificate is told whole, a participant is a person."""
    assert code in refused(session, chamber(session), **changes)


def test_a_certificate_is_joined_to_the_application(session: Session) -> None:
    """An applicant who shows no certificate has the one that the chamber registered."""
    own = lending(session)
    person = {"id_number": PERSON, "kind": "individual-entrepreneur"}
    told(session, chamber(session))
    filed = own.file(borrower=person, certificate=None)
    assert filed.facts["certificate"]["kind"] == "bastau-completion"


def test_another_person_s_certificate_is_refused(session: Session) -> None:
    """A number that the chamber gave to somebody else is no certificate of the applicant's."""
    told(session, chamber(session))
    shown = {"kind": "bastau-completion", "number": "BB-2019-000017", "issued_on": "2019-02-28"}
    with pytest.raises(CertificateOtherwise, match=PERSON):
        lending(session).file(certificate=shown)


def test_the_microcredit_is_found_by_the_number_of_the_person(session: Session) -> None:
    """What a participant received, and until when the project is accompanied: twelve months from the money."""
    told(session, chamber(session), opened_on=date(2019, 3, 1))
    person = {
        "id_number": PERSON, "kind": "individual-entrepreneur", "size": "micro", "tax_registered": True,
        "registered_on": "2019-03-01",
    }  # fmt: skip
    lending(session).paid_out(start_up=True, borrower=person, certificate=None)
    [found] = participants(session, date(2019, 12, 31), [PERSON])
    assert (found.credited_on, found.credit) == (APPLIED, tenge(3_000_000))
    assert found.accompanied_until == date(2020, 3, 15)


def test_large_families_are_accompanied_for_longer(session: Session) -> None:
    """Eighteen months from the launch of the project."""
    told(session, chamber(session), launched_on=date(2019, 4, 10), large_family="да")
    person = {"id_number": PERSON, "kind": "individual-entrepreneur", "size": "micro", "tax_registered": True}
    lending(session).paid_out(borrower=person, certificate=None)
    [found] = participants(session, date(2019, 12, 31), [PERSON])
    assert found.accompanied_until == date(2020, 10, 10)


def test_who_received_nothing_is_not_accompanied(session: Session) -> None:
    """Without financing there is nothing to accompany."""
    told(session, chamber(session))
    [found] = participants(session, date(2019, 12, 31))
    assert (found.credited_on, found.credit, found.accompanied_until) == (None, None, None)
