"""An OpenID provider in place of the password, where the settings name one.

The authorisation code flow with PKCE, by Authlib; tokens are verified by joserfc. What a browser must bring back, its
state, nonce and verifier, is kept in the database, bound to that browser by a cookie, and good once. The issuer has
to name itself exactly as the settings do, tokens are signed with an asymmetric algorithm, and a person is found by
issuer and subject, never by an e-mail address. A provider stands for the password only: the one-time code is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.identity.people import Person, person
from api.identity.sessions import Caller
from api.identity.signing_in import Arrival, admitted
from api.identity.tables import PersonIdentityRow, ProviderVisitRow
from api.identity.tokens import digest, new_token
from api.settings import Settings
from ledger.errors import Conflict, Refused
from ledger.unit_of_work import perform

VISIT = timedelta(minutes=10)
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
#: Seconds that the provider's clock may differ from ours, and that it has to answer.
LEEWAY, PATIENCE = 30, 10
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(eq=False, kw_only=True)
class ProviderRefused(Refused):
    """Signing in by the provider did not succeed; why exactly is for the log and not for whoever tries."""

    code = "provider-refused"
    sentence = (
        "Signing in by your organisation's provider did not succeed ({reason}). Begin again; if it fails again, ask "
        "your administrator whether your account is linked."
    )
    http_status: ClassVar[int] = 401
    reason: str


@dataclass(eq=False, kw_only=True)
class IdentityTaken(Conflict):
    """A subject of the provider that belongs to somebody else already."""

    code = "identity-taken"
    sentence = "The provider's account {subject} is linked to another person. Check the subject."
    subject: str


@dataclass(eq=False, kw_only=True)
class NoProvider(Refused):
    """An OpenID provider is needed where the settings name none."""

    code = "no-provider"
    sentence = "No OpenID provider is set up. Set NESIE_OIDC_ISSUER to its address."
    http_status: ClassVar[int] = 404


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and what to give it along as a cookie."""

    address: str
    browser: str


def link(session: Session, who: Person, issuer: str, subject: str, now: datetime) -> None:
    """Let a provider's account stand for a person; linking again changes nothing.

    Raises:
        IdentityTaken: it stands for somebody else.
    """
    row = {"person_id": who.id, "issuer": issuer, "subject": subject, "created_at": now}
    session.execute(insert(PersonIdentityRow).values(row).on_conflict_do_nothing())
    if _linked(session, issuer, subject) != who.id:
        raise IdentityTaken(subject=subject)


def depart(engine: Engine, settings: Settings, onward: str, now: datetime) -> Departure:
    """Begin to sign in by the provider; ``onward`` is where the person wants to go afterwards.

    Raises:
        NoProvider: the settings name none.
        ProviderRefused: it does not answer as itself.
    """
    state, nonce, verifier, browser = (new_token() for _ in range(4))
    endpoint = _discovered(settings)["authorization_endpoint"]
    with _client(settings) as client:
        address, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
    visit = {
        "state_digest": digest(state), "browser_digest": digest(browser), "nonce": nonce, "verifier": verifier,
        "onward": onward, "expires_at": now + VISIT,
    }  # fmt: skip

    def keep(session: Session) -> None:
        session.execute(delete(ProviderVisitRow).where(ProviderVisitRow.expires_at < now))
        session.execute(insert(ProviderVisitRow).values(visit))

    perform(engine, keep)
    return Departure(str(address), browser)


def come_back(
    engine: Engine, settings: Settings, *, state: str, code: str, issuer: str | None, browser: str, caller: Caller,
    now: datetime,
) -> tuple[Arrival, str]:  # fmt: skip
    """Take what the provider sent the browser back with: the session half-way in, and where to go on to.

    ``issuer`` is the parameter ``iss`` of RFC 9207, where the provider sends one.

    Raises:
        ProviderRefused: anything about it is not as it must be.
    """
    visit = perform(engine, lambda session: _used(session, state, browser, now))
    if issuer is not None and issuer != settings.oidc_issuer:
        raise ProviderRefused(reason="issuer")
    claims = _claims(settings, code, visit, now)

    def arrive(session: Session) -> Arrival:
        found = _linked(session, claims["iss"], claims["sub"])
        if found is None or person(session, found).disabled_at is not None:
            raise ProviderRefused(reason="account")
        return admitted(session, found, caller, now)

    return perform(engine, arrive), visit.onward


def _used(session: Session, state: str, browser: str, now: datetime) -> ProviderVisitRow:
    """The visit this state belongs to, used up; another browser cannot use it."""
    its = (ProviderVisitRow.state_digest == digest(state)) & (ProviderVisitRow.browser_digest == digest(browser))
    good = its & ProviderVisitRow.used_at.is_(None) & (ProviderVisitRow.expires_at > now)
    row: ProviderVisitRow | None = session.scalar(
        update(ProviderVisitRow).where(good).values(used_at=now).returning(ProviderVisitRow)
    )
    if row is None:
        raise ProviderRefused(reason="state")
    return row


def _claims(settings: Settings, code: str, visit: ProviderVisitRow, now: datetime) -> dict[str, Any]:
    """The verified claims of the ID token that ``code`` is exchanged for."""
    try:
        with _client(settings) as client:
            about = _discovered(settings)
            answer = client.fetch_token(about["token_endpoint"], code=code, code_verifier=visit.verifier)
            keys = KeySet.import_key_set(_read(about["jwks_uri"]))
        token = jwt.decode(answer["id_token"], keys, algorithms=list(ALGORITHMS))
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=LEEWAY,
            iss={"essential": True, "value": settings.oidc_issuer or ""},
            aud={"essential": True, "value": settings.oidc_client_id},
            nonce={"essential": True, "value": visit.nonce},
            exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
        ).validate(token.claims)  # fmt: skip
    except (OAuthError, JoseError, httpx2.HTTPError, KeyError, ValueError) as error:
        raise ProviderRefused(reason="token") from error
    if token.claims.get("azp", settings.oidc_client_id) != settings.oidc_client_id:
        raise ProviderRefused(reason="token")
    claims: dict[str, Any] = token.claims
    return claims


def _discovered(settings: Settings) -> dict[str, Any]:
    """What the provider says of itself, believed only from an issuer of exactly the name in the settings."""
    issuer = settings.oidc_issuer
    if issuer is None:
        raise NoProvider
    if urlsplit(issuer).scheme != "https" and urlsplit(issuer).hostname not in LOOPBACK:
        raise ProviderRefused(reason="settings")
    try:
        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        about: dict[str, Any] = _read(address)
    except (httpx2.HTTPError, ValueError) as error:
        raise ProviderRefused(reason="no answer") from error
    if about.get("issuer") != issuer:
        raise ProviderRefused(reason="issuer")
    return about


def _read(address: str) -> Any:
    return httpx2.get(address, timeout=PATIENCE).raise_for_status().json()


def _client(settings: Settings) -> OAuth2Client:
    secret = settings.oidc_secret_file
    return OAuth2Client(
        settings.oidc_client_id, secret.read_text(encoding="utf-8").strip() if secret else None,
        scope="openid", redirect_uri=f"{settings.site.rstrip('/')}/sign-in/provider/answer",
        code_challenge_method="S256", token_endpoint_auth_method="client_secret_basic" if secret else "none",
        timeout=PATIENCE,
    )  # fmt: skip


def _linked(session: Session, issuer: str, subject: str) -> int | None:
    its = (PersonIdentityRow.issuer == issuer) & (PersonIdentityRow.subject == subject)
    return session.scalar(select(PersonIdentityRow.person_id).where(its))
