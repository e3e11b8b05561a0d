"""What the thing an act is about is called, for forms and for checking answers: its number instead of its id.

Each function offers the one thing that is filled in already, as far as it is in sight; where nothing is, or what is not
seen, it offers nothing and the field stays what it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from api.access.actors import Actor
from guarantees.standing import allocations, guarantees
from guarantees.tables import ClaimRow
from lending.microcredits.loans import loans
from reports.report import Text

#: Digits of the largest id.
LONGEST = 18


def named_loan(session: Session, _actor: Actor, values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """The loan: its contract's number and its borrower."""
    found = loans(session, _ids(values, "loan_id"))
    return [(key, f"{each.contract.number}, {each.contract.borrower.name}") for key, each in found.items()]


def named_guarantee(session: Session, _actor: Actor, values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """The guarantee by its number."""
    return [(key, each.number) for key, each in guarantees(session, _ids(values, "guarantee_id")).items()]


def named_allocation(session: Session, _actor: Actor, values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """The allocation by its number."""
    return [(key, each.number) for key, each in allocations(session, _ids(values, "allocation_id")).items()]


def named_claim(session: Session, _actor: Actor, values: Mapping[str, str]) -> Sequence[tuple[int, Text]]:
    """The claim by its number."""
    found = (session.get(ClaimRow, key) for key in _ids(values, "claim_id"))
    return [(each.id, each.number) for each in found if each is not None]


def _ids(values: Mapping[str, str], name: str) -> list[int]:
    given = values.get(name, "")
    return [int(given)] if given.isdecimal() and len(given) <= LONGEST else []
