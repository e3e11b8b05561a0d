"""Reports within sight: whose figures somebody may ask for, the same for the pages and for the HTTP API.

A report adds up books that no single row tells whose they are, so it is built with the eyes of the system and is told
beforehand whose it is: people of an organisation get the report of their own organisation, which holds what its money
reaches; people of one that oversees the programmes get anybody's. What a report is about (the loan of a statement)
has to be in the person's sight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.sight import look
from api.world import World
from ledger.errors import NotFound, Refused
from ledger.organisations import organisation
from lending.microcredits.loans import loan
from reports.family import ReportFamily, ReportRequest
from reports.report import Report


@dataclass(eq=False, kw_only=True)
class ReportOfOthers(Refused):
    """A report of an organisation was asked for by somebody else's people."""

    code = "report-of-others"
    sentence = "Reports are made for your own organisation, {own}; found {found}. Leave the organisation out."
    http_status = 403
    own: str
    found: str


def report_in_sight(world: World, actor: Actor, family: ReportFamily, asked: ReportRequest) -> Report:
    """The report that ``actor`` asks for, of what they may see.

    Raises:
        ReportOfOthers. NotFound: its subject is not in sight. Whatever the family refuses.
    """
    with look(world.engine, actor) as session:
        narrowed = within_sight(session, actor, asked)
    with Session(world.jobs) as session:
        return family.report(session, narrowed)


def within_sight(session: Session, actor: Actor, asked: ReportRequest) -> ReportRequest:
    """``asked``, narrowed to what ``actor`` sees; ``session`` has their sight.

    Raises:
        ReportOfOthers. NotFound: its subject is not in sight.
    """
    if asked.subject is not None:
        if not (asked.subject.isascii() and asked.subject.isdigit() and len(asked.subject) <= LONGEST_ID):
            raise NotFound(what="loan", name=asked.subject)
        loan(session, int(asked.subject))
    if actor.sees_all or actor.organisation_id is None:
        return asked
    own = organisation(session, actor.organisation_id).code
    if asked.organisation not in (None, own):
        raise ReportOfOthers(own=own, found=asked.organisation or "")
    return replace(asked, organisation=own)


#: Digits of an id that the database can hold.
LONGEST_ID = 18
