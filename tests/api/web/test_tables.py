"""Any section of a report can be shown as a table, and a table of nothing says what to do."""

from __future__ import annotations

from api.web.rendering import environment
from api.web.tables import Empty, Table, of_section
from reports.words import say
from tests.reports.samples import issued

EMPTY = Empty(words="Nothing was issued.", link="/loans/new", link_words="Register a loan")


def drawn(table: Table) -> str:
    """The table as a page has it."""
    template = environment().from_string('{% import "tables.html" as tables with context %}{{ tables.table(table) }}')
    return template.render(table=table, say=lambda key, **values: say(key, "en", **values), number=str)


def test_a_section_keeps_its_rows_and_totals() -> None:
    """As many rows as the report, its total at the foot, numbers to the right."""
    section = issued(3)
    table = of_section(section, "ru", id="issued", caption="Issued", empty=EMPTY)
    assert len([row for row in table.rows if row.weight == "row"]) == 3
    assert len(table.totals) == 1
    assert len(table.totals[0].cells) == len(section.columns) - 1
    assert {"number", "text", "narrow"} >= {head.lie for head in table.heads}


def test_a_table_can_be_listened_to() -> None:
    """It has a caption, its heads have a scope, and its first cells name their rows."""
    table = of_section(issued(2), "en", id="issued", caption="Issued", empty=EMPTY)
    page = drawn(table)
    assert '<caption id="issued-caption">' in page
    named = sum(row.weight != "heading" for row in table.rows) + len(table.totals)
    assert page.count('<th scope="row"') == named
    assert '<th scope="col"' in page


def test_nothing_says_what_to_do() -> None:
    """Where there are no rows there is no table, but a way on."""
    page = drawn(Table(id="none", caption="Issued", heads=[], rows=[], empty=EMPTY))
    assert "<table" not in page
    assert "Nothing was issued." in page
    assert 'href="/loans/new"' in page
