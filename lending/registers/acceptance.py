"""Accepting a register: the whole file or nothing of it.

A lender signs a file, so what is recorded equals the file. Every row is compared with what is recorded before
anything is written, and all problems are told at once, placed in the file as those of the reading were; with one
problem left nothing is accepted. The same bytes from the same lender are accepted once: a second time answers with
the first receipt. A rehearsal is this same function in a transaction that the edge rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moneyed import Money
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import Refused
from ledger.locks import lock
from ledger.money import from_tiyn, to_tiyn
from lending.registers.intake import Intake, Objection
from lending.registers.loan_intake import loan_intake
from lending.registers.loan_rules import BY_DEFAULT, LoanStrictness
from lending.registers.payment_intake import payment_intake
from lending.registers.review import REGISTERS, Problem, Review, shown_cell
from lending.registers.specialisation_intake import specialisation_intake
from lending.registers.tables import RegisterRow
from lending.registers.target_use_intake import target_use_intake
from lending.registers.training_intake import training_intake

#: The intakes that ask no programme: all but that of issued loans.
INTAKES: Mapping[str, Callable[[Session, int, Sequence[Any]], Intake]] = {
    "repayments": payment_intake,
    "target-use": target_use_intake,
    "training": training_intake,
    "specialisation": specialisation_intake,
}


@dataclass(eq=False, kw_only=True)
class RegisterNotAccepted(Refused):
    """The file has problems; ``problems`` are all of them, in the order of the file."""

    code = "register-not-accepted"
    sentence = "{filename}: {count} problems were found and nothing was accepted. Mend the rows and upload it again."
    filename: str
    count: int
    problems: Sequence[Problem] = field(default=(), repr=False)

    def values(self) -> dict[str, object]:
        """What the sentence is filled with; the problems are told one by one, not in it."""
        return {"filename": self.filename, "count": self.count}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a register.

    ``added`` rows were new, ``unchanged`` ones recorded before with the same facts. ``repeated``: the same file was
    accepted earlier, at ``accepted_at``, as ``register_id``, and nothing changed now. ``told`` holds what was done
    to read the cells and what came out otherwise than the file says.
    """

    register_id: int
    kind: str
    accepted_at: datetime
    rows: int
    added: int
    unchanged: int
    amount: Money
    repeated: bool
    told: Mapping[str, Any]


def accept(
    session: Session, lender_id: int, review: Review, strictness: LoanStrictness = BY_DEFAULT, *,
    signed_by: Sequence[str] = (),
) -> Receipt:  # fmt: skip
    """Record every row of a register of ``lender_id``, or nothing; ``strictness`` is about issued loans.

    ``signed_by`` are those who answer for it, kept with the register.

    Raises:
        RegisterNotAccepted: with every problem, of the reading and against what is recorded.
    """
    lock(session, "register", [lender_id])
    sha256 = bytes.fromhex(review.sha256)
    before = session.scalar(
        select(RegisterRow).where(
            RegisterRow.organisation_id == lender_id, RegisterRow.kind == review.kind, RegisterRow.sha256 == sha256
        )
    )
    if before is not None:
        return _receipt(before, repeated=True)
    intake = _intake(session, lender_id, review, strictness)
    problems = _in_order(review, [*review.problems, *(_placed(review, each) for each in intake.objections)])
    if problems:
        raise RegisterNotAccepted(filename=review.filename, count=len(problems), problems=problems)
    row = RegisterRow(
        organisation_id=lender_id, kind=review.kind, file_name=review.filename, sha256=sha256, rows=len(review.rows),
        amount=_control_sum(review), command_id=session.info.get("command_id"),
        told=_told(review, intake, signed_by),
    )  # fmt: skip
    session.add(row)
    session.flush()
    notes = {code: list(lines) for code, lines in intake.write(row.id).items() if lines}
    return _receipt(row, repeated=False, notes=notes)


def _intake(session: Session, lender_id: int, review: Review, strictness: LoanStrictness) -> Intake:
    rows: Sequence[Any] = review.rows
    if review.kind == "issued-loans":
        return loan_intake(session, lender_id, rows, strictness)
    return INTAKES[review.kind](session, lender_id, rows)


def _control_sum(review: Review) -> int:
    """Tiyn in the column that the register adds up, if it has one."""
    summed = REGISTERS[review.kind].summed
    return sum(to_tiyn(getattr(each, summed)) for each in review.rows) if summed else 0


def _told(review: Review, intake: Intake, signed_by: Sequence[str]) -> dict[str, Any]:
    days = [getattr(row, REGISTERS[review.kind].dated) for row in review.rows]
    return {
        "signed_by": list(signed_by),
        "first_on": min(days).isoformat(),
        "last_on": max(days).isoformat(),
        "transformations": dict(review.transformations),
        "warnings": [
            {"code": each.code, "sheet": each.sheet, "row": each.row, "found": each.found} for each in review.warnings
        ],
        "added": intake.added,
        "unchanged": intake.unchanged,
        **intake.told,
    }


def _receipt(row: RegisterRow, *, repeated: bool, notes: Mapping[str, Sequence[str]] | None = None) -> Receipt:
    return Receipt(
        register_id=row.id, kind=row.kind, accepted_at=row.recorded_at, rows=row.rows, added=row.told["added"],
        unchanged=row.told["unchanged"], amount=from_tiyn(row.amount), repeated=repeated,
        told={**row.told, **(notes or {})},
    )  # fmt: skip


def _placed(review: Review, objection: Objection) -> Problem:
    """An objection as a problem of the file, with its column, heading and what stands in the cell."""
    place, name, code, values, refusal = objection
    header = review.headers[place.sheet]
    column = header.columns.get(name)
    sheet = next(each for each in review.file.sheets if each.name == place.sheet)
    cells = sheet.rows[place.row - 1]
    found = cells[column - 1] if column and column <= len(cells) else None
    return Problem(
        code=code, sheet=place.sheet, row=place.row, column=column, title=header.titles.get(column or 0, ""),
        found=shown_cell(found), values=values, refusal=refusal,
    )  # fmt: skip


def _in_order(review: Review, problems: Sequence[Problem]) -> list[Problem]:
    order = {name: number for number, name in enumerate(review.headers)}
    return sorted(problems, key=lambda each: (order.get(each.sheet, 0), each.row or 0, each.column or 0))
