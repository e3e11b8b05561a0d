"""What the intakes of the registers share: objections to rows, contracts found by number, months that are closed.

An intake compares the rows of a parsed register with what is recorded. A row that is recorded already with the same
facts changes nothing; every other row is either to be committed or has objections, each with the field to blame.
Nothing is written while rows are compared, and all objections are found, so that a lender mends a file once. The
intakes are the modules named so, one for each register; `acceptance` chooses and commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NesieError
from ledger.periods import first_day, states
from lending.microcredits.tables import LoanRow
from lending.microcredits.values import Obstacle, RegisterLine
from lending.registers import words
from lending.registers.columns import Place, PlacedRow


class Objection(NamedTuple):
    """Why a row cannot be accepted: where it stands, the field to blame, the code and values of the words.

    ``refusal`` is what the domain said where registers have no words for it.
    """

    place: Place
    field: str
    code: str
    values: Mapping[str, str] = {}
    refusal: NesieError | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """A register compared with what is recorded.

    ``write`` records the new rows under the id of the register and returns notes for the lender: what came out
    otherwise than the file says, by code, as text. ``told`` is kept with the register beside its counts.
    """

    objections: Sequence[Objection]
    added: int
    unchanged: int
    write: Callable[[int], Mapping[str, Sequence[str]]]
    told: Mapping[str, Any] = field(default_factory=dict)


class ContractRow(PlacedRow, Protocol):
    """A row about a contract that is recorded before."""

    @property
    def contract_number(self) -> str:
        """Number of the contract, with letters unified."""
        ...

    @property
    def contract_date(self) -> date | None:
        """Its date, or nothing where the number tells enough."""
        ...


def refused(place: Place, name: str, error: NesieError) -> Objection:
    """A refusal of the domain as an objection; one that registers have no words for travels with it."""
    if error.code in words.codes():
        return Objection(place, name, error.code, {key: str(value) for key, value in error.values().items()})
    return Objection(place, name, "not-allowed", {"said": str(error)}, error)


def refusals(
    rows: Sequence[PlacedRow], obstacles: Iterable[Obstacle], fields: Mapping[str, str]
) -> Iterator[Objection]:
    """Obstacles to a batch made from ``rows`` as objections; ``fields`` translates names of the domain."""
    for obstacle in obstacles:
        yield refused(rows[obstacle.place].place, fields.get(obstacle.field, obstacle.field), obstacle.error)


def contracts(
    session: Session, lender_id: int, rows: Sequence[ContractRow]
) -> tuple[dict[Place, int], list[Objection]]:
    """The loan each row is about, by its place, and objections to rows whose contract is unknown or unclear."""
    known: defaultdict[str, dict[date, int]] = defaultdict(dict)
    found = select(LoanRow.id, LoanRow.contract_number, LoanRow.contract_date).where(
        LoanRow.lender_id == lender_id, LoanRow.contract_number.in_({row.contract_number for row in rows})
    )
    for loan_id, number, signed_on in session.execute(found):
        known[number][signed_on] = loan_id
    loans: dict[Place, int] = {}
    objections: list[Objection] = []
    for row in rows:
        dated = known[row.contract_number]
        if row.contract_date is None and len(dated) == 1:
            loans[row.place] = next(iter(dated.values()))
        elif row.contract_date in dated:
            loans[row.place] = dated[row.contract_date]
        elif row.contract_date is None and dated:
            objections.append(Objection(row.place, "contract_date", "contract-date-needed"))
        elif dated:
            days = ", ".join(f"{day:%d.%m.%Y}" for day in sorted(dated))
            objections.append(Objection(row.place, "contract_date", "contract-of-another-date", {"days": days}))
        else:
            objections.append(Objection(row.place, "contract_number", "contract-unknown"))
    return loans, objections


def closed_months(session: Session, lender_id: int, rows: Sequence[PlacedRow], name: str) -> Iterator[Objection]:
    """Objections to rows dated, in the field of that ``name``, in a month the lender has closed."""
    state = {
        month: states(session, month, [lender_id]).get(lender_id, "open")
        for month in {first_day(getattr(row, name)) for row in rows}
    }
    for row in rows:
        month = first_day(getattr(row, name))
        if state[month] != "open":
            yield Objection(row.place, name, "month-closed", {"month": f"{month:%Y-%m}"})


def line(register_id: int, row: PlacedRow) -> RegisterLine:
    """Where the facts of a row come from."""
    return RegisterLine(register_id, row.place.row)


def differs(row: PlacedRow, name: str, stored: object) -> Objection:
    """A row that is recorded already, with another value of a field."""
    return Objection(row.place, name, "recorded-otherwise", {"stored": shown(stored)})


def shown(value: object) -> str:
    """A recorded value as a lender would write it."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return "" if value is None else str(getattr(value, "amount", value))
