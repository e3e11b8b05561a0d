"""Every listing that is served: those of the business (`reports.listings`), and those of what people do with it."""

from __future__ import annotations

from collections.abc import Mapping

from api.audit.listing import AUDIT
from api.submissions.listing import SUBMISSIONS
from reports.listings import catalogue
from reports.listings.listing import Listing

LISTINGS: Mapping[str, Listing] = {**catalogue.LISTINGS, **{each.name: each for each in (SUBMISSIONS, AUDIT)}}
