"""Every listing there is, by name. Areas list theirs in modules of their own; this one only gathers them."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.errors import NotFound
from reports.listings.applications import APPLICATIONS
from reports.listings.listing import Listing
from reports.listings.loans import LOANS

LISTINGS: Mapping[str, Listing] = {each.name: each for each in (LOANS, APPLICATIONS)}


def listing_named(name: str) -> Listing:
    """The listing with this name.

    Raises:
        NotFound.
    """
    if name not in LISTINGS:
        raise NotFound(what="listing", name=name)
    return LISTINGS[name]
