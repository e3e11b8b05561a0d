"""One report handed in: as it was filed, what its receiver decided, and how it would look today."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.access.matrix import matrix
from api.access.sight import see_everything
from api.http.asking import Asker, Reading, Spoken
from api.signatures.keeping import of as signatures_of
from api.submissions.comparing import Difference, differences
from api.submissions.filing import built, figures, step_of, submission
from api.submissions.tables import SubmissionRow
from api.web.forms import Form
from api.web.rendering import render, url
from api.web.tables import Cell, Empty, Head, Row, Table
from ledger.organisations import organisation
from reports.periods import parse_period
from reports.words import Lang, language, percent_text, say, value_text

router = APIRouter(include_in_schema=False)

HEADS = ("section", "row", "column", "filed", "now", "change")


@router.get("/submissions/{submission_id}")
def one(request: Request, submission_id: int, session: Reading, actor: Asker, lang: Spoken) -> HTMLResponse:
    """A report as filed, beside the same report with everything booked since."""
    return page_of(request, session, actor, submission_id, lang, Form())


def page_of(
    request: Request, session: Session, actor: Actor, submission_id: int, lang: Lang, form: Form, status: int = 200
) -> HTMLResponse:
    """The page of a report with what is wrong with the signature handed in last; ``session`` sees everything then."""
    row, step = submission(session, submission_id), step_of(session, submission_id)
    see_everything(session)
    sender, receiver = organisation(session, row.sender_id), organisation(session, row.receiver_id)
    now = built(session, sender.code, row.report, row.period, row.outgoing_number, row.filed_on)
    found = differences(row.figures, figures(now, language(row.language)))
    return render(
        request, "finance/submission.html", status, form=form, row=row, step=step, sender=sender, receiver=receiver,
        period=parse_period(row.period), table=_table(found, lang), differs=bool(found), digest=row.sha256.hex(),
        ways=_ways(request, actor, row) if step is None else [],
        signatures=signatures_of(session, "submission", row.id),
        may_sign=actor.organisation_id in (row.sender_id, row.receiver_id)
        and matrix().may_make(actor, "reports.sign"),
    )  # fmt: skip


@router.get("/submissions/{submission_id}/document", response_model=None)
def document(submission_id: int, session: Reading) -> Response:
    """The document that was filed, byte for byte."""
    row = submission(session, submission_id)
    name = f"{row.report}_{row.period}_{row.language}_filed-{row.id}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(row.document, media_type="application/pdf", headers=headers)


def _ways(request: Request, actor: Actor, row: SubmissionRow) -> list[tuple[str, str]]:
    names = ("reports.accept", "reports.return") if row.receiver_id == actor.organisation_id else ()
    return [
        (name, url(request, f"/acts/{name}", submission_id=row.id)) for name in names if matrix().may_make(actor, name)
    ]


def _table(found: list[Difference], lang: Lang) -> Table:
    rows = [
        Row(cells=[
            Cell(each.section), Cell(each.row), Cell(each.column),
            *(Cell(_figure(each.kind, value, lang)) for value in (each.filed, each.now, each.change)),
        ])
        for each in found
    ]  # fmt: skip
    heads = [
        Head(words=say(f"web.submissions.{key}", lang), lie="text" if place < 3 else "number")
        for place, key in enumerate(HEADS)
    ]
    empty = Empty(words=say("web.submissions.same", lang))
    caption = say("web.submissions.corrections", lang)
    return Table(id="corrections", caption=caption, heads=heads, rows=rows, empty=empty)


def _figure(kind: str, value: object, lang: Lang) -> str:
    if not isinstance(value, Decimal):
        return "—"
    return percent_text(value, lang) if kind in ("percent", "rate") else value_text(value, lang)
