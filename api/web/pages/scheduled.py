"""Scheduled jobs: how each stands, and the runs there were, for administrators and auditors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from api.http.asking import Reading, Spoken
from api.scheduler.jobs import JOBS
from api.scheduler.tables import JobRunRow
from api.web.rendering import render, url
from api.web.tables import Cell, Empty, Head, Row, Table, Tone
from reports.words import Lang, say, value_text

router = APIRouter(include_in_schema=False)

#: Runs on one page.
PAGE = 50
TONES: dict[str, Tone] = {"done": "done", "failed": "problem", "interrupted": "attention", "running": "info"}


@router.get("/scheduled")
def scheduled(request: Request, session: Reading, lang: Spoken, job: str = "", before: int = 2**62) -> HTMLResponse:
    """Every job with its last run, and the runs of all or of the one that was chosen, the newest first."""
    newest = select(JobRunRow).ext(distinct_on(JobRunRow.job)).order_by(JobRunRow.job, JobRunRow.id.desc())
    last = {row.job: row for row in session.scalars(newest)}
    return render(
        request, "scheduled/jobs.html", jobs=_jobs(last, lang), runs=_runs(request, session, lang, job, before)
    )


def _jobs(last: dict[str, JobRunRow], lang: Lang) -> Table:
    heads = [
        Head(words=say("web.scheduled.job", lang)), Head(words=say("web.scheduled.when", lang)),
        Head(words=say("web.scheduled.last", lang)), Head(words=say("web.scheduled.outcome", lang), lie="narrow"),
        Head(words=say("web.scheduled.told", lang)),
    ]  # fmt: skip
    rows = []
    for job in JOBS:
        row = last.get(job.name)
        told = (
            (_moment(row.due_at, lang), *_came(row, lang)) if row else (say("web.scheduled.never", lang), Cell(""), "")
        )
        at = getattr(job.moments, "at", None)
        when = say("web.scheduled.daily", lang, at=f"{at:%H:%M}") if at else say("web.scheduled.every-minute", lang)
        cells = [Cell(said) if isinstance(said, str) else said for said in told]
        rows.append(Row(cells=[Cell(_name(job.name, lang), f"/scheduled?job={job.name}"), Cell(when), *cells]))
    caption = say("web.scheduled.jobs", lang)
    return Table(id="jobs", caption=caption, heads=heads, rows=rows, empty=Empty(words=""), dense=False)


def _runs(request: Request, session: Session, lang: Lang, job: str, before: int) -> Table:
    query = select(JobRunRow).where(JobRunRow.id < before).order_by(JobRunRow.id.desc())
    if job:
        query = query.where(JobRunRow.job == job)
    found: Sequence[JobRunRow] = session.scalars(query.limit(PAGE + 1)).all()
    heads = [
        Head(words=say("web.scheduled.due-at", lang)), Head(words=say("web.scheduled.job", lang)),
        Head(words=say("web.scheduled.seconds", lang), lie="number"), Head(words=say("web.scheduled.runner", lang)),
        Head(words=say("web.scheduled.outcome", lang), lie="narrow"), Head(words=say("web.scheduled.told", lang)),
    ]  # fmt: skip
    rows = [
        Row(cells=[
            Cell(_moment(row.due_at, lang)), Cell(_name(row.job, lang)), Cell(_seconds(row, lang)), Cell(row.runner),
            *_came(row, lang),
        ])
        for row in found[:PAGE]
    ]  # fmt: skip
    return Table(
        id="runs", caption=say("web.scheduled.runs", lang), heads=heads, rows=rows,
        empty=Empty(words=say("web.scheduled.no-runs", lang)),
        first=url(request, before=None) if "before" in request.query_params else None,
        next=url(request, before=found[PAGE - 1].id) if len(found) > PAGE else None,
    )  # fmt: skip


def _name(job: str, lang: Lang) -> str:
    return say(f"web.scheduled.job.{job}", lang)


def _moment(at: datetime, lang: Lang) -> str:
    return value_text(at, lang)


def _seconds(row: JobRunRow, lang: Lang) -> str:
    if row.ended_at is None:
        return ""
    return value_text(Decimal(f"{(row.ended_at - row.started_at).total_seconds():.1f}"), lang)


def _came(row: JobRunRow, lang: Lang) -> tuple[Cell, Cell]:
    told = ", ".join(f"{say(f'web.scheduled.told.{name}', lang)}: {value}" for name, value in row.told.items())
    return Cell(say(f"web.scheduled.outcome.{row.outcome}", lang), tone=TONES[row.outcome]), Cell(told)
