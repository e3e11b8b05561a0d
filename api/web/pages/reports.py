"""Reports in pages: the catalogue, a preview of each with its sources, and its files.

What is previewed is the report itself, section by section; the file is made from the same value, in a process of its
own (`api.http.printing`), in the language asked for.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from api.access.matrix import matrix
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.http.rates import limited
from api.reporting import report_for, takes_subject
from api.submissions.duties import connected, in_force, receivers, senders
from api.web.rendering import render
from api.web.scope import Asked, asked_of, choosable
from api.web.tables import Empty, Table, of_section
from ledger.organisations import Organisation
from reports.catalogue import families, find_family
from reports.deadlines import find_deadline
from reports.family import ReportFamily, ReportRequest
from reports.rendering import FORMATS, Format, content_type, file_name, report_format
from reports.report import Report
from reports.words import Lang, language, say, value_text

router = APIRouter(include_in_schema=False)

#: Lines of a section that a preview shows; a file has them all.
PREVIEWED = 200

_count_document, _count_export = limited("document"), limited("export")


@router.get("/reports")
def catalogue(request: Request, session: Reading, world: TheWorld, actor: Asker) -> HTMLResponse:
    """Every report there is, what it shows and which duties it answers."""
    asked = asked_of(session, actor, request.query_params, world.today())
    offered = [family for family in families() if not takes_subject(family)]
    return render(request, "finance/reports.html", asked=asked, choices=choosable(session, actor), families=offered)


@router.get("/reports/{name}", response_model=None)
def one(
    request: Request, name: str, session: Reading, world: TheWorld, actor: Asker, lang: Spoken
) -> Response:  # fmt: skip
    """A report: its preview or, where the address names a format, its file."""
    family, query = find_family(name), request.query_params
    asked = asked_of(session, actor, query, world.today())
    choices = choosable(session, actor)
    wanted = request_of(asked, query.get("subject", ""), query.get("region", ""))
    if takes_subject(family) and not wanted.subject:
        return render(request, "finance/statement.html", asked=asked, family=family)
    report = report_for(session, name, wanted)
    if query.get("format"):
        return file_of(request, report, report_format(query["format"]), language(query.get("in") or lang))
    to_file = _to_file(session, family, asked) if matrix().may_make(actor, "reports.file") else []
    return _preview(request, family, asked, report, choices, to_file, lang)


def _to_file(session: Session, family: ReportFamily, asked: Asked) -> list[tuple[str, Organisation]]:
    """The duties that this report of the organisation answers: rule, and whom it goes to."""
    if asked.organisation is None:
        return []
    among = connected(session, asked.organisation.id)
    duties = [find_deadline(rule) for rule in family.deadlines]
    return [
        (duty.rule, receiver)
        for duty in duties
        if duty.frequency == asked.period.kind and duty.programme in in_force(asked.period.end)
        and asked.organisation in senders(duty, among)
        for receiver in receivers(duty, asked.organisation, among)[:1]
    ]  # fmt: skip


def request_of(asked: Asked, subject: str = "", region: str = "") -> ReportRequest:
    """What the address asks of a family of reports."""
    return ReportRequest(
        period=asked.period, organisation=asked.code, region=region or None, subject=subject or None,
        known_at=asked.known_at,
    )  # fmt: skip


def file_of(request: Request, report: Report, form: Format, lang: Lang) -> Response:
    """The file of a report, made within the limits of documents and of how often one may ask.

    Raises:
        TooManyRequests, DocumentTooLarge.
    """
    (_count_document if form == "pdf" else _count_export)(request)
    made = request.app.state.printing.render_document(report, form, lang)
    headers = {"Content-Disposition": f'attachment; filename="{file_name(report, form, lang)}"'}
    return Response(made, media_type=content_type(form), headers=headers)


def _preview(
    request: Request, family: ReportFamily, asked: Asked, report: Report, choices: list[Organisation],
    to_file: list[tuple[str, Organisation]], lang: Lang,
) -> HTMLResponse:  # fmt: skip
    particulars = [
        {"words": value_text(each.label, lang), "value": value_text(each.value, lang)} for each in report.particulars
    ]
    return render(
        request, "finance/report.html", family=family, asked=asked, report=report, choices=choices,
        tables_shown=previewed(report, lang), particulars=particulars, formats=FORMATS,
        notes=[value_text(note, lang) for note in report.notes],
        to_file=to_file,
    )  # fmt: skip


def previewed(report: Report, lang: Lang) -> list[Table]:
    """The sections of a report as tables, each no longer than a preview."""
    tables = []
    for place, section in enumerate(report.sections, start=1):
        caption = value_text(section.title or report.title, lang)
        table = of_section(
            section, lang, id=f"section-{place}", caption=caption, empty=Empty(words=say("web.reports.empty", lang))
        )
        note = say("web.reports.previewed", lang, shown=PREVIEWED, rows=len(section.rows))
        tables.append(replace(table, rows=table.rows[:PREVIEWED], note=note) if len(table.rows) > PREVIEWED else table)
    return tables
