"""What a page of figures is asked for: whose, for which period, and as known at which moment.

People see the books of their own organisation and nobody else's; those of the ministry, who see everything, name one.
All of it stands in the address, so that a figure can be sent to a colleague.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from api.access.actors import Actor
from api.settings import ALMATY
from ledger.errors import BadInput, NotFound
from ledger.organisations import Organisation, organisation, organisations
from ledger.tables import PeriodRow
from reports.periods import ReportPeriod, calendar_period, parse_period


@dataclass(eq=False, kw_only=True)
class BadMoment(BadInput):
    """A moment in an address that is none."""

    code = "bad-moment"
    sentence = "Expected a moment like 2021-12-10T18:00 (Almaty); found {found}. Correct it, or leave it out for now."
    found: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose figures (None: all organisations together), of which period, as known at ``known_at`` (None: now)."""

    organisation: Organisation | None
    period: ReportPeriod
    known_at: datetime | None

    @property
    def code(self) -> str | None:
        """Code of the organisation."""
        return None if self.organisation is None else self.organisation.code


def asked_of(session: Session, actor: Actor, query: QueryParams, today: date) -> Asked:
    """What the address asks ``actor`` for; nothing named is their own book, its last closed month, now.

    Raises:
        NotFound: an organisation whose figures they do not see. NotAPeriod, BadMoment.
    """
    return asked_for(
        session, actor, today, organisation=query.get("organisation", ""), period=query.get("period", ""),
        known_at=query.get("known-at", ""),
    )  # fmt: skip


def asked_for(
    session: Session, actor: Actor, today: date, *, organisation: str = "", period: str = "", known_at: str = ""
) -> Asked:
    """The same, from values instead of an address.

    Raises:
        NotFound, NotAPeriod, BadMoment.
    """
    whose = organisation_of(session, actor, organisation)
    return Asked(whose, parse_period(period) if period else last_closed(session, whose, today), moment(known_at))


def organisation_of(session: Session, actor: Actor, code: str) -> Organisation | None:
    """The organisation that ``actor`` asks about by its code: their own, or any where they see everything.

    Raises:
        NotFound: it is another's.
    """
    if actor.sees_all or actor.organisation_id is None:
        return organisation(session, code) if code else None
    own = organisation(session, actor.organisation_id)
    if code not in ("", own.code):
        raise NotFound(what="organisation", name=code)
    return own


def choosable(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations among which ``actor`` may choose; none where it can only be their own."""
    return organisations(session) if actor.sees_all or actor.organisation_id is None else []


def last_closed(session: Session, whose: Organisation | None, today: date) -> ReportPeriod:
    """The newest month that is closed in that book (None: in any), or the month before ``today``."""
    query = select(PeriodRow.month).where(PeriodRow.state.in_(("locked", "final")), PeriodRow.month <= today)
    if whose is not None:
        query = query.where(PeriodRow.book_id == whose.id)
    newest = session.scalar(query.order_by(PeriodRow.month.desc()).limit(1))
    month = newest or (date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, today.month - 1, 1))
    return calendar_period("month", month.year, month.month)


def moment(written: str) -> datetime | None:
    """A moment as a field writes it, in Almaty; None where nothing is written.

    Raises:
        BadMoment.
    """
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise BadMoment(found=written) from None
    return found if found.tzinfo else found.replace(tzinfo=ALMATY)
