"""Pages: one Jinja2 environment, and what every template may say.

Everything is escaped, and a name a template misspells is an error. Templates get values and words, never the request
or the database: ``say`` and the value writers speak the person's language, ``may`` asks the access matrix, ``url``
keeps the view that the address is.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from moneyed import Money
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.http.asking import spoken
from api.web.navigation import navigation
from api.web.vendoring import vendored
from ledger.money import to_tiyn
from ledger.organisations import organisation
from reports.words import LANGUAGES, Lang, cell_text, percent_text, say, value_text

STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 60 * 60


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The page ``template`` (``area/page.html``) with ``values`` and what every page may say."""
    lang = spoken(request)
    written = environment().get_template(template).render(**_sayings(request, lang), **values)
    response = HTMLResponse(written, status, headers={"Content-Language": lang})
    if request.query_params.get("lang") == lang:
        response.set_cookie("lang", lang, max_age=YEAR, secure=True, httponly=True, samesite="lax")
    return response


@cache
def environment() -> Environment:
    """The one environment; templates of an area live in a folder of its name."""
    made = Environment(
        loader=PackageLoader("api.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    made.globals["asset"] = asset
    made.globals["LANGUAGES"] = LANGUAGES
    return made


def _sayings(request: Request, lang: Lang) -> dict[str, Any]:
    """What every template may say, for one request."""
    actor: Actor | None = getattr(request.state, "actor", None)
    may = partial(request.app.state.permit, actor)
    return {
        "lang": lang,
        "actor": actor,
        "organisation": _organisation_name(request, actor, lang),
        "path": request.url.path,
        "say": partial(_said, lang),
        "money": partial(money, lang=lang),
        "figure": partial(figure, lang=lang),
        "day": partial(day, lang=lang),
        "number": partial(number, lang=lang),
        "percent": partial(percent_text, lang=lang),
        "words": partial(value_text, lang=lang),
        "may": may,
        "url": partial(url, request),
        "csrf": partial(csrf, request),
        "navigation": partial(navigation, may),
    }


def _said(lang: Lang, key: str, **values: object) -> str:
    return say(key, lang, **values)


def money(amount: Money | int, lang: Lang) -> str:
    """A sum with its sign, ``1 234 567,89 ₸``; a bare ``int`` is tiyn."""
    return f"{figure(amount, lang)}\u00a0₸"


def figure(amount: Money | int, lang: Lang) -> str:
    """A sum as it stands in a column, ``1 234 567,89``; a bare ``int`` is tiyn."""
    return cell_text("money", to_tiyn(amount) if isinstance(amount, Money) else amount, lang)


def day(on: date | None, lang: Lang) -> str:
    """A day in figures; nothing where there is none."""
    return cell_text("date", on, lang)


def number(count: int | Decimal, lang: Lang) -> str:
    """A count with its thousands apart."""
    return value_text(Decimal(count), lang)


def url(request: Request, path: str | None = None, /, **query: object) -> str:
    """An address inside the site; a ``None`` in ``query`` takes a name out.

    Without ``path`` it is the page being looked at, with all of its query but what ``query`` says anew: the view is
    the address, so sorting, filtering and turning pages are changes of it. The language is no part of the view: a
    cookie remembers it.
    """
    view = [] if path else request.query_params.multi_items()
    kept = [(name, value) for name, value in view if name not in query and name != "lang"]
    changed: list[tuple[str, object]] = []
    for name, value in query.items():
        several = value if isinstance(value, (list, tuple)) else [value]
        changed += [(name, each) for each in several if each is not None]
    pairs = urlencode([*kept, *changed])
    return f"{path or request.url.path}?{pairs}" if pairs else path or request.url.path


def csrf(request: Request) -> str:
    """The token of the person's cookie, for a hidden field; saying it makes the answer carry the cookie."""
    request.state.csrf_written = True
    token: str = request.state.csrf
    return token


@cache
def asset(name: str) -> str:
    """The address of a static file, which changes with its content."""
    theirs = {f"vendor/{each.name}": each.sha256 for each in vendored()}
    digest = theirs.get(name) or sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?{digest[:12]}"


def _organisation_name(request: Request, actor: Actor | None, lang: Lang) -> str:
    """What the organisation of ``actor`` is called; nothing for visitors and for the system."""
    if actor is None or actor.organisation_id is None:
        return ""
    names: dict[int, dict[Lang, str]] = request.app.state.organisation_names
    if actor.organisation_id not in names:
        with Session(request.app.state.world.jobs) as session:
            found = organisation(session, actor.organisation_id)
        names[found.id] = {"kk": found.name_kk, "ru": found.name_ru, "en": found.name_en}
    return names[actor.organisation_id][lang]
