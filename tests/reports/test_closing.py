"""A report on closed books carries their seal. Months are closed by the close itself."""

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ledger.seals import seals_of
from lending.month_end import close
from reports.closing import closing_note, seal_of_books
from reports.periods import parse_period
from reports.report import phrase
from tests.reports.books import programme

JANUARY, FEBRUARY, QUARTER = (parse_period(text) for text in ("2021-01", "2021-02", "2021-Q1"))


def test_closed_months_are_told_by_their_seal(committed_engine: Engine) -> None:
    """A locked month gives the seal of its books; a quarter with one open month is preliminary from that month on."""
    with Session(committed_engine) as session, session.begin():
        books = programme(session)
    assert close(committed_engine, JANUARY.start, made_by="test").state == "done"
    with Session(committed_engine) as session:
        everybody = [each.id for each in books.players.values()]
        seals = seals_of(session, JANUARY.end)
        lender = books.players["mfo-1"].id
        assert closing_note(session, JANUARY, [lender]) == phrase("note.sealed", month=JANUARY, digest=seals[lender])
        digest = seal_of_books([seals[book] for book in sorted(everybody)])
        assert closing_note(session, JANUARY, everybody) == phrase("note.sealed", month=JANUARY, digest=digest)
        assert closing_note(session, QUARTER, everybody) == phrase(
            "note.preliminary", month=FEBRUARY, books=len(everybody)
        )


def test_books_not_open_yet_do_not_count(session: Session) -> None:
    """Before anybody keeps a book there is nothing to close."""
    books = programme(session)
    everybody = [each.id for each in books.players.values()]
    assert closing_note(session, parse_period("2020-12"), everybody) == phrase("note.no-books")


def test_one_seal_stands_for_itself_and_several_for_each_other() -> None:
    """The fingerprint of several seals depends on every one of them and on their order."""
    assert seal_of_books(["aa"]) == "aa"
    assert len({seal_of_books(["aa", "bb"]), seal_of_books(["bb", "aa"]), seal_of_books(["aa", "bc"])}) == 3
