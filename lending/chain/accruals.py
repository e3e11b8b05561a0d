"""Monthly accrual of facilities' interest, in both books of each.

At a month's end the interest of all days through it is posted, less what payments have posted by then, and where
the open interest period stands is kept with it. A facility has one accrual a month; a second run adds nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from ledger.locks import lock
from ledger.periods import first_day, last_day, next_month
from ledger.posting import post
from lending import bookings
from lending.chain.debts import debts
from lending.chain.facilities import facilities
from lending.chain.interest import interest
from lending.chain.tables import FacilityMonthRow


def accrue_facilities(session: Session, month: date, books: Collection[int] | None = None) -> int:
    """Accrue every facility that one of ``books`` (None: all) has a part in, to the end of ``month``; how many.

    Entries bear the last day of the month. Facilities without principal and with nothing left to accrue are left
    out.

    Raises:
        PeriodLocked: the month is over in one of the books.
    """
    everyone = facilities(session).values()
    own = [each for each in everyone if books is None or {each.lender_id, each.borrower_id} & set(books)]
    lock(session, "facility", [each.id for each in own])
    month = first_day(month)
    done = set(session.scalars(select(FacilityMonthRow.facility_id).where(FacilityMonthRow.month == month)))
    earned = interest(session, [each for each in own if each.id not in done], next_month(month))
    posted = debts(session, list(earned), last_day(month))
    accrued = {each: standing.total - posted[each].interest_accrued for each, standing in earned.items()}
    wanted = [each for each in own if each.id in earned and (accrued[each.id] or earned[each.id].principal)]
    events = {
        each.id: bookings.facility_accrual(each.parties, last_day(month), accrued[each.id])
        for each in wanted
        if accrued[each.id]
    }
    event_ids = dict(zip(events, post(session, list(events.values())), strict=True))
    if wanted:
        session.execute(
            insert(FacilityMonthRow),
            [
                {
                    "facility_id": each.id,
                    "month": month,
                    "accrued": accrued[each.id],
                    "accrued_total": earned[each.id].total,
                    "accrued_at_due": earned[each.id].at_due,
                    "open_numerator": Decimal(earned[each.id].open_numerator),
                    "principal": earned[each.id].principal,
                    "event_id": event_ids.get(each.id),
                }
                for each in wanted
            ],
        )
    return len(wanted)
