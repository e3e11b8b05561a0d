"""Signing in by an OpenID provider: exact issuer, signature, nonce and state, and a person found by subject.

The provider is a small one of the test's own, a real server on loopback that can be told to misbehave.
"""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.identity.people import Person, set_access
from api.identity.provider import Departure, IdentityTaken, ProviderRefused, come_back, depart, link
from api.identity.sessions import standing_session
from api.settings import Settings
from ledger.unit_of_work import perform
from tests.api.identity.staff import HOME, NOW, employ

KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "1"}) for _ in range(2))
SUBJECT = "248289761001"


@dataclass
class Provider:
    """What the server answers: claims on top of the right ones, another key, no algorithm, another name."""

    issuer: str = ""
    calls_itself: str | None = None
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    unsigned: bool = False
    asked: dict[str, str] = field(default_factory=dict)

    def about(self) -> dict[str, Any]:
        """The discovery document."""
        return {
            "issuer": self.calls_itself or self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        }  # fmt: skip

    def id_token(self) -> str:
        """The token for whoever `asked`, valid for five minutes."""
        now = int(NOW.timestamp())
        right = {"iss": self.issuer, "aud": "nesie", "sub": SUBJECT, "nonce": self.asked["nonce"], "iat": now,
                 "exp": now + 300}  # fmt: skip
        claims = right | self.claims
        if self.unsigned:
            parts = ({"alg": "none"}, claims)
            return (
                ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
                + "."
            )
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def exchange(self, sent: dict[str, str]) -> dict[str, Any]:
        """Give a token to whoever knows the verifier of the challenge."""
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        assert challenge == self.asked["code_challenge"]
        return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider on loopback that signs in `SUBJECT`."""
    ours = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(ours.about() if "well-known" in self.path else {"keys": [KEY.as_dict(private=False)]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.reply(ours.exchange(flat(body)))

        def reply(self, value: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ours.issuer = f"http://127.0.0.1:{server.server_port}"
    yield ours
    server.shutdown()
    server.server_close()


@pytest.fixture
def linked(committed_engine: Engine, provider: Provider, aigerim: Person) -> Person:
    """A person whom the provider knows."""
    perform(committed_engine, lambda session: link(session, aigerim, provider.issuer, SUBJECT, NOW))
    return aigerim


def flat(query: str) -> dict[str, str]:
    """A query with one value to each name."""
    return {name: values[0] for name, values in parse_qs(query).items()}


def leave(engine: Engine, provider: Provider) -> Departure:
    """Send a browser to the provider, which remembers what it was asked."""
    departure = depart(engine, Settings(oidc_issuer=provider.issuer), "/loans", NOW)
    provider.asked = flat(urlsplit(departure.address).query)
    return departure


def back(engine: Engine, provider: Provider, departure: Departure, **other: Any) -> tuple[Any, str]:
    """Bring the provider's answer, with some of it changed."""
    answer = {"state": provider.asked["state"], "code": "c", "issuer": None, "browser": departure.browser} | other
    return come_back(engine, Settings(oidc_issuer=provider.issuer), **answer, caller=HOME, now=NOW)


def test_a_subject_of_the_provider_is_let_half_way_in(
    committed_engine: Engine, provider: Provider, linked: Person
) -> None:
    """The provider stands for the password: the second factor is still ours."""
    arrival, onward = back(committed_engine, provider, leave(committed_engine, provider))
    assert (arrival.next, onward, provider.asked["code_challenge_method"]) == ("enrolment", "/loans", "S256")
    with Session(committed_engine) as session:
        assert standing_session(session, arrival.token, NOW) is None
        assert standing_session(session, arrival.token, NOW, stage="password")


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"nonce": "replayed"}},
        {"claims": {"exp": int(NOW.timestamp()) - 60}},
        {"claims": {"azp": "another"}},
        {"claims": {"sub": "somebody-else", "email": "aigerim"}},
        {"key": OTHER_KEY},
        {"unsigned": True},
    ],
    ids=lambda wrong: str(wrong.get("claims", next(iter(wrong))))[:30],
)
def test_a_wrong_token_is_refused(
    committed_engine: Engine, provider: Provider, linked: Person, wrong: dict[str, Any]
) -> None:
    """Wrong issuer, audience, nonce, time, subject, signature or none: nobody is let in, whatever the e-mail says."""
    departure = leave(committed_engine, provider)
    for name, value in wrong.items():
        setattr(provider, name, value)
    with pytest.raises(ProviderRefused):
        back(committed_engine, provider, departure)


@pytest.mark.parametrize(
    "wrong",
    [{"state": "guessed"}, {"browser": "another"}, {"issuer": "https://evil.example"}],
    ids=lambda w: next(iter(w)),
)
def test_a_wrong_answer_is_refused(
    committed_engine: Engine, provider: Provider, linked: Person, wrong: dict[str, str]
) -> None:
    """A state that was not asked, another browser, or an answer of another issuer."""
    with pytest.raises(ProviderRefused):
        back(committed_engine, provider, leave(committed_engine, provider), **wrong)


def test_a_state_is_good_once(committed_engine: Engine, provider: Provider, linked: Person) -> None:
    """An answer cannot be replayed."""
    departure = leave(committed_engine, provider)
    back(committed_engine, provider, departure)
    with pytest.raises(ProviderRefused, match="state"):
        back(committed_engine, provider, departure)


def test_a_nonce_belongs_to_one_visit(committed_engine: Engine, provider: Provider, linked: Person) -> None:
    """A token of an earlier visit does not serve a later one."""
    leave(committed_engine, provider)
    stolen = provider.id_token()
    departure = leave(committed_engine, provider)
    provider.claims = {"nonce": jwt.decode(stolen, KEY).claims["nonce"]}
    with pytest.raises(ProviderRefused, match="token"):
        back(committed_engine, provider, departure)


def test_an_issuer_has_to_name_itself_exactly(committed_engine: Engine, provider: Provider) -> None:
    """A slash more is another issuer, and one that is not on loopback has to use TLS."""
    provider.calls_itself = f"{provider.issuer}/"
    with pytest.raises(ProviderRefused, match="issuer"):
        leave(committed_engine, provider)
    with pytest.raises(ProviderRefused, match="settings"):
        depart(committed_engine, Settings(oidc_issuer="http://login.example"), "/", NOW)


def test_who_is_no_longer_let_in_is_not_by_a_provider_either(
    committed_engine: Engine, provider: Provider, linked: Person
) -> None:
    """Access is ours to take away, and an account stands for one person."""
    other = employ(committed_engine, "bolat")
    with pytest.raises(IdentityTaken):
        perform(committed_engine, lambda session: link(session, other, provider.issuer, SUBJECT, NOW))
    perform(committed_engine, lambda session: set_access(session, linked, allowed=False, by=None, now=NOW))
    with pytest.raises(ProviderRefused, match="account"):
        back(committed_engine, provider, leave(committed_engine, provider))
