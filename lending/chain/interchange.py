"""Traces as JSON: what ``nesie trace`` prints for machines and the HTTP API answers.

Amounts are tenge as decimal strings, dates ISO strings, organisations their codes; loans and facilities are named by
references like ``loan:17``. Nothing is left out here: who may read which branch is decided where it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger.errors import BadInput
from lending.chain.pools import Lot
from lending.chain.trace import Source, Spread

#: Codes of organisations by id.
Names = Mapping[int, str]
REFERENCE = re.compile(r"(loan|facility):(\d{1,18})", re.ASCII)


@dataclass(eq=False, kw_only=True)
class NotTraceable(BadInput):
    """A text that names no loan and no facility."""

    code = "not-traceable"
    sentence = "Expected loan:17 or facility:3; found {found}."
    found: str


def read_reference(text: str) -> tuple[str, int]:
    """What ``loan:17`` or ``facility:3`` names: the kind of thing and its id.

    Raises:
        NotTraceable: anything else.
    """
    found = REFERENCE.fullmatch(text)
    if found is None:
        raise NotTraceable(found=text)
    return found[1], int(found[2])


def source_to_json(source: Source, names: Names) -> dict[str, Any]:
    """A lot that money came from, with everything above it."""
    return {
        "amount": _plain(source.amount), "agreement": source.agreement, "lender": names[source.lender_id],
        "borrower": names[source.borrower_id], **_lot_json(source.lot),
        "returned_from": {f"loan:{loan}": _plain(tiyn) for loan, tiyn in source.returned_from.items()},
        "sources": [source_to_json(each, names) for each in source.sources],
    }  # fmt: skip


def spread_to_json(spread: Spread, names: Names) -> dict[str, Any]:
    """A facility, its lots with where their money went, and the facilities below it."""
    facility = spread.facility
    return {
        "facility": facility.id, "agreement": facility.number, "link": facility.link,
        "lender": names[facility.lender_id], "borrower": names[facility.borrower_id],
        "amount": _plain(facility.amount),
        "lots": [
            {
                **_lot_json(use.lot), "received": _plain(use.received), "returned": _plain(use.returned),
                "to_facilities": {f"facility:{child}": _plain(tiyn) for child, tiyn in use.to_facilities.items()},
                "to_loans": {f"loan:{loan}": _plain(tiyn) for loan, tiyn in use.to_loans.items()},
                "repaid": _plain(use.repaid), "budget": _plain(use.budget), "on_hand": _plain(use.on_hand),
                "owed": _plain(use.owed),
            }
            for use in spread.lots
        ],
        "children": [spread_to_json(child, names) for child in spread.children],
    }  # fmt: skip


def _plain(tiyn: int) -> str:
    return f"{tiyn // 100}.{tiyn % 100:02d}"


def _lot_json(lot: Lot) -> dict[str, Any]:
    return {
        "lot": lot.id, "kind": lot.kind, "turn": lot.turn, "financial_year": lot.financial_year,
        "arrived_on": lot.arrived_on.isoformat(),
        "usable_until": lot.usable_until.isoformat() if lot.usable_until else None,
    }  # fmt: skip
