"""Where the page of a thing is: references like ``loan:17`` as addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_IN_PATH = re.compile(r"\{\w+\}")
#: Address of the page of each kind of thing that has one, as its route has it.
PLACES = {
    "loan": "/loans/{loan_id}",
    "case": "/cases/{loan_id}",
    "facility": "/facilities/{facility_id}",
    "lot": "/lots/{lot_id}",
    "violation": "/violations/{violation_id}",
    "guarantee": "/guarantees/{guarantee_id}",
    "allocation": "/allocations/{allocation_id}",
    "guarantee-application": "/guarantee-applications/{loan_id}",
    "claim": "/claims/{claim_id}",
    "transfer": "/commission-transfers/{transfer_id}",
    "recovery": "/recoveries/{recovery_id}",
    "application": "/applications/{application_id}",
    "register": "/registers/{register_id}",
    "upload": "/registers/uploads/{upload_id}",
    "subsidy": "/subsidies/{subsidy_id}",
    "grant": "/grants/{grant_id}",
    "approval": "/approvals/{approval_id}",
    "submission": "/submissions/{submission_id}",
    "entry": "/entries/{entry_id}",
    "bank-line": "/bank/lines/{line_id}",
    "bank-statement": "/bank-lines?statement={statement_id}",
}


#: Acts whose form is a page of its own; the others share one.
FORMS = {"loans.conclude": "/loans/new", "bank.take-in": "/bank/upload"}


def form_of(act: str) -> str:
    """The address of the form of an act."""
    return FORMS.get(act, f"/acts/{act}")


def place(reference: str) -> str | None:
    """The address of the page of ``reference``, or None where it has none."""
    kind, _, number = reference.partition(":")
    return _IN_PATH.sub(number, PLACES[kind]) if kind in PLACES and number else None


def route(reference: str) -> str | None:
    """The route of the page of ``reference``, as the access matrix names it."""
    kind = reference.partition(":")[0]
    return f"GET {PLACES[kind].partition('?')[0]}" if kind in PLACES else None


def made(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What an act made or was about and that has a page: kind, number and address of each, by its result."""
    things = [(name.removesuffix("_id"), str(value)) for name, value in result.items() if name.endswith("_id")]
    return [(kind, number, at) for kind, number in things if (at := place(f"{kind}:{number}"))]
