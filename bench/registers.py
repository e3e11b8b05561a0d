"""Registers of 5,000 rows: a file read, checked and accepted whole, against reading its cells and nothing else.

The files are written in the demo's layouts and taken in through the edge as lenders' files are, on a fresh embedded
server. The floor is python-calamine giving the cells of the same file.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter

from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.database import embedded_url, migrate
from api.demo.numbers import iin_of
from api.demo.registers_written import Cell, written_register
from api.imports import import_register
from ledger.money import tenge
from ledger.organisations import register_organisation
from ledger.unit_of_work import make_engine, perform
from lending.chain.drawdown import draw
from lending.chain.facilities import FacilityTerms, open_facility
from lending.programmes.editions import Link
from lending.registers.columns import RegisterKind

SIGNED = date(2019, 1, 10)
LINKS: tuple[tuple[Link, str, str], ...] = (
    ("budget-credit", "БК-1", "0.0001"),
    ("operator-loan", "АКК-1", "0.0001"),
    ("funding-line", "АКК-Қ-1", "0.02"),
)


def measure(rows: int = 5_000) -> dict[str, float]:
    """Seconds for a register of issued loans and one of repayments, of ``rows`` rows each, and over the floor."""
    with tempfile.TemporaryDirectory(prefix="nesie-bench-", ignore_cleanup_errors=True) as home:
        Path(home).chmod(0o755)
        url = embedded_url(Path(home))
        migrate(url)
        engine = make_engine(url)
        _fund(engine, rows)
        figures = _one(engine, "issued-loans", [_loan(number) for number in range(rows)])
        figures |= _one(engine, "repayments", [_payment(number) for number in range(rows)])
        engine.dispose()
    return figures


def _one(engine: Engine, kind: RegisterKind, rows: Sequence[Mapping[str, Cell]]) -> dict[str, float]:
    file = written_register(kind, rows, "template", "ru", kind)
    begun = perf_counter()
    CalamineWorkbook.from_filelike(io.BytesIO(file.content)).get_sheet_by_index(0).to_python()
    floor = perf_counter() - begun
    begun = perf_counter()
    rehearsed = import_register(engine, file.content, file.name, actor="bench", rehearse=True)
    rehearsal = perf_counter() - begun
    begun = perf_counter()
    import_register(engine, file.content, file.name, actor="bench").demand_accepted()
    seconds = perf_counter() - begun
    name = kind.replace("-", "_")
    return {
        f"{name}_rows": float(rehearsed.review.row_count),
        f"{name}_rehearsal_seconds": rehearsal,
        f"{name}_seconds": seconds,
        f"{name}_times_reading_cells": seconds / floor,
    }


def _fund(engine: Engine, rows: int) -> None:
    """A chain whose lender has the money for the loans."""
    money = tenge(rows * 1_000_000)

    def work(session: Session) -> None:
        ids = [
            register_organisation(
                session, code=code, kind=kind, name_kk=code, name_ru=code, name_en=code, opened_on=date(2019, 1, 1)
            ).id
            for code, kind in (("budget", "budget"), ("akimat", "akimat"), ("acc", "operator"), ("mfo", "mfo"))
        ]  # fmt: skip
        parent = None
        for place, (link, number, rate) in enumerate(LINKS):
            parent = open_facility(
                session,
                FacilityTerms(
                    number=number, link=link, lender_id=ids[place], borrower_id=ids[place + 1], edition="746",
                    signed_on=SIGNED, amount=money, annual_rate=Decimal(rate), months=84, parent_id=parent,
                    principal_grace_months=24, every_months=12, method="equal-principal", territory="rural",
                ),
            ).id  # fmt: skip
            draw(session, parent, money, SIGNED + timedelta(days=place))

    perform(engine, work)


def _loan(number: int) -> dict[str, Cell]:
    signed_on = date(2019, 2, 1) + timedelta(days=number % 20)
    return {
        "facility_number": LINKS[-1][1], "contract_number": f"МК-{number:05d}", "contract_date": signed_on,
        "disbursed_on": signed_on + timedelta(days=1), "amount": Decimal("1000000.00"), "annual_rate": "6%",
        "months": 36, "every_months": "1", "method": "annuity", "principal_grace_months": 0,
        "borrower_id": iin_of(date(1980, 1, 1 + number % 28), Random(number)), "borrower_name": f"Заёмщик {number}",
        "borrower_kind": "individual-entrepreneur", "registered_on": date(2018, 6, 1), "start_up": "yes",
        "purpose": "open-microbusiness", "sector": "livestock", "territory": "rural", "kato": "111610000",
        "oked": "01.41", "jobs_promised": 0,
    }  # fmt: skip


def _payment(number: int) -> dict[str, Cell]:
    return {
        "contract_number": f"МК-{number:05d}", "paid_on": date(2019, 3, 2) + timedelta(days=number % 20),
        "amount": Decimal("30421.94"), "bank_reference": f"П-{number}",
    }  # fmt: skip
