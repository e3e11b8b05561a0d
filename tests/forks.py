"""Processes of their own for tests that kill what they started, forked from one that has imported the application.

An interpreter takes seconds to import all of it; a fork of one that has done so takes none. The process that forks is
the one of `api.http.apart`, whose work imports less: what it needs is here as well.
"""

from __future__ import annotations

from multiprocessing import get_context

from api.http.apart import IMPORTED

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([*IMPORTED, "tests.imported"])
