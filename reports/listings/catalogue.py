"""Every listing there is, by name. Areas list theirs in modules of their own; this one only gathers them."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import NotFound
from reports.listings.facilities import BUDGET_RETURNS, FACILITIES, LOTS
from reports.listings.listing import Listing
from reports.listings.loans import LOANS
from reports.listings.oversight import CASES, JOBS, VIOLATIONS
from reports.listings.support import GRANTS, SUBSIDIES

LISTINGS: Mapping[str, Listing] = {
    each.name: each
    for each in (
        LOANS,
        *(FACILITIES, LOTS, BUDGET_RETURNS),
        *(CASES, JOBS, VIOLATIONS),
        *(SUBSIDIES, GRANTS),
    )
}


def listing_named(name: str) -> Listing:
    """The listing with this name.

    Raises:
        NotFound.
    """
    if name not in LISTINGS:
        raise NotFound(what="listing", name=name)
    return LISTINGS[name]
