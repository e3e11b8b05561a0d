"""The OpenAPI document is true: whatever it allows to be asked, it describes what comes back.

Schemathesis makes requests out of the document, well-formed and not, and judges the answers by it: no fault, no status,
content or body that is not described. Each operation is asked by nobody, by somebody whom the matrix refuses, and by
somebody it admits. The quick proof asks a few times; the slow one a hundred times, as every role.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session

from api.access.matrix import matrix
from api.identity.api_tokens import create_token
from api.identity.people import person
from ledger.unit_of_work import perform
from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.town import Town

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
)  # fmt: skip
QUICK, LONG = 2, 100
Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def programs(books_of_its_own: Town) -> dict[str | None, dict[str, str]]:
    """What a program of somebody with each role sends to be known."""
    town = books_of_its_own
    return {None: {}} | {role: {"Authorization": f"Bearer {token_of(town, role)}"} for role in matrix().roles}


def token_of(town: Town, role: str) -> str:
    """A token of somebody new with ``role``."""
    actor, now = town.somebody(role), town.world.now()

    def work(session: Session) -> str:
        return create_token(session, person(session, actor.user_id), name="fuzz", scopes=[role], days=1, now=now)

    return perform(town.world.jobs, work)


def operations(town: Town) -> Iterator[Operation]:
    """Every operation of the document."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", town.app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        yield found.ok()


def answers(operation: Operation, people: Sequence[tuple[dict[str, str], bool]], times: int) -> str:
    """Send many requests to an operation as each of ``people`` (admitted or not); what is wrong with the answers."""
    made = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @settings(max_examples=times, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
              suppress_health_check=list(HealthCheck), report_multiple_bugs=False)  # fmt: skip
    @given(one_of(*made))
    def asked(case: Case[Any]) -> None:
        for known, admitted in people:
            answer = case.call(headers=known)
            case.validate_response(answer, checks=[*CHECKS])
            assert admitted or answer.status_code in (400, 401, 403, 429), answer.text

    try:
        asked()
    except (AssertionError, FailureGroup) as error:
        return "\n".join(str(each) for each in getattr(error, "exceptions", (error,)))
    return ""


def test_nothing_but_the_api_is_described(town: Town) -> None:
    """Pages are not in the document, and every route of the API is."""
    described = {f"{each.method.upper()} {each.path}" for each in operations(town)}
    assert described == {route for route in town.routes if " /api/v1/" in route}


def test_a_few_requests_to_every_operation(books_of_its_own: Town, programs: dict[str | None, dict[str, str]]) -> None:
    """Nobody, somebody refused and somebody admitted get what the document says."""
    wrong = {}
    for operation in operations(books_of_its_own):
        route = f"{operation.method.upper()} {operation.path}"
        may = [role for role in matrix().roles if promised(route, role)]
        stranger = next((role for role in matrix().roles if role not in may), None)
        people = [(programs[None], False), (programs[may[0]], True)]
        people += [(programs[stranger], False)] if stranger else []
        wrong[route] = answers(operation, people, QUICK)
    assert not any(wrong.values()), "\n".join(f"{route}: {told}" for route, told in wrong.items() if told)


@pytest.mark.slow
@pytest.mark.parametrize("role", matrix().roles)
def test_many_requests_to_every_operation(
    books_of_its_own: Town, programs: dict[str | None, dict[str, str]], role: str
) -> None:
    """A hundred requests of every role to every operation that is open to it get what the document says."""
    wrong = {}
    for operation in operations(books_of_its_own):
        route = f"{operation.method.upper()} {operation.path}"
        if promised(route, role):
            wrong[route] = answers(operation, [(programs[role], True)], LONG)
    assert not any(wrong.values()), "\n".join(f"{route}: {told}" for route, told in wrong.items() if told)
