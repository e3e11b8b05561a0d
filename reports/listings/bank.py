"""Statements of bank accounts, their lines, and entries that no line has.

A line is matched, set aside, or waits; of those that wait, one is *suggested* something where an entry of its very sum
stands without a line as near as the rules of matching look. Entries are asked for a line only within the days that some
statement of their book is about.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Select, String, and_, case, cast, exists, func, select
from sqlalchemy.orm import aliased

from ledger.bank.matching import rules
from ledger.bank.movements import account_ids, is_matched, is_undone, money_moved
from ledger.bank.tables import BankLineRow, BankMatchEntryRow, BankMatchRow, BankStatementRow
from ledger.tables import EntryRow, OrganisationRow, PostingRow
from reports.listings.listing import Filter, Listing
from reports.report import Column


def _statements(on: date) -> Select[Any]:
    row = BankStatementRow
    lines = select(func.count()).where(BankLineRow.statement_id == row.id)
    settled = exists().where(BankMatchRow.line_id == BankLineRow.id, BankMatchRow.standing)
    return (
        select(
            row.id, func.concat("№\u00a0", row.id).label("statement"), row.account.label("bank_account"), row.first_on,
            row.last_on,
            row.opening.label("opening_balance"), row.money_in, row.money_out, row.closing.label("closing_balance"),
            lines.scalar_subquery().label("new_lines"), lines.where(~settled).scalar_subquery().label("lines_waiting"),
            row.taken_by, row.file_name, OrganisationRow.code.label("book"),
        )
        .join(OrganisationRow, OrganisationRow.id == row.organisation_id)
        .where(row.first_on <= on)
    )  # fmt: skip


def _entry_of_its_sum() -> Any:
    """Whether an entry of a line's sum stands near it without a line."""
    entry = aliased(EntryRow)
    moved = (
        select(entry.id)
        .join(PostingRow, PostingRow.entry_id == entry.id)
        .where(
            entry.book_id == BankLineRow.organisation_id, PostingRow.account_id.in_(account_ids()),
            entry.effective_on.between(BankLineRow.moved_on - rules().days, BankLineRow.moved_on + rules().days),
            ~is_matched(entry),
        )
        .group_by(entry.id)
        .having(func.sum(PostingRow.amount) == BankLineRow.amount)
    )  # fmt: skip
    return moved.correlate(BankLineRow).exists()


def _lines(on: date) -> Select[Any]:
    line, decided = BankLineRow, BankMatchRow
    entries = select(func.string_agg(cast(BankMatchEntryRow.entry_id, String), ", ")).where(
        BankMatchEntryRow.match_id == decided.id
    )
    state = case(
        (decided.how == "aside", "aside"), (decided.id.is_not(None), "matched"), (_entry_of_its_sum(), "suggested"),
        else_="unmatched",
    )  # fmt: skip
    return (
        select(
            line.id, line.moved_on, line.number.label("document_number"), line.other_name, line.other_id,
            func.greatest(line.amount, 0).label("money_in"), func.greatest(-line.amount, 0).label("money_out"),
            line.purpose.label("payment_purpose"), state.label("bank_state"), decided.how.label("match_how"),
            entries.scalar_subquery().label("entries"), decided.made_by.label("matched_by"),
            line.account.label("bank_account"), cast(line.statement_id, String).label("statement"),
            OrganisationRow.code.label("book"),
        )
        .join(OrganisationRow, OrganisationRow.id == line.organisation_id)
        .outerjoin(decided, and_(decided.line_id == line.id, decided.standing))
        .where(line.moved_on <= on)
    )  # fmt: skip


def _entries(on: date) -> Select[Any]:
    told = exists().where(
        BankStatementRow.organisation_id == EntryRow.book_id,
        EntryRow.effective_on.between(BankStatementRow.first_on, BankStatementRow.last_on),
    )
    moved = money_moved().where(~is_matched(EntryRow), ~is_undone(), told, EntryRow.effective_on <= on).subquery()
    return (
        select(
            EntryRow.id, EntryRow.effective_on, cast(EntryRow.id, String).label("entry"), EntryRow.kind,
            func.greatest(moved.c.amount, 0).label("money_in"), func.greatest(-moved.c.amount, 0).label("money_out"),
            EntryRow.source, OrganisationRow.code.label("book"),
        )
        .join(moved, moved.c.id == EntryRow.id)
        .join(OrganisationRow, OrganisationRow.id == EntryRow.book_id)
    )  # fmt: skip


STATEMENTS = Listing(
    name="bank-statements",
    columns=(
        Column(key="statement", kind="identifier"),
        Column(key="bank-account", kind="identifier"),
        Column(key="first-on", kind="date"),
        Column(key="last-on", kind="date"),
        Column(key="opening-balance", kind="money"),
        Column(key="money-in", kind="money", adds=True),
        Column(key="money-out", kind="money", adds=True),
        Column(key="closing-balance", kind="money"),
        Column(key="new-lines", kind="integer", adds=True),
        Column(key="lines-waiting", kind="integer", adds=True),
        Column(key="taken-by", kind="text"),
        Column(key="file-name", kind="text"),
        Column(key="book", kind="identifier"),
    ),
    statement=_statements,
    sorts=("-last-on", "first-on"),
    filters=(Filter(name="bank-account", column="bank-account", facet=True),),
    search=("statement", "bank-account", "file-name"),
    opens="/bank-lines?statement={id}",
)

LINES = Listing(
    name="bank-lines",
    columns=(
        Column(key="moved-on", kind="date"),
        Column(key="document-number", kind="identifier"),
        Column(key="money-in", kind="money", adds=True),
        Column(key="money-out", kind="money", adds=True),
        Column(key="other-name", kind="text"),
        Column(key="other-id", kind="identifier"),
        Column(key="payment-purpose", kind="text"),
        Column(key="bank-state", kind="text"),
        Column(key="match-how", kind="text"),
        Column(key="entries", kind="identifier"),
        Column(key="matched-by", kind="text"),
        Column(key="book", kind="identifier"),
    ),
    statement=_lines,
    sorts=("-moved-on",),
    filters=(
        Filter(name="bank-state", column="bank-state", facet=True),
        Filter(name="match-how", column="match-how", facet=True),
        Filter(name="bank-account", column="bank-account", facet=True),
        Filter(name="statement", column="statement"),
        Filter(name="from", column="moved-on", by="from"),
        Filter(name="to", column="moved-on", by="to"),
    ),
    search=("document-number", "other-name", "other-id", "payment-purpose"),
    opens="/bank/lines/{id}",
    worded={"bank-state": "bank-state", "match-how": "match-how"},
)

ENTRIES = Listing(
    name="bank-entries",
    columns=(
        Column(key="effective-on", kind="date"),
        Column(key="entry", kind="identifier"),
        Column(key="kind", kind="text"),
        Column(key="money-in", kind="money", adds=True),
        Column(key="money-out", kind="money", adds=True),
        Column(key="source", kind="identifier"),
        Column(key="book", kind="identifier"),
    ),
    statement=_entries,
    sorts=("-effective-on",),
    filters=(
        Filter(name="kind", column="kind", facet=True),
        Filter(name="from", column="effective-on", by="from"),
        Filter(name="to", column="effective-on", by="to"),
    ),
    search=("entry", "source"),
    opens="/entries/{id}",
    worded={"kind": "entry-kind"},
    things=("source",),
)
