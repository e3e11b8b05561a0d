"""Statements taken in once, lines matched and undone, entries never twice; and the database holds it all by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ledger.bank.checks import CHECKS
from ledger.bank.matches import match, match_again, set_aside, suggested, undo, waiting
from ledger.bank.statements import File, Taken, take_in
from ledger.bank.tables import BankLineRow, BankMatchEntryRow, BankMatchRow
from ledger.bank.values import (
    AlreadyTakenIn,
    EntryMatched,
    Line,
    LineOutsidePeriod,
    LineSettled,
    LineWaits,
    Statement,
    StatementDoesNotAddUp,
    StatementOfAnother,
    SumsDiffer,
)
from ledger.organisations import register_organisation
from ledger.posting import post, reverse
from ledger.tables import EntryRow
from ledger.verification import verify
from tests.ledger.samples import FEBRUARY, JANUARY, book, capital, drawdown

DAY = date(2021, 1, 15)
ACCOUNT = "KZ601234567890123456"


def line(amount: int, day: date = DAY, number: str = "1", **told: str) -> Line:
    """A line of a statement."""
    return Line(on=day, number=number, amount=amount, **told)


def statement(*lines: Line, **told: object) -> Statement:
    """A statement of January that adds up."""
    usual = Statement(
        account=ACCOUNT, first_on=JANUARY, last_on=date(2021, 1, 31), opening=1000,
        closing=1000 + sum(each.amount for each in lines), lines=lines,
    )  # fmt: skip
    return replace(usual, **told)  # type: ignore[arg-type] # its own fields


def taken(session: Session, own: int, *lines: Line, name: str = "january.txt", **told: object) -> Taken:
    """A statement taken in."""
    return take_in(session, own, statement(*lines, **told), File(name=name, sha256=sha256(name.encode()).digest(),
                                                                taken_by="web:asel"))  # fmt: skip


def entry_of(session: Session, event_id: int, own: int) -> int:
    """The entry of an event in a book."""
    return session.scalars(select(EntryRow.id).where(EntryRow.event_id == event_id, EntryRow.book_id == own)).one()


def lines_of(session: Session, own: int) -> list[BankLineRow]:
    """The lines of a book that wait."""
    return list(session.scalars(waiting(own)))


def broken(session: Session) -> list[str]:
    """Checks of the verification that do not hold."""
    return [check.name for check, found in verify(session, CHECKS) if found]


def test_a_line_finds_its_entry(session: Session) -> None:
    """A payment of the same sum and day is matched when the statement is taken in, and stands in the checks."""
    own = book(session)
    [event] = post(session, [capital(own, 500, DAY)])
    assert taken(session, own, line(500), line(-70, number="2")) == Taken(
        statement_id=session.scalars(select(func.max(BankLineRow.statement_id))).one(), new=2, known=0, matched=1
    )
    assert session.scalars(select(BankMatchEntryRow.entry_id)).all() == [entry_of(session, event, own)]
    assert [each.amount for each in lines_of(session, own)] == [-70]
    assert broken(session) == []


def test_the_same_file_is_taken_in_once(session: Session) -> None:
    """The second time it is told who took it in."""
    own = book(session)
    taken(session, own, line(500))
    with pytest.raises(AlreadyTakenIn, match="web:asel"):
        taken(session, own, line(500))


def test_overlapping_statements_double_nothing(session: Session) -> None:
    """Lines that another statement told are recognised, two equal ones counted, and each statement still adds up."""
    own = book(session)
    taken(session, own, line(500), line(-70, number="2"), name="first")
    second = taken(session, own, line(500), line(500), line(-70, number="2"), line(9, number="3"), name="second")
    assert (second.new, second.known) == (2, 2)
    assert sorted(each.amount for each in lines_of(session, own)) == [-70, 9, 500, 500]
    assert broken(session) == []


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"closing": 1501}, StatementDoesNotAddUp),
        ({"last_on": date(2021, 1, 10)}, LineOutsidePeriod),
        ({"owners": frozenset(["970340000018"])}, StatementOfAnother),
    ],
)
def test_a_statement_that_is_none_is_refused(
    session: Session, told: dict[str, Any], refusal: type[Exception]
) -> None:  # fmt: skip
    """One that does not add up, reaches past its period or is of somebody else's account leaves nothing behind."""
    own = register_organisation(
        session, code="own", kind="mfo", name_kk="о", name_ru="о", name_en="o", opened_on=JANUARY, bin="970340000019"
    ).id
    with pytest.raises(refusal):
        taken(session, own, line(500), **told)
    assert lines_of(session, own) == []


def test_a_person_matches_one_line_to_several_entries(session: Session) -> None:
    """Entries that make up the line are taken; fewer, others', or those of another line are refused."""
    own, other = book(session), book(session, "damu")
    events = post(session, [capital(own, 200, JANUARY), capital(own, 300, FEBRUARY), capital(other, 500, DAY)])
    first, second = (entry_of(session, event, own) for event in events[:2])
    taken(session, own, line(500))
    [waits] = lines_of(session, own)
    with pytest.raises(SumsDiffer):
        match(session, waits.id, [first], made_by="web:asel")
    with pytest.raises(EntryMatched):
        match(session, waits.id, [entry_of(session, events[2], other)], made_by="web:asel")
    match(session, waits.id, [first, second], made_by="web:asel")
    with pytest.raises(LineSettled):
        set_aside(session, waits.id, "fee", made_by="web:asel")
    taken(session, own, line(200, number="9"), name="again")
    [late] = lines_of(session, own)
    with pytest.raises(EntryMatched):
        match(session, late.id, [first], made_by="web:asel")
    assert broken(session) == []


