"""The rows of the close and the ledger say the same, or the month does not lock and verification names the loan."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from ledger.entries import Event, entry
from ledger.periods import states
from ledger.posting import post
from ledger.unit_of_work import make_engine, perform
from ledger.verification import verify
from lending.month_checks import CHECKS
from tests.lending.test_month_end import JANUARY, PAID, UNPAID, closed, started


def test_a_booking_that_no_row_explains_blocks_the_lock(committed_engine: Engine) -> None:
    """The loan is named with the difference, and nothing of the lock remains."""
    of, [loan_id] = started(committed_engine, PAID)
    stray = [("loan-principal", f"loan:{loan_id}", 1), ("cash", "", -1)]
    perform(
        committed_engine,
        lambda session: post(session, [Event("stray", date(2019, 1, 20), "", (entry(of.id, stray),))]),
    )  # fmt: skip
    result = closed(committed_engine, JANUARY)
    assert [(each.where, each.found.split(",")[0]) for each in result.discrepancies] == [
        (f"loan:{loan_id} 2019-01", "the ledger has more by: principal 1")
    ]
    with Session(committed_engine) as session:
        assert (result.state, states(session, JANUARY, [of.id])) == ("blocked", {of.id: "closing"})


def test_a_changed_row_is_named(committed_engine: Engine, fresh_database: str) -> None:
    """Whoever alters a row of a closed month, past the guards, is found out."""
    _, [loan_id, _] = started(committed_engine, PAID, UNPAID)
    closed(committed_engine, JANUARY)
    owner = make_engine(fresh_database, role=None)
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE loan_month SET provision = 0 WHERE loan_id = :id"), {"id": loan_id})
    owner.dispose()
    with Session(committed_engine) as session:
        [(_, found)] = verify(session, CHECKS)
    assert [each.where for each in found] == [f"loan:{loan_id} 2019-01"]
