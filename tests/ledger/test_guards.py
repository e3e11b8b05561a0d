"""What the database refuses whoever asks: the application in its own role, and the owner of the schema."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.posting import post
from ledger.unit_of_work import Command, carry_out, sqlstate
from tests.ledger.samples import FEBRUARY, JANUARY, book, capital, close

NO_PRIVILEGE, APPEND_ONLY, UNSOUND, CHECK = "42501", "NS001", "NS002", "23514"


def state_of(session: Session, statement: str) -> str:
    """The SQLSTATE with which a statement is refused, or "done"."""
    try:
        with session.begin_nested():
            session.execute(text(statement))
            session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except DBAPIError as error:
        return sqlstate(error)
    return "done"


CHANGED = {
    "organisation": "kind = 'bank'", "entry": "kind = 'x'", "posting": "amount = 1",
    "period_change": "made_by = 'x'", "entry_seal": "digest = ''", "seal": "digest = ''", "command": "actor = 'x'",
    "period": "state = 'open'", "account": "kinds = '[]'",
}  # fmt: skip


def changes(table: str) -> list[str]:
    """Ways to change or remove what a table holds."""
    return [f"UPDATE {table} SET {CHANGED[table]}", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]


def filled(session: Session) -> int:
    """A book with a row in every table of the truth, its transaction as good as committed."""
    one = book(session)
    post(session, [capital(one, 5)])
    close(session, JANUARY, [one])
    carry_out(session, Command("key-1", "x", {}, "asel", "cli"), lambda _: {})
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    return one


@pytest.mark.parametrize("table", CHANGED)
def test_the_application_only_adds(session: Session, table: str) -> None:
    """In its own role the application can neither change nor remove what is recorded, periods and chart included."""
    filled(session)
    refusals = {state_of(session, statement) for statement in changes(table)}
    assert refusals <= {NO_PRIVILEGE, APPEND_ONLY}


@pytest.mark.parametrize("table", sorted(CHANGED.keys() - {"period", "account"}))
def test_not_even_the_owner_changes_the_truth(owner: Session, table: str) -> None:
    """UPDATE, DELETE and TRUNCATE are refused by trigger where no privilege is missing."""
    filled(owner)
    assert [state_of(owner, statement) for statement in changes(table)] == [APPEND_ONLY] * 3


def test_periods_move_only_through_changes(session: Session) -> None:
    """The application cannot set the state of a month directly."""
    one = filled(session)
    assert state_of(session, "UPDATE period SET state = 'open'") == NO_PRIVILEGE
    assert state_of(session, f"INSERT INTO period VALUES ({one}, '2021-02-01', 'locked')") == NO_PRIVILEGE


@pytest.mark.parametrize(
    "columns",
    ["entry (id, recorded_at)", "entry (id, xid)", "period_change (recorded_at)", "seal (xid)", "command (result)"],
)
def test_clock_and_transaction_are_not_the_applications(session: Session, columns: str) -> None:
    """The time of recording and the transaction are the database's to tell."""
    values = "NULL, NULL" if "," in columns else "NULL"
    assert state_of(session, f"INSERT INTO {columns} VALUES ({values})") == NO_PRIVILEGE


def test_a_command_is_answered_once(session: Session, owner: Session) -> None:
    """An answer once given stays, even for the owner."""
    carry_out(session, Command("key-1", "x", {}, "asel", "cli"), lambda _: {"event": 1})
    assert state_of(session, """UPDATE command SET result = '{"event": 2}'""") == APPEND_ONLY
    carry_out(owner, Command("key-2", "x", {}, "asel", "cli"), lambda _: {"event": 1})
    assert state_of(owner, "UPDATE command SET result = NULL") == APPEND_ONLY


ENTRY = (
    "INSERT INTO entry (id, event_id, book_id, kind, source, effective_on, legs)"
    " VALUES (-1, {event}, {book}, 'x', '{source}', '2021-01-05', 2)"
)
LEGS = "INSERT INTO posting (entry_id, line, book_id, account_id, subject, amount, effective_on) VALUES {rows}"


def legs(
    book: int, *amounts: int, first_line: int = 0, entry: int = -1, day: str = "2021-01-05", subject: str = ""
) -> str:
    """An INSERT of hand-made legs."""
    rows = [
        f"({entry}, {line}, {book}, 1, '{subject}', {amount}, '{day}')"
        for line, amount in enumerate(amounts, first_line)
    ]
    return LEGS.format(rows=", ".join(rows))


