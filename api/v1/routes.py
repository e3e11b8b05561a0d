"""The HTTP API, made from the acts and the listings: nothing is described a second time here.

Every act is a POST at its own path, taking what the act asks (what stands in the path left out of the body) and an
``Idempotency-Key``; every listing is a GET with its filters. What goes wrong comes back as problem+json
(`api.http`), and the OpenAPI document is worked out from the same models.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, create_model

from api.acts.act import Act, Asked
from api.acts.performing import carry, rehearse
from api.acts.registry import acts
from api.http.asking import Asker, Day, Reading, TheWorld
from api.identity.recognising import CODE_HEADER
from api.listings import LISTINGS
from api.v1.cells import CELLS, json_cell
from api.v1.outcomes import EffectTold, OutcomeTold
from reports.listings.listing import SIZES, Listing, View
from reports.listings.reading import page

PREFIX = "/api/v1"
_IN_PATH = re.compile(r"\{(\w+)\}")

Key = Annotated[
    str, Header(alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$",
                description="chosen by the caller; the same key and request give the first outcome again"),
]  # fmt: skip


#: How an act says that it asks for a one-time code; it is read before the route is reached.
FRESH_CODE = {
    "parameters": [
        {"name": CODE_HEADER, "in": "header", "required": False, "schema": {"type": "string"},
         "description": "a one-time code, which this act asks for"}
    ]
}  # fmt: skip

ROW = TypeVar("ROW", bound=BaseModel)


class PageTold(BaseModel, Generic[ROW]):
    """A page of a listing. Sums are in tiyn; ``following`` goes into ``after`` for the next page."""

    model_config = ConfigDict(extra="forbid")

    rows: list[ROW]
    following: str | None
    found_count: int
    found: dict[str, int]


def router() -> APIRouter:
    """The routes of acts and listings."""
    made = APIRouter(prefix=PREFIX)
    for act in acts().values():
        _add_act(made, act)
    for listing in LISTINGS.values():
        _add_listing(made, listing)
    return made


def act_routes() -> Mapping[str, str]:
    """The act behind each route of the API that is one: ``POST /api/v1/loans/{loan_id}/disbursements``."""
    return {f"POST {PREFIX}{act.path}": act.name for act in acts().values()}


def body_of(act: Act[Any]) -> type[BaseModel]:
    """The body of an act's request: what it asks without what stands in its path."""
    in_path = set(_IN_PATH.findall(act.path))
    fields: dict[str, Any] = {
        name: (field.annotation if not field.metadata else Annotated[(field.annotation, *field.metadata)], field)
        for name, field in act.asks.model_fields.items()
        if name not in in_path
    }
    name = act.asks.__name__.removesuffix("Asked") + "Body"
    return create_model(name, __doc__=act.asks.__doc__, __config__=ConfigDict(extra="forbid"), **fields)


def _add_act(made: APIRouter, act: Act[Any]) -> None:
    body = body_of(act)

    def endpoint(
        request: Request, response: Response, world: TheWorld, actor: Asker, key: Key,
        asked: BaseModel, *, rehearsal: bool = False, **in_path: int,
    ) -> OutcomeTold | EffectTold:  # fmt: skip
        given: Asked = act.asks.model_validate(asked.model_dump(mode="json") | in_path)
        if rehearsal:
            effect, second = rehearse(world, actor, act, given)
            response.status_code = 200
            return EffectTold.of(effect, second_person=second)
        outcome = carry(world, actor, act, given, key=key, request_id=request.state.request_id)
        response.status_code = 201 if outcome.state == "done" else 202
        return OutcomeTold.of(outcome)

    _sign(endpoint, body, _IN_PATH.findall(act.path))
    made.add_api_route(
        act.path, endpoint, methods=["POST"], operation_id=act.name, name=act.name, tags=[act.name.split(".")[0]],
        summary=(act.asks.__doc__ or "").strip().splitlines()[0], status_code=201,
        response_model=OutcomeTold | EffectTold,
        openapi_extra=FRESH_CODE if act.fresh_code else None,
        responses={
            200: {"model": EffectTold, "description": "rehearsed; nothing was kept"},
            201: {"model": OutcomeTold, "description": "done"},
            202: {"model": OutcomeTold, "description": "kept for a second person"},
        },
    )  # fmt: skip


