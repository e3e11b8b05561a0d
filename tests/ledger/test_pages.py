"""The worked tables of the ledger's pages, recomputed by the ledger."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ledger.balances import balance
from ledger.money import tenge, to_tiyn
from ledger.posting import post, reverse
from ledger.seals import FIRST_LINK, seal
from ledger.tables import EntrySealRow, SealRow
from tests.ledger.samples import FEBRUARY, JANUARY, book, capital
from tests.lending.amortisation.worked_pages import tables

SEALING = Path(__file__).parents[2] / "docs" / "algorithms" / "sealing.md"


def test_balances_of_two_dates(session: Session) -> None:
    """Booked one after the other, the entries of the page give its balances by day and by what was known."""
    booked, known = tables("ledger-balances")
    one = book(session)
    moments: dict[str, datetime] = {}
    events: list[int] = []
    for row in booked:
        day, tiyn = date.fromisoformat(row["effective on"]), to_tiyn(tenge(row["cash"]))
        events.append(reverse(session, events[-1], day) if tiyn < 0 else post(session, [capital(one, tiyn, day)])[0])
        moments[row["recorded"]] = session.execute(text("SELECT clock_timestamp()")).scalar_one()
    for row in known:
        day = date.fromisoformat(row["at the close of"])
        for name, moment in moments.items():
            assert balance(session, "cash", effective_on=day, known_at=moment) == tenge(row[name])


def test_sealing(owner: Session) -> None:
    """The rows of the page, sealed in its order, give its digests and marks."""
    page = SEALING.read_text("utf-8")
    written = "INSERT INTO entry (id, event_id, book_id, kind, source, effective_on, legs, recorded_at) VALUES "
    owner.execute(text("SET LOCAL session_replication_role = replica"))
    owner.execute(
        text(
            "INSERT INTO organisation (id, code, kind, name_kk, name_ru, name_en, opened_on)"
            " VALUES (7, 'acc', 'operator', 'АКК', 'АКК', 'ACC', '2021-01-01')"
        )
    )
    seal(owner, JANUARY, [7])
    seal(owner, FEBRUARY, [7])
    owner.execute(text(written + "(41, 41, 7, 'capital', '', '2021-01-05', 2, '2021-02-01 04:05:06.000007+00')"))
    owner.execute(
        text(
            "INSERT INTO posting VALUES"
            " (41, 0, 7, 1, '', 12500, '2021-01-05'), (41, 1, 7, 31, '', -12500, '2021-01-05')"
        )
    )
    seal(owner, JANUARY, [7])

    lines = "SELECT string_agg(posting_text(p), E'\\n' ORDER BY line) FROM posting p"
    texts = [
        owner.execute(text(query)).scalar_one()
        for query in ("SELECT entry_text(e) FROM entry e", lines, "SELECT organisation_text(o) FROM organisation o")
    ]
    assert re.findall(r"```text\n(.*?)\n```", page, re.DOTALL) == [f"{texts[0]}\n{texts[1]}", texts[2]]
    sealed = owner.scalars(select(EntrySealRow)).one()
    assert f"begins with `{sealed.digest[:8].hex()}`, its marks are `{sealed.marks.hex()}`" in " ".join(page.split())
    rows = owner.scalars(select(SealRow).order_by(SealRow.number)).all()
    assert bytes(owner.execute(text(f"SELECT {FIRST_LINK} FROM organisation o")).scalar_one()) == rows[0].previous
    assert tables("sealing") == [
        [
            {
                "seal": str(row.number), "month": f"{row.month:%Y-%m}", "entries": str(row.entries),
                "previous": f"`{row.previous[:8].hex()}`", "digest": f"`{row.digest[:8].hex()}`",
            }
            for row in rows
        ]
    ]  # fmt: skip


def test_digests_need_no_database() -> None:
    """Anybody can recompute the page with a few lines and SHA-256."""
    from hashlib import sha256

    page = SEALING.read_text("utf-8")
    entry, organisation = re.findall(r"```text\n(.*?)\n```", page, re.DOTALL)
    previous = sha256(organisation.encode()).digest()
    (rows,) = tables("sealing")
    for row, digests in zip(rows, (b"", b"", sha256(entry.encode()).digest()), strict=True):
        heading = f"7|{row['seal']}|{row['month']}|{row['entries']}"
        assert row["previous"] == f"`{previous[:8].hex()}`"
        previous = sha256(heading.encode() + previous + digests).digest()
        assert row["digest"] == f"`{previous[:8].hex()}`"
