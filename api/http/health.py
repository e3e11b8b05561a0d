"""Addresses for machines that watch: whether the server lives, its figures, and violations of the content policy.

They tell nothing about anybody's business; the figures are only for the addresses that the settings name.
"""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from api.http.asking import TheWorld
from api.http.logs import LOGGER
from api.http.refusals import NoSuchPage, UnreadableRequest

router = APIRouter()

#: What is kept of a report; browsers send more, some of it typed by people.
TOLD = ("effective-directive", "violated-directive", "blocked-uri", "line-number")
LONGEST = 200


@router.get("/health")
def health(world: TheWorld) -> Response:
    """200 when the database answers, 503 when it does not."""
    try:
        with world.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        LOGGER.exception("the database does not answer")
        return JSONResponse({"database": "does not answer"}, 503)
    return JSONResponse({"database": "answers"})


@router.get("/metrics")
def metrics(request: Request, world: TheWorld) -> Response:
    """The figures in Prometheus's text format, for the addresses of ``NESIE_MONITORS``.

    Raises:
        NoSuchPage: somebody else asks.
    """
    if request.client is None or request.client.host not in world.settings.monitors:
        raise NoSuchPage(name=request.url.path)
    return PlainTextResponse(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)


@router.post("/csp", status_code=204)
async def policy_violation(request: Request) -> Response:
    """Log what a browser refused to load or run.

    Raises:
        UnreadableRequest: it is no report.
    """
    try:
        report: Any = await request.json()
    except json.JSONDecodeError as error:
        reason = f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise UnreadableRequest(reason=reason) from error
    told = report.get("csp-report") if isinstance(report, dict) else None
    told = told if isinstance(told, dict) else {}
    fields = {name: str(told[name])[:LONGEST] for name in TOLD if name in told}
    LOGGER.warning("content policy violated", extra={"fields": fields})
    return Response(status_code=204)
