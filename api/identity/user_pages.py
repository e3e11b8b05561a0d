"""Pages of an organisation's people, for its administrators: invite, give roles, end sessions, let in or not.

Only people of the administrator's own organisation are found. Roles, invitations and lost authenticators ask for a
one-time code given lately; ending sessions and access does not, so that a theft can be stopped at once. Who may come
here at all is the access matrix's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from api.access.actors import Actor
from api.http.asking import Asker, Spoken, TheWorld
from api.identity.account_pages import almaty
from api.identity.entrance_pages import Typed
from api.identity.factors import forget_factor
from api.identity.invitations import invitation_address, invite
from api.identity.people import (
    OwnRole,
    Person,
    add_person,
    changed,
    colleague,
    people,
    roles_for,
    set_access,
    set_roles,
)
from api.identity.sessions import end_session, end_sessions, sessions_of
from api.identity.signing_in import demand_fresh, fresh
from api.settings import Settings
from api.web.forms import Form as Shown
from api.web.forms import problems_of
from api.web.rendering import render
from api.web.sending import Redrawn
from api.world import World
from ledger.errors import NesieError
from ledger.unit_of_work import perform

router = APIRouter(prefix="/users", include_in_schema=False)

Chosen = Annotated[Sequence[str], Form()]


@router.get("")
def users_page(request: Request, world: TheWorld, actor: Asker) -> HTMLResponse:
    """The people of the organisation."""
    with Session(world.jobs) as session:
        everybody = people(session, actor.organisation_id)
    return render(request, "identity/users.html", people=everybody)


@router.get("/new")
def new_page(request: Request, world: TheWorld, actor: Asker) -> HTMLResponse:
    """The form for another person.

    Raises:
        ConfirmFirst: no code was given lately.
    """
    demand_fresh(actor, world.now())
    return _new_form(request, actor, Shown(), ())


@router.post("/new")
def new_now(
    request: Request, world: TheWorld, actor: Asker, lang: Spoken, redrawn: Redrawn, login: Typed = "",
    name: Typed = "", roles: Chosen = (),
) -> Response:  # fmt: skip
    """Add a person with roles and show the invitation, this once.

    Raises:
        ConfirmFirst: no code was given lately.
    """
    demand_fresh(actor, world.now())
    if redrawn:
        return _new_form(request, actor, Shown({"login": login, "name": name}), roles)
    now, home = world.now(), actor.organisation_id
    assert home is not None  # the system signs in to no pages

    def work(session: Session) -> tuple[Person, str]:
        who = add_person(session, login=login, name=name, organisation_id=home, language=lang, now=now)
        set_roles(session, who, roles, by=actor.user_id, now=now)
        changed(session, who, actor, "people.add", request.state.request_id)
        return who, invite(session, who.id, now)

    try:
        who, token = perform(world.jobs, work)
    except NesieError as error:
        form = Shown({"login": login, "name": name}, problems_of(error, lang))
        return _new_form(request, actor, form, roles, error.http_status)
    return _invitation(request, world.settings, who, token)


@router.get("/{person_id}")
def user_page(request: Request, world: TheWorld, actor: Asker, person_id: int) -> HTMLResponse:
    """One person: roles, open sessions, access.

    Raises:
        NotFound: nobody of the organisation.
    """
    return _user(request, world, actor, person_id)


def _user(
    request: Request, world: World, actor: Actor, person_id: int, chosen: Sequence[str] | None = None
) -> HTMLResponse:
    """The page of a person with the roles that are ticked: those ``chosen``, or else those they have."""
    now = world.now()
    with Session(world.jobs) as session:
        who = colleague(session, person_id, actor.organisation_id)
        sessions = sessions_of(session, who.id, now)
    known = roles_for(who.organisation_kind)
    return render(
        request, "identity/user.html", who=who, sessions=sessions, known=known, fresh=fresh(actor, now),
        chosen=who.roles if chosen is None else chosen,
        own=who.id == actor.user_id, almaty=almaty, confirm=f"/account/confirm?next={quote(f'/users/{who.id}')}",
    )  # fmt: skip


@router.post("/{person_id}/roles")
def roles_now(
    request: Request, world: TheWorld, actor: Asker, redrawn: Redrawn, person_id: int, roles: Chosen = ()
) -> Response:
    """Give the person exactly these roles.

    Raises:
        ConfirmFirst: no code was given lately.
        OwnRole: the administrator meant themselves.
    """
    demand_fresh(actor, world.now())
    if redrawn:
        return _user(request, world, actor, person_id, roles)
    return _change(request, world, actor, person_id, "people.set-roles",
        lambda session, who: set_roles(session, who, roles, by=actor.user_id, now=world.now()),
    )  # fmt: skip


@router.post("/{person_id}/access")
def access_now(
    request: Request, world: TheWorld, actor: Asker, person_id: int, allowed: Annotated[bool, Form()]
) -> Response:
    """Let the person in no longer, or again, which asks for a code given lately.

    Raises:
        ConfirmFirst: no code was given lately.
        OwnRole: the administrator meant themselves.
    """
    if allowed:
        demand_fresh(actor, world.now())
    return _change(request, world, actor, person_id, "people.set-access",
        lambda session, who: set_access(session, who, allowed=allowed, by=actor.user_id, now=world.now()),
    )  # fmt: skip


@router.post("/{person_id}/invitation")
def invitation_now(request: Request, world: TheWorld, actor: Asker, person_id: int) -> HTMLResponse:
    """Show a new invitation, this once: for somebody who forgot the password, or the link.

    Raises:
        ConfirmFirst: no code was given lately.
    """
    demand_fresh(actor, world.now())

    def work(session: Session) -> tuple[Person, str]:
        who = colleague(session, person_id, actor.organisation_id)
        changed(session, who, actor, "people.invite", request.state.request_id)
        return who, invite(session, who.id, world.now())

    who, token = perform(world.jobs, work)
    return _invitation(request, world.settings, who, token)


@router.post("/{person_id}/authenticator/forget")
def forget_now(request: Request, world: TheWorld, actor: Asker, person_id: int) -> Response:
    """Forget a lost authenticator: the person enrols another after the next password.

    Raises:
        ConfirmFirst: no code was given lately.
        OwnRole: the administrator meant themselves.
    """
    demand_fresh(actor, world.now())

    def forget(session: Session, who: Person) -> None:
        if who.id == actor.user_id:
            raise OwnRole
        forget_factor(session, who.id)
        end_sessions(session, who.id, world.now())

    return _change(request, world, actor, person_id, "people.forget-authenticator", forget)


@router.post("/{person_id}/sessions/{session_id}/end")
def end_one(request: Request, world: TheWorld, actor: Asker, person_id: int, session_id: int) -> Response:
    """End one session of the person's."""
    return _change(request, world, actor, person_id, "people.end-session",
        lambda session, who: end_session(session, session_id, world.now(), person_id=who.id),
    )  # fmt: skip


def _change(
    request: Request, world: World, actor: Actor, person_id: int, act: str, work: Callable[[Session, Person], None]
) -> Response:
    """Do something to a colleague, record it, and go back to their page."""

    def recorded(session: Session) -> None:
        who = colleague(session, person_id, actor.organisation_id)
        work(session, who)
        changed(session, who, actor, act, request.state.request_id)

    perform(world.jobs, recorded)
    return RedirectResponse(f"/users/{person_id}", 303)


def _invitation(request: Request, settings: Settings, who: Person, token: str) -> HTMLResponse:
    return render(request, "identity/invited.html", who=who, address=invitation_address(settings.site, token))


def _new_form(request: Request, actor: Actor, form: Shown, roles: Sequence[str], status: int = 200) -> HTMLResponse:
    known = roles_for(actor.organisation_kind)
    return render(request, "identity/new-user.html", status, form=form, known=known, chosen=roles)
