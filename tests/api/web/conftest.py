"""Pages are asked for as the tests of the server do it."""

from tests.api.http.conftest import make_client

__all__ = ["make_client"]
