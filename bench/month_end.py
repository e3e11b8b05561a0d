"""The close of a month by number of loans: time, growth, memory, and the floor of writing the same rows by COPY.

Every size gets a fresh embedded server with a synthetic portfolio. The close is the product's own, through locking
and sealing. The floor is what PostgreSQL needs to take the very rows the close wrote, by COPY into empty tables with
the same indexes and nothing else: no calculation, no guards, no reading. Growth is the exponent of time over loans
between neighbouring sizes; 1 is linear.
"""

from __future__ import annotations

import io
import math
import resource
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, text

from api.database import embedded_url, migrate
from bench.memory import peak_of_server
from bench.synthetic_loans import FEBRUARY, fill
from ledger.unit_of_work import make_engine
from lending.month_end import close

#: What a close writes, table by table: rows of the closed month.
WRITTEN = {
    "entry": "source LIKE 'close:%'",
    "posting": "entry_id IN (SELECT id FROM entry WHERE source LIKE 'close:%')",
    "loan_month": "month = '2021-02-01'",
    "snapshot": "month = '2021-02-01'",
}


def measure(loans: Sequence[int] = (10_000, 100_000, 1_000_000)) -> dict[str, float]:
    """Figures of a close of February 2021 for each number of loans."""
    figures: dict[str, float] = {}
    seconds = {}
    for size in loans:
        own = _one(size)
        seconds[size] = own["seconds"]
        figures |= {f"{name}_at_{size}": value for name, value in own.items()}
    for small, large in pairwise(loans):
        exponent = math.log(seconds[large] / seconds[small]) / math.log(large / small)
        figures[f"growth_exponent_{small}_to_{large}"] = exponent
    return figures


def _one(loans: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="nesie-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        url = embedded_url(Path(home))
        migrate(url)
        owner, application = make_engine(url, role=None), make_engine(url)
        begun = perf_counter()
        fill(owner, loans)
        filled = perf_counter() - begun
        with peak_of_server() as server:
            begun = perf_counter()
            result = close(application, FEBRUARY, made_by="bench")
            seconds = perf_counter() - begun
        if result.state != "done":
            raise SystemExit(f"the close ended {result.state}: {result.failures} {result.discrepancies[:3]}")
        rows, floor = _floor(owner)
        owner.dispose()
        application.dispose()
    return {
        "seconds": seconds,
        "loans_per_second": loans / seconds,
        "rows_written": rows,
        "copy_floor_seconds": floor,
        "times_copy_floor": seconds / floor,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "server_peak_mib": server.mib,
        "filling_seconds": filled,
    }


def _floor(engine: Engine) -> tuple[int, float]:
    """How many rows the close wrote, and seconds to COPY them into fresh tables with the same indexes."""
    rows, seconds = 0, 0.0
    for table, which in WRITTEN.items():
        with engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE floor_of_{table} (LIKE {table} INCLUDING INDEXES)"))
            cursor: Any = connection.connection.cursor()
            lines = io.BytesIO()
            cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE {which}) TO STDOUT", lines)
            lines.seek(0)
            begun = perf_counter()
            cursor.copy_expert(f"COPY floor_of_{table} FROM STDIN", lines)
            seconds += perf_counter() - begun
            rows += cursor.rowcount
    return rows, seconds
