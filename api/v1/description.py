"""What the OpenAPI document says of every operation alike: who may ask, how errors look, what limits there are.

An error is a problem (RFC 9457) of one shape wherever it comes from, so its answers are described here once and put
beside those of each route. The rest of the document is worked out from the routes' own models.
"""

from __future__ import annotations

from typing import Any, Literal

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.security import APIKeyCookie, HTTPBearer
from pydantic import BaseModel, ConfigDict

from api.http.rates import limited
from api.identity.sessions import COOKIE
from api.v1.programmes import FindingTold

#: What every route of the API asks first: how to show who one is, and that one does not ask too often.
ASKED_FIRST = (
    Depends(HTTPBearer(auto_error=False, scheme_name="token", description="a token of a person's: `nesie_…`")),
    Depends(APIKeyCookie(name=COOKIE, auto_error=False, scheme_name="session", description="a browser's session")),
    Depends(limited("api")),
)
PROBLEM_TYPE = "application/problem+json"
_REFERENCE = "#/components/schemas/{model}"
INTRODUCTION = """
Acts are POSTs. Each takes an `Idempotency-Key`: the same key with the same request gives the first outcome again, with
another request 409. `rehearsal=true` tells what an act would do and keeps nothing. An act that takes a second person is
kept and answered with 202; another person confirms it under `/approvals`. Acts that ask for a one-time code take it in
`Nesie-Code`.

Listings are GETs with filters. Their pages follow one another by `following`, which goes into `after`. Sums of
listings are whole tiyn; sums people write are tenge as strings with two decimals.

Errors are problems (RFC 9457) with a stable `code`, in the language of `Accept-Language` (kk, ru, en). Where rules of
a programme forbid something, `findings` names each with its limit, what was found and the clause.
"""


class FieldTold(BaseModel):
    """What is wrong with one field."""

    model_config = ConfigDict(extra="forbid")

    name: str
    code: str
    message: str


class Problem(BaseModel):
    """An error: its stable code, a sentence for people, and the values in it."""

    model_config = ConfigDict(extra="forbid")

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    values: dict[str, Any]
    fields: list[FieldTold]
    findings: list[FindingTold]


#: What each status means, and which operations may answer it.
MEANINGS: dict[str, tuple[Literal["all", "changes", "things"], str]] = {
    "400": ("all", "the request cannot be read"),
    "401": ("all", "nobody is known to ask"),
    "403": ("all", "none of the person's roles does this, or it is another organisation's"),
    "404": ("things", "there is no such thing in the person's sight"),
    "409": ("things", "understood and not allowed now"),
    "413": ("changes", "the request is too large"),
    "422": ("all", "fields that do not fit"),
    "429": ("all", "too often; `Retry-After` says for how many seconds"),
}


def describe(app: FastAPI) -> None:
    """Let ``app`` describe its API with what is said here of every operation."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(
                get_openapi(title=app.title, version=app.version, description=INTRODUCTION, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign] # the way FastAPI documents


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    made = Problem.model_json_schema(ref_template=_REFERENCE)
    schemas |= made.pop("$defs") | {"Problem": made}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    components["responses"] = {status: _problem(words, status) for status, (_, words) in MEANINGS.items()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            said = {"all"} | ({"changes", "things"} if method != "get" else set())
            said |= {"things"} if "{" in path else set()
            told = {status: {"$ref": f"#/components/responses/{status}"} for status in MEANINGS
                    if MEANINGS[status][0] in said}  # fmt: skip
            operation["responses"] |= told
    return document


def _problem(words: str, status: str) -> dict[str, Any]:
    headers = {"Retry-After": {"schema": {"type": "integer"}}} if status == "429" else {}
    content = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": words, "content": content} | ({"headers": headers} if headers else {})
