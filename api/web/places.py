"""Where the page of a thing is: references like ``loan:17`` as addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Address of the page of each kind of thing that has one.
PLACES = {
    "loan": "/loans/{id}",
    "case": "/cases/{id}",
    "facility": "/facilities/{id}",
    "violation": "/violations/{id}",
    "guarantee": "/guarantees/{id}",
    "allocation": "/allocations/{id}",
    "guarantee-application": "/guarantee-applications/{id}",
    "claim": "/claims/{id}",
    "transfer": "/commission-transfers/{id}",
    "recovery": "/recoveries/{id}",
    "application": "/applications/{id}",
    "register": "/registers/{id}",
    "upload": "/registers/uploads/{id}",
    "subsidy": "/subsidies/{id}",
    "grant": "/grants/{id}",
    "approval": "/approvals/{id}",
    "submission": "/submissions/{id}",
    "entry": "/entries/{id}",
    "bank-line": "/bank/lines/{id}",
    "bank-statement": "/bank-lines?statement={id}",
}


#: Acts whose form is a page of its own; the others share one.
FORMS = {"loans.conclude": "/loans/new", "bank.take-in": "/bank/upload"}


def form_of(act: str) -> str:
    """The address of the form of an act."""
    return FORMS.get(act, f"/acts/{act}")


def place(reference: str) -> str | None:
    """The address of the page of ``reference``, or None where it has none."""
    kind, _, number = reference.partition(":")
    return PLACES[kind].format(id=number) if kind in PLACES and number else None


def made(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What an act made or was about and that has a page: kind, number and address of each, by its result."""
    things = [(name.removesuffix("_id"), str(value)) for name, value in result.items() if name.endswith("_id")]
    return [(kind, number, at) for kind, number in things if (at := place(f"{kind}:{number}"))]
