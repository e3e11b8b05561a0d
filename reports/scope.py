"""What a report looks at: the organisation and region asked for, and the facilities and loans within their sight.

An organisation sees the facilities it is a party to and everything lent on from them, so that the report of an
akimat adds up the loans of all its lenders. A facility lies in the region of the organisation that took the budget
credit above it; a loan in the region of its KATO code, and where it has none in that of its facility. Nothing is
decided here about money.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.organisations import Organisation, organisation, organisations
from lending.chain.tables import FacilityRow
from lending.programmes.regions import Region, region, regions
from reports.closing import closing_note
from reports.family import ReportRequest
from reports.report import Name, Parameter, Report, Section, Text, phrase

#: A common table expression ``loans``: the loans in sight, each with the two digits of its region. It takes the
#: values of `Scope.values`.
LOANS = """
    loans AS (
        SELECT loan.*, left(coalesce(loan.kato, seen.region), 2) AS region_code
        FROM loan JOIN unnest(CAST(:facilities AS bigint[]), CAST(:regions AS text[])) AS seen (facility_id, region)
            USING (facility_id)
        WHERE CAST(:region AS text) IS NULL OR left(coalesce(loan.kato, seen.region), 2) = :region
    )
"""

#: Digits of a KATO code that tell the region.
REGION_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is in sight on a day. ``facilities`` are those of the organisation, in every region; ``None`` is all."""

    on: date
    organisation: Organisation | None
    region: Region | None
    organisations: Mapping[int, Organisation]
    facilities: Mapping[int, FacilityRow]
    facility_regions: Mapping[int, str]

    @property
    def values(self) -> dict[str, Any]:
        """Values for a statement that opens with `LOANS`."""
        return {
            "facilities": list(self.facility_regions),
            "regions": list(self.facility_regions.values()),
            "region": None if self.region is None else self.region.code[:REGION_DIGITS],
        }

    @property
    def facilities_in_region(self) -> list[FacilityRow]:
        """The facilities in sight, signed by the day, in the region asked for; parents before children, by number."""
        code = self.values["region"]
        return [
            row
            for row in self.facilities.values()
            if row.signed_on <= self.on and code in (None, self.facility_regions[row.id])
        ]

    @property
    def books(self) -> list[int]:
        """The books behind the figures: of the organisation asked for and of every party to a facility in sight."""
        if self.organisation is None and self.region is None:
            return sorted(self.organisations)
        parties = {party for row in self.facilities_in_region for party in (row.lender_id, row.borrower_id)}
        return sorted(parties | ({self.organisation.id} if self.organisation else set()))

    def name(self, organisation_id: int) -> Name:
        """The name of an organisation."""
        return organisation_name(self.organisations[organisation_id])

    def region_name(self, code: str) -> Text:
        """The name of a region on the day of the report, by the first digits of a KATO code."""
        return region_name(region(code, self.on)) if code else phrase("region.none")


def scope_of(session: Session, request: ReportRequest) -> Scope:
    """What ``request`` looks at, on the last day of its period.

    Raises:
        NotFound: no such organisation, or no such region on that day.
    """
    on = request.period.end
    viewer = None if request.organisation is None else organisation(session, request.organisation)
    known = {each.id: each for each in organisations(session)}
    chain = _from_the_top(session.scalars(select(FacilityRow).order_by(FacilityRow.number)))
    homes = _regions(chain, known)
    seen = chain if viewer is None else _in_sight(chain, viewer.id)
    return Scope(
        on=on,
        organisation=viewer,
        region=None if request.region is None else find_region(request.region, on),
        organisations=known,
        facilities=seen,
        facility_regions={each: homes[each] for each in seen},
    )


def find_region(text: str, on: date) -> Region:
    """The region on ``on`` with this name in any language, or that this KATO code belongs to.

    Raises:
        NotFound: there is none.
    """
    if text.isdigit():
        return region(text, on)
    for each in regions(on):
        if text.strip().casefold() in (name.casefold() for name in (each.name_kk, each.name_ru, each.name_en)):
            return each
    raise NotFound(what="region", name=text)


def organisation_name(of: Organisation) -> Name:
    """The name of an organisation in three languages."""
    return Name(kk=of.name_kk, ru=of.name_ru, en=of.name_en)


def region_name(of: Region) -> Name:
    """The name of a region in three languages."""
    return Name(kk=of.name_kk, ru=of.name_ru, en=of.name_en)


def compose(
    session: Session,
    request: ReportRequest,
    scope: Scope,
    name: str,
    sections: Iterable[Section],
    *,
    parameters: Iterable[Parameter] = (),
    notes: Iterable[Text] = (),
    books: Iterable[int] | None = None,
) -> Report:
    """A report of the family ``name`` with its title, whose it is, and whether the books behind it are closed.

    ``books`` are those the figures come from, unless they are those of the scope.
    """
    return Report(
        name=name,
        title=phrase(f"report.{name}.title"),
        period=request.period,
        organisation=phrase("organisation.all")
        if scope.organisation is None
        else organisation_name(scope.organisation),
        region=None if scope.region is None else region_name(scope.region),
        parameters=tuple(parameters),
        sections=tuple(sections),
        notes=(*notes, closing_note(session, request.period, scope.books if books is None else books)),
    )


def _from_the_top(rows: Iterable[FacilityRow]) -> dict[int, FacilityRow]:
    """Facilities by id, every parent before its children."""
    waiting = list(rows)
    ordered: dict[int, FacilityRow] = {}
    while waiting:
        ready = [row for row in waiting if row.parent_id is None or row.parent_id in ordered]
        ordered.update((row.id, row) for row in ready)
        waiting = [row for row in waiting if row.id not in ordered]
    return ordered


def _regions(chain: Mapping[int, FacilityRow], known: Mapping[int, Organisation]) -> dict[int, str]:
    """Two digits of the region of every facility: its parent's, at the top the borrowing organisation's."""
    found: dict[int, str] = {}
    for row in chain.values():
        own = (known[row.borrower_id].region or "")[:REGION_DIGITS]
        found[row.id] = own if row.parent_id is None else found[row.parent_id]
    return found


def _in_sight(chain: Mapping[int, FacilityRow], viewer: int) -> dict[int, FacilityRow]:
    """The facilities that ``viewer`` is a party to, and those below them."""
    seen: dict[int, FacilityRow] = {}
    for row in chain.values():
        if viewer in (row.lender_id, row.borrower_id) or row.parent_id in seen:
            seen[row.id] = row
    return seen
