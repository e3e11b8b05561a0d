"""People trained under Bastau, as chambers tell of them, and what became of them, joined by IIN.

A chamber tells of a training again and again as it goes on; what was told once is only added to. A certificate has a
number of its own in the whole country, and nobody is trained twice within three years (rules of teaching, ¶26, ¶29).
Whether a person received a microcredit is asked of the loans, not told by the chamber.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from moneyed import Money
from sqlalchemy import ColumnElement, func, insert, or_, select, true
from sqlalchemy.orm import Session

from ledger.errors import Conflict, NesieError, Refused
from ledger.locks import lock
from ledger.money import from_tiyn
from lending.applications.tables import TrainingRow
from lending.microcredits.tables import BorrowerRow, DisbursementRow, LoanRow
from lending.microcredits.values import Obstacle, RegisterLine
from lending.programmes.months import add_months
from lending.programmes.training import training_terms


@dataclass(eq=False, kw_only=True)
class CertificateTaken(Conflict):
    """A certificate number that another training has."""

    code = "certificate-taken"
    sentence = "Certificate {certificate} belongs to another training. Correct the number."
    certificate: str


@dataclass(eq=False, kw_only=True)
class TrainedTooSoon(Refused):
    """A second training of a person before the years between are over."""

    code = "trained-too-soon"
    sentence = (
        "The person was admitted to training on {other}; another may begin on {expected} ({clause}), found {found}. "
        "Correct the date or leave the row out."
    )
    other: str
    expected: str
    found: str
    clause: str


Key = tuple[int, str, date]
#: Which training each certificate was given for.
Owners = dict[str, Key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training of one person. ``organisation_id`` is the chamber; dates None: not yet, or not told.

    ``large_family``: member of a low-income or large family, accompanied for longer.
    """

    organisation_id: int
    iin: str
    name: str
    district: str | None
    admitted_on: date
    trained_on: date | None
    certificate_kind: str | None
    certificate_number: str | None
    certificate_on: date | None
    opened_on: date | None
    launched_on: date | None
    large_family: bool
    line: RegisterLine | None = field(default=None, compare=False)

    @property
    def key(self) -> Key:
        """What makes it this training and no other."""
        return self.organisation_id, self.iin, self.admitted_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A training and what followed: the first microcredit since, and the last day of accompaniment."""

    training: Training
    credited_on: date | None
    credit: Money | None
    accompanied_until: date | None


def trainings(session: Session, iins: Collection[str] | None = None) -> dict[Key, Training]:
    """Trainings of these people, or all, as last told, by `Training.key`, in the order they were first told."""
    return _trainings(session, true() if iins is None else TrainingRow.iin.in_(iins))


def certificate(session: Session, number: str) -> Training | None:
    """The training that a certificate was given for."""
    return next(iter(_trainings(session, TrainingRow.certificate_number == number).values()), None)


def certified(session: Session, iin: str, on: date) -> Training | None:
    """The last training of a person that had ended with a certificate by a day, that day included."""
    own = [
        each
        for each in trainings(session, [iin]).values()
        if each.certificate_on is not None and each.certificate_on <= on
    ]
    return max(own, key=lambda each: each.certificate_on or date.min, default=None)


def obstacles(session: Session, told: Sequence[Training]) -> list[Obstacle]:
    """What stands against each training told: a certificate of another's, another training too near."""
    lock(session, "training", [0])
    numbers = {each.certificate_number for each in told if each.certificate_number}
    people = {each.iin for each in told}
    known = _trainings(session, or_(TrainingRow.iin.in_(people), TrainingRow.certificate_number.in_(numbers)))
    owners: Owners = {each.certificate_number: each.key for each in known.values() if each.certificate_number}
    dated: dict[str, list[date]] = {}
    for each in known.values():
        dated.setdefault(each.iin, []).append(each.admitted_on)
    found: list[Obstacle] = []
    for place, each in enumerate(told):
        found += [Obstacle(place, name, error) for name, error in _against(each, owners, dated)]
        if each.certificate_number:
            owners.setdefault(each.certificate_number, each.key)
        dated.setdefault(each.iin, []).append(each.admitted_on)
    return found


