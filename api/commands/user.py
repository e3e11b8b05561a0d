"""``nesie user``: people of organisations, from the terminal.

The first administrator comes from here: a person is added with a link that is good once, and chooses a password by
it. No password is ever typed or printed; who may run this holds the database anyway.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
from sqlalchemy.orm import Session

from api.access.actors import Actor, system
from api.commands.context import Format, console, engine, print_json, print_table, seal_audit, settings, tell
from api.identity.api_tokens import create_token
from api.identity.factors import forget_factor
from api.identity.invitations import invitation_address, invite
from api.identity.people import Person, add_person, changed, people, person, set_access, set_roles
from api.identity.provider import NoProvider
from api.identity.provider import link as link_identity
from api.identity.sessions import end_sessions
from ledger.organisations import organisation
from ledger.unit_of_work import perform

user = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Add people of organisations, give them roles, let them in or not.\n\nExample: nesie user list",
)

T = TypeVar("T")

Login = Annotated[str, typer.Argument(help="login, in small letters")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="role; repeat it for several")]


@user.command("add")
def add(
    login: Login,
    home: Annotated[str, typer.Option("--organisation", help="code of the organisation")],
    name: Annotated[str, typer.Option(help="name for people to read")] = "",
    role: Roles = None,
) -> None:
    """Add a person and print the link by which they choose a password, once.

    Example: nesie user add aigerim@acc.kz --organisation acc --name 'Әйгерім' --role administrator
    """
    now = datetime.now(UTC)

    def work(session: Session) -> tuple[Person, str]:
        where = organisation(session, home).id
        who = add_person(session, login=login, name=name, organisation_id=where, language=settings().language, now=now)
        set_roles(session, who, role or [], by=None, now=now)
        changed(session, who, _terminal(), "people.add")
        return who, invite(session, who.id, now)

    who, token = perform(engine(), work)
    seal_audit()
    console.print(tell("command.user-added", login=who.login, organisation=who.organisation_code), markup=False)
    _print_invitation(token)


@user.command("list")
def list_(
    home: Annotated[
        str | None, typer.Option("--organisation", help="code of the organisation; all unless given")
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="table for people, json for machines")] = Format.TABLE,
) -> None:
    """List people with their roles.

    Example: nesie user list --organisation acc
    """

    def work(session: Session) -> list[Person]:
        return people(session, organisation(session, home).id if home else None)

    found = perform(engine(), work)
    if output is Format.JSON:
        print_json([
            {"login": each.login, "name": each.name, "organisation": each.organisation_code, "roles": each.roles,
             "state": _state(each), "authenticator": each.enrolled} for each in found
        ])  # fmt: skip
    elif not found:
        console.print(tell("command.user-none"))
    else:
        headings = [tell(f"web.identity.{name}") for name in ("login", "name")] + [
            tell("column.organisation"), tell("web.identity.roles"), tell("web.identity.state"),
        ]  # fmt: skip
        rows = [
            (each.login, each.name, each.organisation_code, ", ".join(each.roles),
             tell(f"web.identity.is-{_state(each)}")) for each in found
        ]  # fmt: skip
        print_table(tell("command.users"), headings, rows)


@user.command("invite")
def invite_again(login: Login) -> None:
    """Print a new link for choosing a password; the earlier one is void. The authenticator stays.

    Example: nesie user invite aigerim@acc.kz
    """
    _print_invitation(_do(login, "people.invite", lambda session, who: invite(session, who.id, datetime.now(UTC))))


@user.command("roles")
def roles(login: Login, role: Roles = None) -> None:
    """Give a person exactly these roles.

    Example: nesie user roles aigerim@acc.kz --role operator-officer
    """
    now = datetime.now(UTC)
    _do(login, "people.set-roles", lambda session, who: set_roles(session, who, role or [], by=None, now=now))
    console.print(tell("command.user-roles", login=login, roles=role or []), markup=False)


@user.command("disable")
def disable(login: Login) -> None:
    """Let a person in no longer; what they have open ends at once.

    Example: nesie user disable aigerim@acc.kz
    """
    _set_access(login, allowed=False)
    console.print(tell("command.user-disabled", login=login), markup=False)


@user.command("enable")
def enable(login: Login) -> None:
    """Let a person in again.

    Example: nesie user enable aigerim@acc.kz
    """
    _set_access(login, allowed=True)
    console.print(tell("command.user-enabled", login=login), markup=False)


@user.command("forget-authenticator")
def forget_authenticator(login: Login) -> None:
    """Forget a lost authenticator; the person sets up another after the next password.

    Example: nesie user forget-authenticator aigerim@acc.kz
    """

    def forget(session: Session, who: Person) -> None:
        forget_factor(session, who.id)
        end_sessions(session, who.id, datetime.now(UTC))

    _do(login, "people.forget-authenticator", forget)
    console.print(tell("command.user-factor-forgotten", login=login), markup=False)


@user.command("token")
def token(
    login: Login,
    name: Annotated[str, typer.Option(help="what the token is for")],
    role: Annotated[list[str], typer.Option("--role", help="role out of the person's; repeat it for several")],
    days: Annotated[int, typer.Option(help="how long it is good, at most 365")] = 90,
) -> None:
    """Print a token with which a program works in the person's name, with these roles only.

    Example: nesie user token aigerim@acc.kz --name export --role operator-officer --days 30
    """
    now = datetime.now(UTC)
    made = _do(
        login, "account.create-token",
        lambda session, who: create_token(session, who, name=name, scopes=role, days=days, now=now),
    )  # fmt: skip
    console.print(tell("command.user-token", token=made), markup=False)


@user.command("link")
def link(
    login: Login, subject: Annotated[str, typer.Option(help="the person's subject (sub) at the OpenID provider")]
) -> None:
    """Let an account of the OpenID provider stand for a person's password.

    Example: NESIE_OIDC_ISSUER=https://login.acc.kz nesie user link aigerim@acc.kz --subject 248289761001
    """
    issuer = settings().oidc_issuer
    if issuer is None:
        raise NoProvider
    now = datetime.now(UTC)
    _do(login, "people.link", lambda session, who: link_identity(session, who, issuer, subject, now))
    console.print(tell("command.user-linked", login=login, issuer=issuer, subject=subject), markup=False)


def _set_access(login: str, *, allowed: bool) -> None:
    now = datetime.now(UTC)
    _do(login, "people.set-access", lambda session, who: set_access(session, who, allowed=allowed, by=None, now=now))


def _do(login: str, act: str, work: Callable[[Session, Person], T]) -> T:
    """Do something to a person and record it."""

    def recorded(session: Session) -> T:
        who = person(session, login)
        result = work(session, who)
        changed(session, who, _terminal(), act)
        return result

    result = perform(engine(), recorded)
    seal_audit()
    return result


def _terminal() -> Actor:
    return system("cli", getpass.getuser())


def _print_invitation(token: str) -> None:
    console.print(tell("command.user-invitation", address=invitation_address(settings().site, token)), markup=False)


def _state(who: Person) -> str:
    if who.disabled_at is not None:
        return "disabled"
    return "active" if who.settled else "invited"
