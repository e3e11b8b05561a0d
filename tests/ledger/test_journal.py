"""The journal as text: read by hledger, a second implementation in another language, it gives our balances."""

from __future__ import annotations

import csv
import shutil
import subprocess
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from ledger.balances import balances
from ledger.journal import account_name, journal
from ledger.money import from_tiyn
from ledger.organisations import organisations
from ledger.posting import post, reverse
from tests.ledger.samples import FEBRUARY, JANUARY, MARCH, book, capital, drawdown


def hledger_balances(text: str, end: date) -> dict[str, Decimal]:
    """Every balance before ``end`` as hledger computes it, zeros left out."""
    arguments = ["hledger", "-f", "-", "bal", "--flat", "--no-total", "-O", "csv", "-e", end.isoformat()]
    done = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True)
    rows = list(csv.reader(done.stdout.splitlines()))[1:]
    return {name: Decimal(amount.removesuffix(" KZT")) for name, amount in rows}


def our_balances(session: Session, through: date) -> dict[str, Decimal]:
    """The same from the ledger."""
    codes = {each.id: each.code for each in organisations(session)}
    return {
        account_name(codes[each.book_id], each.account, each.subject): from_tiyn(each.tiyn).amount
        for each in balances(session, effective_on=through)
    }


def test_words_of_a_transaction(session: Session) -> None:
    """A transaction has its date, number, kind, event, source and legs in tenge."""
    one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
    (event,) = post(session, [drawdown(one, two, 123456)])
    assert "".join(journal(session, books=[one])) == (
        "decimal-mark .\ncommodity 1000.00 KZT\n\n"
        f"2021-01-01 ({event}) drawdown  ; event:{event}, source:facility:1\n"
        "    acc:facility-principal:facility:1  1234.56 KZT\n"
        "    acc:cash  -1234.56 KZT\n"
    )


def test_by_date_and_number(session: Session) -> None:
    """Entries come by their dates, whenever they were recorded, and both ends of the span are included."""
    one = book(session)
    post(session, [capital(one, 3, MARCH), capital(one, 2, FEBRUARY), capital(one, 1, JANUARY)])
    pieces = list(journal(session, start=JANUARY, through=FEBRUARY))
    assert [piece.split(maxsplit=1)[0] for piece in pieces[1:]] == ["2021-01-01", "2021-02-01"]


@pytest.mark.skipif(shutil.which("hledger") is None, reason="needs hledger: apt-get install hledger")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lent=st.lists(
        st.tuples(
            st.integers(-(10**15), 10**15).filter(bool), st.integers(1, 59), st.sampled_from("123"), st.booleans()
        ),
        max_size=20,
    )
)
def test_hledger_agrees(session: Session, lent: list[tuple[int, int, str, bool]]) -> None:
    """Another program accepts the journal and comes to the same balance of every account on two days."""
    with session.begin_nested() as savepoint:
        one, two = book(session, "acc"), book(session, "mfo-1", "mfo")
        for tiyn, day, facility, undone in lent:
            on = date.fromordinal(JANUARY.toordinal() + day)
            (event,) = post(session, [drawdown(one, two, tiyn, on, f"facility:{facility}")])
            if undone:
                reverse(session, event, MARCH)
        text = "".join(journal(session))
        assert hledger_balances(text, FEBRUARY) == our_balances(session, date(2021, 1, 31))
        assert hledger_balances(text, date(2022, 1, 1)) == our_balances(session, date(2021, 12, 31))
        savepoint.rollback()
