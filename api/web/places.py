"""Where the page of a thing is: references like ``loan:17`` as addresses."""

from __future__ import annotations

#: Address of the page of each kind of thing that has one.
PLACES = {
    "loan": "/loans/{id}",
    "case": "/cases/{id}",
    "facility": "/facilities/{id}",
    "violation": "/violations/{id}",
    "guarantee": "/guarantees/{id}",
    "allocation": "/allocations/{id}",
    "claim": "/claims/{id}",
    "transfer": "/commission-transfers/{id}",
    "recovery": "/recoveries/{id}",
    "application": "/applications/{id}",
    "register": "/registers/{id}",
    "subsidy": "/subsidies/{id}",
    "grant": "/grants/{id}",
    "approval": "/approvals/{id}",
}


def place(reference: str) -> str | None:
    """The address of the page of ``reference``, or None where it has none."""
    kind, _, number = reference.partition(":")
    return PLACES[kind].format(id=number) if kind in PLACES and number else None
