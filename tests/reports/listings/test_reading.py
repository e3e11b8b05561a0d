"""Pages of a listing follow one another without gaps, and their totals are those of the rows."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from reports.listings.listing import BadView, View
from reports.listings.loans import LOANS
from reports.listings.reading import page, report
from reports.rendering import render
from tests.lending.microcredits.lender import lender

ON = date(2019, 12, 31)


def lent(session: Session, loans: int) -> None:
    """So many loans of one lender, each a thousand tenge larger than the one before."""
    of = lender(session, "1000000000")
    for number in range(loans):
        of.lend(str(1_000_000 + 1000 * number))


def test_pages_hold_every_row_once(session: Session) -> None:
    """Following the cursors shows each loan exactly once, in the order asked for, in either direction."""
    lent(session, 120)
    for sort in ("amount", "-amount", "-contract-date"):
        view = View(on=ON, sort=sort)
        seen: list[int] = []
        while True:
            shown = page(session, LOANS, view, counted=False)
            seen += shown.ids
            if shown.following is None:
                break
            view = replace(view, after=shown.following)
        assert len(seen) == len(set(seen)) == 120


def test_totals_are_of_the_view_and_of_everything(session: Session) -> None:
    """The view's sum is that of its rows; everything's is that of the listing."""
    lent(session, 3)
    number = page(session, LOANS, View(on=ON)).rows[0][0]
    shown = page(session, LOANS, View(on=ON, search=str(number)))
    assert (shown.found_count, shown.everything_count) == (1, 3)
    assert shown.found["amount"] == shown.rows[0][5]
    assert shown.everything["amount"] == 3 * 100_000_000 + 300_000


def test_facets_count_within_the_rest_of_the_view(session: Session) -> None:
    """A facet offers what else could be chosen, with how many rows each choice would leave."""
    lent(session, 2)
    shown = page(session, LOANS, View(on=ON, chosen={"status": ("repaid",)}))
    assert shown.rows == ()
    assert shown.facets is not None
    assert [(each.value, each.count, each.chosen) for each in shown.facets["status"]] == [("active", 2, False)]


@pytest.mark.parametrize(
    "view",
    [
        View(on=ON, sort="borrower"),
        View(on=ON, chosen={"colour": ("red",)}),
        View(on=ON, chosen={"overdue-from": ("many",)}),
        View(on=ON, chosen={"signed-from": ("yesterday",)}),
        View(on=ON, after="nonsense"),
        View(on=ON, size=7),
    ],
)
def test_what_the_listing_does_not_have_is_refused(session: Session, view: View) -> None:
    """Unknown filters, orders, sizes, cursors and bounds are told, not ignored."""
    with pytest.raises(BadView):
        page(session, LOANS, view)


def test_the_file_holds_the_rows_of_the_view(session: Session) -> None:
    """All rows of a view, beyond its page, in the same order as on its pages."""
    lent(session, 60)
    view = View(on=ON, sort="amount")
    rows = report(session, LOANS, view).sections[0].rows
    assert rows[:50] == page(session, LOANS, view).rows
    assert len(rows) == 60
    assert render(report(session, LOANS, view), "csv", "kk").count(b"\n") > 60


def test_a_percent_sign_is_only_a_percent_sign(session: Session) -> None:
    """What somebody types into the search stands for itself."""
    lent(session, 1)
    assert page(session, LOANS, View(on=ON, search="%")).rows == ()