def test_undoing_frees_line_and_entry(session: Session) -> None:
    """What fell says why, and both may be matched again; what waits cannot be undone."""
    own = book(session)
    post(session, [capital(own, 500, DAY)])
    taken(session, own, line(500))
    settled = session.scalars(select(BankLineRow.id)).one()
    undo(session, settled, "wrong borrower", made_by="web:asel")
    with pytest.raises(LineWaits):
        undo(session, settled, "again", made_by="web:asel")
    assert match_again(session, own, (), made_by="web:asel") == 1
    assert session.scalars(select(BankMatchRow.standing).order_by(BankMatchRow.id)).all() == [False, True]
    assert broken(session) == []


def test_what_is_set_aside_waits_no_longer(session: Session) -> None:
    """A fee of the bank is set aside with the reason and can be taken up again."""
    own = book(session)
    taken(session, own, line(-70))
    [fee] = lines_of(session, own)
    set_aside(session, fee.id, "bank fee", made_by="web:asel")
    assert lines_of(session, own) == []
    undo(session, fee.id, "a payment after all", made_by="web:asel")
    assert [each.id for each in lines_of(session, own)] == [fee.id]
    assert broken(session) == []


def test_a_correction_takes_no_part(session: Session) -> None:
    """Of an entry, its reversal and the right one, the right one is matched; the others cancel out."""
    own = book(session)
    [wrong] = post(session, [capital(own, 500, DAY)])
    reverse(session, wrong, DAY)
    [right] = post(session, [capital(own, 500, DAY)])
    taken(session, own, line(500))
    assert session.scalars(select(BankMatchEntryRow.entry_id)).all() == [entry_of(session, right, own)]


def test_the_other_book_is_a_clue(session: Session) -> None:
    """Of two payments of a sum on near days, the one to the organisation that the bank names comes first."""
    names = {"name_kk": "x", "name_ru": "x", "name_en": "x", "opened_on": JANUARY}
    own = book(session)
    payees = [
        register_organisation(session, code=f"mfo-{number}", kind="mfo", bin=f"97034000001{number}", **names).id  # type: ignore[arg-type] # names and a day
        for number in (1, 2)
    ]
    events = post(session, [drawdown(own, payee, 500, date(2021, 1, 14)) for payee in payees])
    taken(session, own, line(-500, other_id="970340000012"))
    [waits] = lines_of(session, own)
    found = suggested(session, own, [waits], ())[waits.id]
    assert found[0].entry_ids == (entry_of(session, events[1], own),)
    assert found[0].reasons == ("party", "near")


@pytest.mark.parametrize(
    ("amount", "entries", "code"), [(500, 1, "NS009"), (700, 2, "23505")], ids=["sums differ", "matched twice"]
)
def test_the_database_refuses_by_itself(session: Session, amount: int, entries: int, code: str) -> None:
    """Past the services, sums that differ and an entry's second match are refused by trigger and index."""
    own = book(session)
    [event] = post(session, [capital(own, 700, DAY)])
    taken(session, own, line(amount), line(700, number="2"), line(700, number="3"))
    entry = entry_of(session, event, own)
    written = text("""
        WITH made AS (INSERT INTO bank_match (line_id, how, reason, standing, made_by)
            SELECT id, 'by-hand', '', true, 'x' FROM bank_line WHERE amount = :amount
            ORDER BY id LIMIT :entries RETURNING id)
        INSERT INTO bank_match_entry (match_id, entry_id, amount, standing) SELECT id, :entry, :amount, true FROM made
    """)
    with pytest.raises(DBAPIError) as refused, session.begin_nested():
        session.execute(written, {"amount": amount, "entries": entries, "entry": entry})
    assert getattr(refused.value.orig, "pgcode", "") == code


@pytest.mark.parametrize("change", ["UPDATE bank_line SET amount = 1", "DELETE FROM bank_statement",
                                    "UPDATE bank_match SET reason = 'x'", "DELETE FROM bank_match_entry"])  # fmt: skip
def test_history_stays(owner: Session, change: str) -> None:
    """Not even the owner changes what a bank said or what was decided."""
    own = book(owner)
    post(owner, [capital(own, 500, DAY)])
    taken(owner, own, line(500))
    with pytest.raises(DBAPIError, match="append-only"):
        owner.execute(text(change))


def test_verification_names_what_was_touched(owner: Session) -> None:
    """A line, a match and a statement altered past all guards are found."""
    own = book(owner)
    post(owner, [capital(own, 500, DAY)])
    taken(owner, own, line(500))
    owner.execute(text("SET LOCAL session_replication_role = replica"))
    owner.execute(text("UPDATE bank_line SET amount = 400"))
    owner.execute(text("UPDATE bank_match SET standing = false"))
    assert broken(owner) == [check.name for check in CHECKS]
