"""The trial balance is the ledger's, account by account. Sums are those of `tests.reports.books`."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ledger.balances import balance_tiyn
from reports.family import ReportRequest
from reports.periods import parse_period
from reports.report import Name
from reports.trial_balance import TRIAL_BALANCE
from tests.reports.books import MILLION, TENGE, programme

MARCH = parse_period("2021-03")


def by_account(session: Session, request: ReportRequest) -> dict[str, tuple[object, ...]]:
    """The six figures of each account, by its English name."""
    (section,) = TRIAL_BALANCE.report(session, request).sections
    return {row[2].en: row[3:] for row in section.rows if isinstance(row[2], Name)}


def test_an_organisation_sees_its_own_accounts(session: Session) -> None:
    """The lender's principal opens with the loan of February, grows by two loans of March and shrinks by a payment."""
    programme(session)
    figures = by_account(session, ReportRequest(period=MARCH, organisation="mfo-1"))
    assert figures["Microcredit principal"] == (
        MILLION, 0, 3 * MILLION, 400_000 * TENGE, 3_600_000 * TENGE, 0,
    )  # fmt: skip


def test_all_organisations_add_up_to_the_ledger(session: Session) -> None:
    """Without an organisation the closing balances are those of the whole ledger."""
    programme(session)
    figures = by_account(session, ReportRequest(period=MARCH))
    assert figures["Microcredit principal"][4] == balance_tiyn(session, "loan-principal", effective_on=MARCH.end)
    assert figures["Budget money"][5] == 150 * MILLION


def test_debits_and_credits_are_equal_in_every_pair(session: Session) -> None:
    """The totals say so in print."""
    programme(session)
    (section,) = TRIAL_BALANCE.report(session, ReportRequest(period=MARCH)).sections
    assert section.totals is not None
    assert all(section.totals[place] == section.totals[place + 1] for place in (3, 5, 7))


def test_before_anything_was_known_there_is_nothing(session: Session) -> None:
    """As known at a moment before the books were written, no account has moved."""
    programme(session)
    assert by_account(session, ReportRequest(period=MARCH, known_at=datetime(2021, 4, 1, tzinfo=UTC))) == {}
