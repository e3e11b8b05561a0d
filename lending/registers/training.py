"""The register of training: one row a person's Bastau training, as far as it has come.

A row that passes is in itself in order: the person is admitted, trained, certified, opens a business, in that order,
and a certificate is told whole. Whether the number is free, and whether the person may be trained again, is decided
by those who know the other trainings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.identifiers import IdNumber
from lending.registers import cells
from lending.registers.columns import Column, Flaw, Place, Register
from lending.registers.row_checks import out_of_order, repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingLine:
    """One training of one person; dates None: not yet."""

    place: Place = field(compare=False)
    iin: IdNumber
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


def _problems(rows: Sequence[TrainingLine]) -> Iterator[Flaw]:
    for row in rows:
        if row.iin.kind != "iin":
            yield Flaw(row.place, "iin", "person-needed")
        for earlier, later in (
            ("admitted_on", "trained_on"), ("trained_on", "certificate_on"), ("admitted_on", "opened_on"),
            ("admitted_on", "launched_on"),
        ):  # fmt: skip
            yield from out_of_order(row, TRAINING.kind, earlier, later)
        certificate = (row.certificate_kind, row.certificate_number, row.certificate_on)
        if any(certificate) and not all((*certificate, row.trained_on)):
            yield Flaw(row.place, "certificate_number", "certificate-unfinished")
    for row, earlier in repeats(rows, lambda row: (row.iin, row.admitted_on)):
        yield Flaw(row.place, "iin", "duplicate-row", {"earlier": earlier})


def _warnings(_: Sequence[TrainingLine]) -> Iterator[Flaw]:
    yield from ()


TRAINING: Register[TrainingLine] = Register(
    kind="training",
    make=TrainingLine,
    problems=_problems,
    warnings=_warnings,
    dated="admitted_on",
    columns=(
        Column("iin", cells.id_number),
        Column("name", cells.text),
        Column("district", cells.kato, required=False),
        Column("admitted_on", cells.day, "date"),
        Column("trained_on", cells.day, "date", required=False),
        Column(
            "certificate_kind", cells.choice("bastau-certificate"), "choice", required=False,
            choices="bastau-certificate",
        ),
        Column("certificate_number", cells.text, required=False),
        Column("certificate_on", cells.day, "date", required=False),
        Column("opened_on", cells.day, "date", required=False),
        Column("launched_on", cells.day, "date", required=False),
        Column("large_family", cells.yes_no, "choice", required=False, default=False, choices="yes-no"),
    ),
    summed="",
)  # fmt: skip
