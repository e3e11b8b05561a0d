"""The calendar of reports: what falls due this month, how it stands, who is late, and what to do about it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import see_everything
from api.closing import month_named
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.submissions.duties import Owed, kinds_of, owed_in
from api.submissions.feed import feed
from api.submissions.standing import Duty, duties_of
from api.web.rendering import render, url
from api.web.scope import organisation_of
from ledger.errors import NotFound
from ledger.organisations import organisation
from ledger.periods import first_day, next_month
from reports.words import Lang, value_text

router = APIRouter(include_in_schema=False)

#: Months that the feed looks ahead.
AHEAD = 13
TONES = {"filed": "waiting", "accepted": "done", "returned": "attention", "late": "problem", "owed": "info"}


@router.get("/calendar")
def calendar(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """The reports that fall due in a month along one's money, the lowest link of the chain first."""
    whose = organisation_of(session, actor, request.query_params.get("organisation", ""))
    see_everything(session)
    whose = whose or organisation(session, _own(actor))
    month = _month(request.query_params.get("month", ""), world.today())
    duties = duties_of(session, whose.id, month, world.today())
    cards = [_card(request, each, actor, world.today(), lang) for each in duties]
    return render(
        request, "finance/calendar.html", month=month, cards=cards, chain=_chain(duties), tones=TONES, whose=whose,
        earlier=first_day(date.fromordinal(month.toordinal() - 1)), later=next_month(month), today=world.today(),
    )  # fmt: skip


@router.get("/calendar/feed.ics")
def ics(session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> Response:
    """The days of one's own reports, of those one sends and of those one receives, a year ahead."""
    kind = organisation(session, _own(actor)).kind
    month, owed = first_day(world.today()), list[Owed]()
    for _ in range(AHEAD):
        owed += [
            each for each in owed_in(month) if kind in kinds_of((*each.deadline.senders, *each.deadline.receivers))
        ]
        month = next_month(month)
    return Response(feed(owed, world.now(), lang), media_type="text/calendar; charset=utf-8")


def _own(actor: Actor) -> int:
    if actor.organisation_id is None:
        raise NotFound(what="organisation", name=actor.login)
    return actor.organisation_id


def _month(written: str, today: date) -> date:
    return month_named(written) if written else first_day(today)


def _card(request: Request, duty: Duty, actor: Actor, today: date, lang: Lang) -> dict[str, Any]:
    """A duty with what can be done about it."""
    deadline, period = duty.owed.deadline, duty.owed.due.period
    waits = duty.mine is not None and duty.mine.state in ("owed", "late", "returned")
    remind = partial(url, request, "/acts/reports.remind", rule=deadline.rule, period=period)
    late = [each for each in duty.shares if each.state in ("late", "owed", "returned")]
    may_remind = duty.is_received and matrix().may_make(actor, "reports.remind")
    return {
        "duty": duty, "left": duty.days_left(today),
        "content": [value_text(each, lang) for each in deadline.content_words],
        "reports": [(name, url(request, f"/reports/{name}", period=period)) for name in duty.reports] if waits else [],
        "reminders": [
            (each, remind(organisation=each.organisation.code)) for each in late
        ] if may_remind else [],
    }  # fmt: skip


def _chain(duties: list[Duty]) -> list[dict[str, Any]]:
    """The days of the month on which reports are handed on: for each how many of how many are in, and who is late."""
    days: dict[date, list[Duty]] = {}
    for each in duties:
        days.setdefault(each.owed.due.due_on, []).append(each)
    return [
        {
            "on": on, "filed": sum(each.filed for each in some), "of": sum(len(each.shares) for each in some),
            "late": sorted({share.organisation.id: share.organisation for each in some for share in each.late}.values(),
                           key=lambda one: one.id),
        }
        for on, some in sorted(days.items())
    ]  # fmt: skip