def _sign(endpoint: Callable[..., Any], body: type[BaseModel], in_path: list[str]) -> None:
    """Give ``endpoint`` the signature FastAPI reads: its body's model and a parameter for each name in the path."""
    written = inspect.signature(endpoint, eval_str=True)
    told: dict[str, Any] = {
        "asked": body, "rehearsal": Annotated[bool, Query(description="only tell what it would do")],
    }  # fmt: skip
    kept = [
        each.replace(annotation=told.get(each.name, each.annotation))
        for each in written.parameters.values()
        if each.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    whole = Annotated[int, Path(gt=0, le=2**63 - 1)]
    named = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=whole) for name in in_path]
    endpoint.__signature__ = written.replace(parameters=[*kept, *named])  # type: ignore[attr-defined] # functions allow it


def _add_listing(made: APIRouter, listing: Listing) -> None:
    asked, row_model = _query_of(listing), _row_of(listing)

    def endpoint(world: TheWorld, session: Reading, query: BaseModel) -> Any:
        given = query.model_dump()
        view = View(
            chosen={each.name: tuple(given[_attribute(each.name)] or ()) for each in listing.filters},
            search=given["search"], sort=given["sort"], after=given["after"], size=given["size"],
            on=given["on"] or world.today(),
        )  # fmt: skip
        shown = page(session, listing, view, recall=world.memory.recall)
        keys = [column.key for column in listing.columns]
        rows = [
            {"id": row_id} | dict(zip(keys, map(json_cell, row), strict=True))
            for row_id, row in zip(shown.ids, shown.rows, strict=True)
        ]
        return {
            "rows": rows, "following": shown.following, "found_count": shown.found_count, "found": dict(shown.found)
        }  # fmt: skip

    written = inspect.signature(endpoint, eval_str=True)
    parameters = [
        each.replace(annotation=Annotated[asked, Query()]) if each.name == "query" else each
        for each in written.parameters.values()
    ]
    endpoint.__signature__ = written.replace(parameters=parameters)  # type: ignore[attr-defined] # functions allow it
    made.add_api_route(
        f"/{listing.name}", endpoint, methods=["GET"], operation_id=f"listing.{listing.name}",
        tags=[listing.name], summary=f"The list {listing.name}, page by page", response_model=PageTold[row_model],  # type: ignore[valid-type] # made from its columns
    )  # fmt: skip


def _row_of(listing: Listing) -> type[BaseModel]:
    """A row of a listing as a model: its columns by their keys, each as its kind of cell is written."""
    cells: dict[str, Any] = {
        f"cell_{_attribute(each.key)}": (CELLS[each.kind], Field(alias=each.key)) for each in listing.columns
    }
    return create_model(f"{_title(listing)}Row", __config__=ConfigDict(extra="forbid"), id=(int, ...), **cells)


def _title(listing: Listing) -> str:
    return "".join(part.title() for part in listing.name.split("-"))


def _attribute(name: str) -> str:
    return name.replace("-", "_")


def _query_of(listing: Listing) -> type[BaseModel]:
    """The query of a listing as a model: its filters and the view's own parameters."""
    fields: dict[str, Any] = {
        _attribute(each.name): (list[str], Field(default_factory=list, alias=each.name, max_length=30))
        for each in listing.filters
    }
    fields |= {
        "search": (str, Field("", alias="q", max_length=100)),
        "sort": (str, Field("", max_length=50, description="; ".join(listing.sorts))),
        "after": (str, Field("", max_length=500, description="cursor of the page before")),
        "size": (int, Field(SIZES[0], json_schema_extra={"enum": list(SIZES)})),
        "on": (Day, None),
    }
    return create_model(f"{_title(listing)}Query", __config__=ConfigDict(extra="forbid"), **fields)
