"""Reversing a payment of support money: the mirrored event, and the two people who saw to it.

The law knows no return of a paid subsidy or grant, and a payment that should not have been made is none: it is taken
out of the books on the day the money is back (docs/decisions/0013). What falls with it is told by the services.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from ledger.posting import reverse
from lending.microcredits.values import Decision
from lending.people import folded
from lending.support.refusals import NotTwoPeople


def reversal_of(session: Session, what: str, event_id: int | None, decision: Decision) -> dict[str, Any]:
    """Mirror the payment's event in every book it touched; the columns of the row that tells why.

    Raises:
        NotTwoPeople: who decides does not confirm, and both are named. NotReversible, PeriodLocked.
    """
    assert event_id is not None, "a payment is posted"
    confirmed_by = decision.confirmed_by or ""
    if "" in (folded(decision.by), folded(confirmed_by)) or folded(decision.by) == folded(confirmed_by):
        raise NotTwoPeople(what=what, by=decision.by or "nobody", confirmed=confirmed_by or "nobody")
    return {
        "reversed_on": decision.on, "decided_by": decision.by, "confirmed_by": confirmed_by,
        "reason": decision.reason, "document": decision.document, "event_id": reverse(session, event_id, decision.on),
    }  # fmt: skip
