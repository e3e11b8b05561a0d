"""Postings: the lines of a book, each with its account, its subject and the entry it is of.

Every figure of a trial balance is a view of this list: narrowed to the account and the days it was added up from, and
to what was recorded by the moment it was asked as known at. A book's list runs to millions of rows, so it is not
totalled as a whole.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Select, String, case, cast, func, select

from ledger.tables import AccountRow, EntryRow, OrganisationRow, PostingRow
from reports.listings.listing import Filter, Listing
from reports.report import Column

#: The id of a line is its entry's, shifted by this, and its place in it.
LINES = 2**20


def _statement(on: date) -> Select[Any]:
    amount = PostingRow.amount
    accounts = func.json_build_object(
        "kk", AccountRow.name_kk, "ru", AccountRow.name_ru, "en", AccountRow.name_en
    )  # fmt: skip
    return (
        select(
            (PostingRow.entry_id * cast(LINES, BigInteger) + PostingRow.line).label("id"), PostingRow.effective_on,
            cast(PostingRow.entry_id, String).label("entry"), EntryRow.kind, accounts.label("account"),
            AccountRow.code.label("account_code"), PostingRow.subject, func.greatest(amount, 0).label("debit"),
            func.greatest(-amount, 0).label("credit"), EntryRow.source, EntryRow.recorded_at,
            case((amount > 0, "debit"), else_="credit").label("side"), OrganisationRow.code.label("book"),
        )
        .join(EntryRow, EntryRow.id == PostingRow.entry_id)
        .join(AccountRow, AccountRow.id == PostingRow.account_id)
        .join(OrganisationRow, OrganisationRow.id == PostingRow.book_id)
        .where(PostingRow.effective_on <= on)
    )  # fmt: skip


POSTINGS = Listing(
    name="postings",
    columns=(
        Column(key="effective-on", kind="date"),
        Column(key="entry", kind="identifier"),
        Column(key="kind", kind="text"),
        Column(key="account", kind="text"),
        Column(key="subject", kind="identifier"),
        Column(key="debit", kind="money", adds=True),
        Column(key="credit", kind="money", adds=True),
        Column(key="source", kind="identifier"),
        Column(key="book", kind="identifier"),
    ),
    statement=_statement,
    sorts=("-effective-on",),
    filters=(
        Filter(name="account", column="account-code"),
        Filter(name="kind", column="kind"),
        Filter(name="subject", column="subject"),
        Filter(name="source", column="source"),
        Filter(name="side", column="side"),
        Filter(name="book", column="book"),
        Filter(name="from", column="effective-on", by="from"),
        Filter(name="to", column="effective-on", by="to"),
        Filter(name="recorded-to", column="recorded-at", by="to"),
    ),
    search=("subject", "source", "entry"),
    links={"effective-on": "/entries/{entry}", "entry": "/entries/{entry}"},
    worded={"kind": "entry-kind"},
    things=("subject", "source"),
    in_all=False,
)