def _against(each: Training, owners: Owners, dated: Mapping[str, Collection[date]]) -> Iterator[tuple[str, NesieError]]:
    number = each.certificate_number
    if number and owners.get(number, each.key) != each.key:
        yield "certificate_number", CertificateTaken(certificate=number)
    repeat = training_terms()["repeat_months"]
    for other in dated.get(each.iin, ()):
        first, second = sorted((other, each.admitted_on))
        if first != second and second < add_months(first, repeat.value):
            yield (
                "admitted_on",
                TrainedTooSoon(
                    other=str(other), expected=str(add_months(first, repeat.value)), found=str(each.admitted_on),
                    clause=repeat.clause,
                ),
            )  # fmt: skip
            return


def record(session: Session, told: Sequence[Training]) -> None:
    """Write what is told; ask `obstacles` before."""
    if told:
        session.execute(insert(TrainingRow), [_row(each) for each in told])


def participants(session: Session, on: date, iins: Collection[str] | None = None) -> list[Participant]:
    """Trainings with what followed by the close of a day: admitted, trained, certified, opened, credited."""
    found = [each for each in trainings(session, iins).values() if each.admitted_on <= on]
    paid = _credits(session, {each.iin for each in found}, on)
    return [
        _participant(each, [credit for credit in paid.get(each.iin, ()) if credit[0] >= each.admitted_on])
        for each in found
    ]


def _participant(each: Training, received: Sequence[tuple[date, int]]) -> Participant:
    credited_on, tiyn = received[0] if received else (None, None)
    terms = training_terms()
    until = None
    if credited_on is not None:
        long = each.large_family and each.launched_on is not None
        start, name = (each.launched_on, "accompaniment_months_large_family") if long else (credited_on, _USUAL)
        until = add_months(start or credited_on, terms[name].value)
    return Participant(
        training=each, credited_on=credited_on, credit=None if tiyn is None else from_tiyn(tiyn),
        accompanied_until=until,
    )  # fmt: skip


_USUAL = "accompaniment_months"


def _credits(session: Session, iins: Collection[str], on: date) -> dict[str, list[tuple[date, int]]]:
    """Days and tiyn of the microcredits paid out to people by a day, oldest first."""
    rows = session.execute(
        select(BorrowerRow.id_number, DisbursementRow.paid_on, func.sum(DisbursementRow.amount))
        .join(LoanRow, LoanRow.borrower_id == BorrowerRow.id)
        .join(DisbursementRow, DisbursementRow.loan_id == LoanRow.id)
        .where(BorrowerRow.id_number.in_(iins), DisbursementRow.paid_on <= on)
        .group_by(BorrowerRow.id_number, LoanRow.id, DisbursementRow.paid_on)
        .having(func.sum(DisbursementRow.amount) > 0)
        .order_by(DisbursementRow.paid_on, LoanRow.id)
    )
    found: dict[str, list[tuple[date, int]]] = {}
    for iin, paid_on, tiyn in rows:
        found.setdefault(iin, []).append((paid_on, int(tiyn)))
    return found


_FIELDS = tuple(name for name in Training.__slots__ if name != "line")


def _trainings(session: Session, which: ColumnElement[bool]) -> dict[Key, Training]:
    """Trainings of which some row is among ``which``, as last told."""
    keys = select(TrainingRow.organisation_id, TrainingRow.iin, TrainingRow.admitted_on).where(which).distinct()
    wanted = keys.subquery()
    rows = session.scalars(
        select(TrainingRow)
        .join(
            wanted,
            (wanted.c.organisation_id == TrainingRow.organisation_id)
            & (wanted.c.iin == TrainingRow.iin)
            & (wanted.c.admitted_on == TrainingRow.admitted_on),
        )
        .order_by(TrainingRow.id)
    )
    found: dict[Key, Training] = {}
    for row in rows:
        each = Training(
            **{name: getattr(row, name) for name in _FIELDS}, line=RegisterLine(row.register_id, row.register_row)
        )
        found[each.key] = each
    return found


def _row(each: Training) -> dict[str, Any]:
    assert each.line is not None, "a training is told by a register"
    told = asdict(each)
    del told["line"]
    return told | {"register_id": each.line.register_id, "register_row": each.line.row}
