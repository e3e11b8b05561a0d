"""Every listing there is, by name. Areas list theirs in modules of their own; this one only gathers them."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import NotFound
from reports.listings import (
    applications,
    bank,
    claims,
    commissions,
    facilities,
    guarantees,
    late_changes,
    loans,
    oversight,
    postings,
    registers,
    support,
)
from reports.listings.listing import Listing

#: In the order in which they are told of.
ALL: tuple[Listing, ...] = (
    loans.LOANS,
    applications.APPLICATIONS,
    registers.REGISTERS,
    facilities.FACILITIES,
    facilities.LOTS,
    facilities.BUDGET_RETURNS,
    oversight.CASES,
    oversight.JOBS,
    oversight.VIOLATIONS,
    support.SUBSIDIES,
    support.GRANTS,
    guarantees.GUARANTEES,
    guarantees.APPLICATIONS,
    commissions.ALLOCATIONS,
    commissions.TRANSFERS,
    claims.CLAIMS,
    claims.RECOVERIES,
    postings.POSTINGS,
    late_changes.LATE_CHANGES,
    bank.STATEMENTS,
    bank.LINES,
    bank.ENTRIES,
)
LISTINGS: Mapping[str, Listing] = {each.name: each for each in ALL}


def listing_named(name: str) -> Listing:
    """The listing with this name.

    Raises:
        NotFound.
    """
    if name not in LISTINGS:
        raise NotFound(what="listing", name=name)
    return LISTINGS[name]
