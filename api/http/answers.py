"""Every error becomes an answer here: a problem (RFC 9457) to programs, a page to people.

What the tree of errors says is said to whoever asked, in their language. What is no error of the tree is a fault of
ours: the log gets it all, the answer only the id under which the log has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.asking import spoken
from api.http.invalid import FieldProblem, field_problems
from api.http.logs import LOGGER
from api.http.refusals import InvalidFields, NoSuchPage, TooManyRequests, UnreadableRequest, WrongMethod
from api.identity.attempts import TooManyAttempts
from api.identity.recognising import turned_away
from api.web.rendering import render
from ledger.errors import Broken, NesieError
from lending.applications.refusals import RuleForbids
from reports.words import Lang, error_text, say

API = "/api/"
#: Where the codes of errors are explained.
TYPES = "urn:nesie:error:"
TITLES = {
    403: "web.error.forbidden",
    404: "web.error.not-found",
    413: "web.error.too-large",
    429: "web.error.too-many",
}


@dataclass(eq=False, kw_only=True)
class Fault(Broken):
    """Something failed that nobody foresaw; the log has it under the id."""

    code = "fault"
    sentence = "Something failed on our side; nothing was changed. Tell the administrator the number {request}."
    request: str


def answer(request: Request, error: Exception) -> Response:
    """The answer to a request that ended in ``error``."""
    told, lang = _told(request, error), spoken(request)
    if elsewhere := turned_away(request, told):
        return elsewhere
    if told.http_status >= Fault.http_status:
        LOGGER.error("failed", exc_info=error, extra={"fields": {"request": request.state.request_id}})
    response = _problem(request, told, error, lang) if request.url.path.startswith(API) else _page(request, told, lang)
    if isinstance(told, (TooManyRequests, TooManyAttempts)):
        response.headers["Retry-After"] = str(told.seconds)
    return response


def _told(request: Request, error: Exception) -> NesieError:
    """``error`` as one of the tree that may be told."""
    match error:
        case NesieError() if not isinstance(error, Broken):
            return error
        case RequestValidationError() | ValidationError():
            return InvalidFields(names=tuple(each.name for each in _fields(error, "en")))
        case HTTPException(__cause__=NesieError() as cause):
            return _told(request, cause)
        case HTTPException(status_code=404):
            return NoSuchPage(name=request.url.path)
        case HTTPException(status_code=405):
            return WrongMethod(found=request.method)
        case HTTPException(status_code=status) if status < Fault.http_status:
            return UnreadableRequest(reason=error.detail)
    return Fault(request=request.state.request_id)


def _fields(error: Exception, lang: Lang) -> list[FieldProblem]:
    """The fields that ``error`` is about."""
    if isinstance(error, (RequestValidationError, ValidationError)):
        return field_problems(error.errors(), lang)
    return []


def _problem(request: Request, told: NesieError, error: Exception, lang: Lang) -> Response:
    """``told`` as application/problem+json, with the fields or the findings of the programme it is about."""
    body: dict[str, Any] = {
        "type": TYPES + told.code,
        "title": _title(told, lang),
        "status": told.http_status,
        "detail": error_text(told, lang),
        "instance": f"urn:nesie:request:{request.state.request_id}",
        "code": told.code,
        "values": told.values(),
        "fields": [{"name": each.name, "code": each.code, "message": each.message} for each in _fields(error, lang)],
        "findings": [each.as_json(lang) for each in told.findings] if isinstance(told, RuleForbids) else [],
    }
    return JSONResponse(
        json_values(body),
        told.http_status,
        media_type="application/problem+json",
        headers={"Content-Language": lang},
    )


def json_values(value: Any) -> Any:
    """``value`` made of what JSON has; whatever else is written as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case dict():
            return {str(key): json_values(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [json_values(each) for each in value]
    return str(value)


def _page(request: Request, told: NesieError, lang: Lang) -> Response:
    return render(
        request,
        "shell/error.html",
        told.http_status,
        title=_title(told, lang),
        detail=error_text(told, lang),
        request_id=request.state.request_id,
    )


def _title(told: NesieError, lang: Lang) -> str:
    """One of the few titles that errors have."""
    fault = told.http_status >= Fault.http_status
    return say("web.error.fault" if fault else TITLES.get(told.http_status, "web.error.refused"), lang)


class Answering:
    """Answers what was raised outside of any route: by the middleware below, or by a fault of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; answer the error it ends in, unless the answer has begun."""
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            response = await run_in_threadpool(answer, Request(scope), error)
            await response(scope, receive, send)
