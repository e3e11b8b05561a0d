"""Columns of whole numbers, out of the database into arrays.

Month-end and reports read millions of rows; no object is made for any of them. A query whose every column is a
whole number and never NULL goes out by COPY and is parsed in one go. Dates travel as day numbers since
1970-01-01 (`DAY`). Columns the other way, into the ledger, are `ledger.posting`'s business.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

Integers = npt.NDArray[np.int64]

#: SQL of the day number of a date; ``{0}`` is the date.
DAY = "({0} - DATE '1970-01-01')"
_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date) -> int:
    """Days from 1970-01-01 to ``day``."""
    return day.toordinal() - _EPOCH


def array(values: Integers) -> str:
    """Whole numbers as the text of a PostgreSQL array, which the server reads faster than a list of literals."""
    return "{" + ",".join(map(str, values.tolist())) + "}"


def read(session: Session, names: Sequence[str], query: str, values: Mapping[str, Any]) -> dict[str, Integers]:
    """The columns of ``query`` by name, 64-bit; ``%(name)s`` in it stands for ``values["name"]``."""
    session.flush()
    cursor: Any = session.connection().connection.cursor()
    try:
        bound = cursor.mogrify(query, values).decode()
        out = io.BytesIO()
        cursor.copy_expert(f"COPY ({bound}) TO STDOUT (DELIMITER ' ')", out)
    finally:
        cursor.close()
    numbers = np.fromstring(out.getvalue(), dtype=np.int64, sep=" ")
    table = numbers.reshape(-1, len(names))
    return {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(names)}
