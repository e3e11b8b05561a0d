"""What forks of `tests.forks` find done: everything the application imports, and its routes worked out."""

from __future__ import annotations

from api.http.app import _all_routes

_all_routes()
