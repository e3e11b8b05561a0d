"""The card of a loan, and what is printed of it. The list is a listing; acts have forms of their own."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.matrix import matrix
from api.acts.approvals import waiting
from api.audit.listing import act_words
from api.audit.tables import AuditEventRow
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.rates import limited
from api.v1.loans import LoanId, card_of
from api.web import loan_shown
from api.web.rendering import render
from api.web.things import things
from lending.microcredits.loans import loan
from reports.cards.loan import LoanCard, Schedule
from reports.family import ReportRequest
from reports.loan_annex import annex
from reports.loan_statement import LOAN_STATEMENT
from reports.periods import calendar_period
from reports.rendering import content_type, file_name, report_format
from reports.report import Report
from reports.words import Lang

router = APIRouter(include_in_schema=False)

#: Lines of the record of acts that a card shows; the rest is the audit's.
RECORDED = 20


@router.get("/loans/{loan_id}")
def card(
    request: Request, loan_id: LoanId, world: TheWorld, session: Reading, actor: Asker, lang: Spoken
) -> HTMLResponse:  # fmt: skip
    """Everything known of a loan today."""
    told = card_of(world, session, actor, loan_id)
    schedule = _asked_schedule(told, request.query_params.get("version"))
    recorded = _recorded(session, loan_id)
    called = things(request, _named(told, recorded), lang)
    return render(
        request, "lending/loan.html", card=told, tone=loan_shown.tone_of(told),
        facts=loan_shown.facts(told, called[f"facility:{told.facility_id}"].link, lang),
        schedule=loan_shown.schedule_table(told, schedule, lang), shown_version=schedule.number,
        origins=loan_shown.origins_table(told, lang),
        postings=loan_shown.postings_table(told, lang, opens=matrix().admits(actor, "GET /entries/{entry_id}")),
        chart=Markup(loan_shown.balance_chart(told, lang)),  # noqa: S704 - drawn by us, its words escaped as XML
        balances=loan_shown.balance_table(told, lang), ways=loan_shown.ways(told, actor),
        undoings={id(each): loan_shown.undoing(told, each, actor) for each in told.events}, identity=id,
        own=actor.sees_all or actor.organisation_id == told.lender_id,
        waiting=waiting(session, about=f"loan:{loan_id}"), recorded=recorded, called=called,
        act_words=act_words,
    )  # fmt: skip


def _named(told: LoanCard, recorded: Sequence[AuditEventRow]) -> set[str]:
    """The things that the card names."""
    named = {f"facility:{told.facility_id}", f"case:{told.id}", f"guarantee-application:{told.id}"}
    named |= {f"guarantee:{number}" for number, _ in told.watched.guarantees}
    named |= {f"application:{told.watched.application[0]}"} if told.watched.application else set()
    named |= {f"register:{each.register_id}" for each in told.events if each.register_id}
    return named | {f"approval:{each.request['approval']}" for each in recorded if each.request.get("approval")}


def _asked_schedule(told: LoanCard, version: str | None) -> Schedule:
    """The version that the address names; the one in force where it names none."""
    return next((each for each in told.schedules if str(each.number) == version), told.in_force)


def _recorded(session: Session, loan_id: int) -> list[AuditEventRow]:
    """What the reader's own people did to the loan, the newest first."""
    concerning = select(AuditEventRow).where(AuditEventRow.about == f"loan:{loan_id}")
    return list(session.scalars(concerning.order_by(AuditEventRow.id.desc()).limit(RECORDED)))


@router.get("/loans/{loan_id}/statement", dependencies=[Depends(limited("document"))])
def statement(request: Request, loan_id: LoanId, world: TheWorld, session: Reading, lang: Spoken) -> Response:
    """The statement of a loan at the end of this month, as a file in the language of the page."""
    loan(session, loan_id)
    today = world.today()
    asked = ReportRequest(period=calendar_period("month", today.year, today.month), subject=str(loan_id))
    with Session(world.jobs) as whole:
        return _file(request, LOAN_STATEMENT.report(whole, asked), lang)


@router.get("/loans/{loan_id}/annex", dependencies=[Depends(limited("document"))])
def contract_annex(request: Request, loan_id: LoanId, world: TheWorld, session: Reading, lang: Spoken) -> Response:
    """The annex to the contract of a loan with the schedule as signed, as a file in the language of the page."""
    loan(session, loan_id)
    with Session(world.jobs) as whole:
        return _file(request, annex(whole, loan_id), lang)


def _file(request: Request, made: Report, lang: Lang) -> Response:
    form = report_format(request.query_params.get("format", "pdf"))
    headers = {"Content-Disposition": f'attachment; filename="{file_name(made, form, lang)}"'}
    written = request.app.state.printing.render_document(made, form, lang)
    return Response(written, media_type=content_type(form), headers=headers)
