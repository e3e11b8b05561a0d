"""What people typed stays what they typed: markup is text on every page, a formula is text in every file.

Every text that looks as if a person had written it (it has a capital, a space or a letter that is not Latin) is given
a formula and a tag in front, in a copy of the books, and then everything is read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from sqlalchemy import create_engine, text

from reports.listings.catalogue import LISTINGS
from tests.api.everywhere.test_gate import promised
from tests.api.everywhere.test_reading import READERS
from tests.api.everywhere.town import PERIODS, SAFE, Town, addresses

TAG = "<img src=x onerror=alert(1)>"
EVIL = f'=HYPERLINK("http://evil.example","x"){TAG}'
WRITTEN = r"[[:upper:][:space:]]|[^\x01-\x7f]"
TEXTS = """
    SELECT c.table_name, c.column_name FROM information_schema.columns c
    JOIN pg_class ON relname = c.table_name AND relkind = 'r'
    WHERE c.table_schema = 'public' AND c.data_type = 'text' AND c.is_generated = 'NEVER'
    ORDER BY 1, 2
"""
#: Texts with capitals or spaces that no person writes.
NOT_TYPED = {"alembic_version"}


@pytest.fixture(scope="module")
def poisoned(books_of_its_own: Town) -> Town:
    """A site in whose books every text begins with `EVIL`."""
    owner = create_engine(books_of_its_own.world.jobs.url)
    with owner.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        done = 0
        for table, column in connection.execute(text(TEXTS)).all():
            if table not in NOT_TYPED:
                done += connection.execute(
                    text(f"UPDATE {table} SET {column} = :evil || {column} WHERE {column} ~ :written"),
                    {"evil": EVIL, "written": WRITTEN},
                ).rowcount
    owner.dispose()
    assert done > 100
    return books_of_its_own


def read(town: Town, role: str) -> Iterator[tuple[str, str]]:
    """Every page and object that ``role`` may read, with its text."""
    actor = town.somebody(role)
    browser = town.browser(actor)
    for route in town.routes:
        if route.startswith(SAFE) and promised(route, role):
            for path in addresses(town, route, actor, most=1):
                answer = browser.get(path)
                assert answer.status_code < 500, (path, answer.text)
                if answer.headers.get("Content-Type", "").startswith("text/html"):
                    yield path, answer.text


@pytest.mark.parametrize("role", READERS)
def test_markup_that_was_typed_is_text_on_every_page(poisoned: Town, role: str) -> None:
    """No page has the tag, and some have it written out."""
    pages = dict(read(poisoned, role))
    assert [path for path, page in pages.items() if "<img src=x" in page] == []
    assert any("&lt;img src=x" in page for page in pages.values())


def test_formulas_that_were_typed_are_text_in_every_file(poisoned: Town) -> None:
    """No workbook of a list or report has a formula or a link, and no CSV a cell that begins like one."""
    browser = poisoned.browser(poisoned.somebody("budget-approver"))
    lists = [f"/{name}?format={{}}" for name in LISTINGS if promised(f"GET /{name}", "budget-approver")]
    reports = [
        f"/api/v1/reports/{each['name']}?format={{}}&period={PERIODS[each['periods'][0]]}"
        for each in browser.get("/api/v1/reports").json()
    ]
    written = 0
    for path in [*lists, *reports]:
        book = browser.get(path.format("xlsx"))
        if book.status_code != 200:
            continue
        for sheet in load_workbook(io.BytesIO(book.content)):
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == [], path
            written += sum(str(cell.value).startswith("=HYPERLINK") for cell in cells)
        lines = browser.get(path.format("csv")).content.decode("utf-8-sig").splitlines()
        assert [line for line in lines if line.startswith("=") or ";=" in line or ",=" in line or '"=' in line] == [], (
            path
        )
    assert written > 10
