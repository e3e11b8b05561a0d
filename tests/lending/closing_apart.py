"""A close in a process that its test may kill at any piece: it tells what it has done and goes on when it is let."""

from __future__ import annotations

from datetime import date
from multiprocessing.connection import Connection

from ledger.unit_of_work import make_engine
from lending.month_end import close


def closing(told: Connection, let: Connection, url: str, month: date, book: int) -> None:
    """Close ``month`` for ``book``, telling every piece and how it ended; after each word it waits to be let go on."""

    def tell(*words: object) -> None:
        told.send(" ".join(map(str, words)))
        let.recv()

    tell("begins")
    tell(close(make_engine(url), month, [book], made_by="killed", chunk=2, progress=tell).state)