@pytest.mark.parametrize(
    ("amounts", "wrong"),
    [
        ((5, -4), {}),
        ((5, -3, -2), {}),
        ((5, -5), {"first_line": 1}),
        ((5, -5), {"day": "2021-01-06"}),
        ((5, -5), {"entry": -2}),
    ],
    ids=["sum", "number", "lines", "date", "no entry"],
)
def test_legs_by_hand_are_checked(session: Session, amounts: tuple[int, ...], wrong: dict[str, object]) -> None:
    """Legs that do not add up to their entry are refused by the database itself."""
    one = book(session)
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    assert state_of(session, legs(one, *amounts, **wrong)) == UNSOUND  # type: ignore[arg-type] # several types in one dict


def test_a_second_balanced_set_of_legs_is_refused(session: Session) -> None:
    """An entry that has its legs takes no further ones, balanced or not, in the same transaction or later."""
    one = book(session)
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    session.execute(text(legs(one, 5, -5)))
    assert state_of(session, legs(one, 7, -7)) == "23505"
    assert state_of(session, legs(one, 7, -7, first_line=2)) == UNSOUND


def test_an_entry_without_legs_is_refused(session: Session) -> None:
    """An entry whose legs never came does not commit."""
    one = book(session)
    assert state_of(session, ENTRY.format(event=-1, book=one, source="")) == UNSOUND


def test_an_event_grows_no_further_entries(session: Session) -> None:
    """An entry cannot join an event that was written before."""
    one = book(session)
    (event,) = post(session, [capital(one, 5)])
    assert state_of(session, ENTRY.format(event=event, book=one, source="")) == UNSOUND


@pytest.mark.parametrize("name", ["a|b", "a b", "a\nb", "a\\b"])
def test_references_are_checked_again(session: Session, name: str) -> None:
    """The database refuses in a source or subject what values refuse."""
    one = book(session)
    assert state_of(session, ENTRY.format(event=-1, book=one, source=name)) == CHECK
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    assert state_of(session, legs(one, 5, -5, subject=name)) == CHECK


def test_amounts_are_checked_again(session: Session) -> None:
    """The database refuses amounts of zero and beyond ten trillion tenge."""
    one = book(session)
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    assert state_of(session, legs(one, 0, 0)) == CHECK
    assert state_of(session, legs(one, 10**15 + 1, -(10**15) - 1)) == CHECK


def test_a_temporary_table_is_no_disguise(session: Session) -> None:
    """A temporary table named like ours does not mislead the guards."""
    one = book(session)
    session.execute(text("CREATE TEMP TABLE entry (LIKE public.entry INCLUDING ALL) ON COMMIT DROP"))
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    assert state_of(session, legs(one, 5, -4).replace("INTO posting", "INTO public.posting")) == UNSOUND


def test_snapshots_of_other_transactions_stay(fresh_database: str) -> None:
    """Once its transaction is over, the snapshot of a locked month can be neither removed nor added to."""
    from ledger.unit_of_work import make_engine

    engine = make_engine(fresh_database)
    with Session(engine) as session, session.begin():
        one = filled(session)
    with Session(engine) as session:
        assert state_of(session, "DELETE FROM snapshot") == APPEND_ONLY
        assert state_of(session, f"INSERT INTO snapshot VALUES ({one}, '2021-01-01', 1, 'x', 5)") == APPEND_ONLY
        assert state_of(session, f"INSERT INTO snapshot VALUES ({one}, '2021-02-01', 1, 'x', 5)") == "done"
    engine.dispose()


def test_a_month_is_locked_with_its_seal(session: Session) -> None:
    """A month cannot be locked by a transaction that does not seal it."""
    one = book(session)
    change = "INSERT INTO period_change (book_id, month, to_state, made_by, reason) VALUES ({}, '{}', '{}', 'asel', '')"
    assert state_of(session, change.format(one, JANUARY, "closing")) == "done"
    assert state_of(session, change.format(one, JANUARY, "locked")) == "NS007"
    assert state_of(session, change.format(one, FEBRUARY, "locked")) == "NS006"


@pytest.mark.parametrize("account", [30, 999], ids=["of another kind", "not in the chart"])
def test_accounts_are_checked_again(session: Session, account: int) -> None:
    """The database refuses an account that the kind of organisation does not keep, and one that nobody has."""
    one = book(session)
    session.execute(text(ENTRY.format(event=-1, book=one, source="")))
    assert state_of(session, legs(one, 5, -5).replace(f"{one}, 1,", f"{one}, {account},")) == "NS008"
