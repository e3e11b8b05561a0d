"""Reports in the HTTP API: what there is, and each in any format and language."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict

from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.reporting import report_for
from api.web.pages.reports import file_of, request_of
from api.web.scope import asked_for
from reports.catalogue import families
from reports.rendering import FORMATS, Format, content_type
from reports.words import Lang, value_text

router = APIRouter(prefix="/api/v1")

FILES: dict[int | str, dict[str, Any]] = {
    200: {"description": "the report", "content": {content_type(each).partition(";")[0]: {} for each in FORMATS}}
}


class FamilyTold(BaseModel):
    """A kind of report: its name, what it shows, the periods it is made for, the duties it answers."""

    model_config = ConfigDict(extra="forbid")

    name: str
    description: str
    periods: list[str]
    deadlines: list[str]


@router.get("/reports", operation_id="reports", tags=["reports"])
def catalogue(lang: Spoken) -> list[FamilyTold]:
    """Every report there is."""
    return [
        FamilyTold(
            name=each.name, description=value_text(each.description, lang), periods=list(each.period_kinds),
            deadlines=list(each.deadlines),
        )
        for each in families()
    ]  # fmt: skip


@router.get("/reports/{name}", operation_id="report", tags=["reports"], response_class=Response, responses=FILES)
def one(
    request: Request, name: str, session: Reading, world: TheWorld, actor: Asker, lang: Spoken,
    period: Annotated[str, Query(description="2021-03, 2021-Q1, 2021-H1 or 2021")],
    organisation: Annotated[str, Query(description="code; one's own unless one sees everything")] = "",
    known_at: Annotated[str, Query(alias="known-at", description="moment in Almaty, trial balance only")] = "",
    subject: Annotated[str, Query(description="the loan of a statement")] = "",
    region: Annotated[str, Query(description="KATO code or name")] = "",
    form: Annotated[Format, Query(alias="format")] = "json",
    in_lang: Annotated[Lang | None, Query(alias="in")] = None,
) -> Response:  # fmt: skip
    """A report of one's own organisation and of what its money funds."""
    asked = asked_for(session, actor, world.today(), organisation=organisation, period=period, known_at=known_at)
    report = report_for(session, name, request_of(asked, subject, region))
    return file_of(request, report, form, in_lang or lang)
