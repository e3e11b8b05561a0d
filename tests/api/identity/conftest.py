"""Fixtures of the tests of identity: a quick hasher, keys, and a moment to count from."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine

from api.identity.people import Person
from tests.api.identity.staff import QUICK, employ


@pytest.fixture
def quick() -> PasswordHasher:
    """A hasher that takes no time; what is hashed with it is renewed by the standard one."""
    return QUICK


@pytest.fixture
def keys() -> MultiFernet:
    """Keys for the secrets of authenticators."""
    return MultiFernet([Fernet(Fernet.generate_key())])


@pytest.fixture
def aigerim(committed_engine: Engine) -> Person:
    """An officer of a lender, with a password and without an authenticator."""
    return employ(committed_engine, "aigerim", roles=("lender-officer",))
