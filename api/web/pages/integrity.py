"""Whether the books are what they were: seals, the audit's chain, the newest backup, and the verification itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from api.access.matrix import matrix
from api.access.sight import see_everything
from api.audit.sealing import head, oldest_unsealed
from api.http.asking import Asker, Reading, Spoken, TheWorld
from api.proving import Proving
from api.web.rendering import render
from api.web.sending import Sent
from api.web.tables import Cell, Empty, Head, Row, Table
from ledger.tables import SealRow
from reports.words import Lang, check_text, say, value_text

router = APIRouter(include_in_schema=False)

SEE_OTHER = 303
SEALS_SHOWN = 12


@router.get("/integrity")
def integrity(request: Request, session: Reading, world: TheWorld, actor: Asker, lang: Spoken) -> HTMLResponse:
    """How the books are proved, and what the last proof found."""
    seals = session.scalars(
        select(SealRow)
        .where(SealRow.book_id == actor.organisation_id)
        .order_by(SealRow.number.desc())
        .limit(SEALS_SHOWN)
    ).all()
    see_everything(session)
    waiting_since = oldest_unsealed(session)
    proving = _proving(request)
    if request.headers.get("HX-Request"):
        if proving.is_at_work:
            return render(request, "finance/integrity-progress.html", proving=proving)
        return HTMLResponse(headers={"HX-Redirect": "/integrity"})
    return render(
        request, "finance/integrity.html", seals=_seals(seals, lang, opens=matrix().admits(actor, "GET /closing")),
        head=head(session) or "", proving=proving,
        lag=int((world.now() - waiting_since).total_seconds()) if waiting_since else 0,
        backup=_newest_backup(world.settings.home), checks=_checks(proving, lang, whole=actor.sees_all),
    )  # fmt: skip


@router.post("/integrity")
def prove(request: Request, _sent: Sent) -> Response:
    """Begin a verification in the background; where one is under way, that one goes on."""
    _proving(request).start()
    return RedirectResponse("/integrity", SEE_OTHER)


def _proving(request: Request) -> Proving:
    proving: Proving = request.app.state.proving
    return proving


def _newest_backup(home: Path) -> datetime | None:
    """When the newest backup in the folder ``backups`` of the home folder was made; None where there is none."""
    files = (home / "backups").glob("*") if (home / "backups").is_dir() else ()
    times = [each.stat().st_mtime for each in files if each.is_file() and not each.name.endswith(".unfinished")]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def _seals(rows: Sequence[SealRow], lang: Lang, *, opens: bool) -> Table:
    heads = [
        Head(words=say(f"web.integrity.{key}", lang), lie="number" if key in ("number", "entries") else "narrow")
        for key in ("month", "number", "entries", "at")
    ]
    heads.append(Head(words="SHA-256"))
    shown = [
        Row(cells=[
            Cell(f"{row.month:%Y-%m}", f"/closing?month={row.month:%Y-%m}" if opens else None), Cell(str(row.number)),
            Cell(str(row.entries)), Cell(value_text(row.recorded_at, lang)), Cell(row.digest.hex()),
        ])
        for row in rows
    ]  # fmt: skip
    empty = Empty(
        words=say("web.integrity.no-seals", lang), link="/closing" if opens else None,
        link_words=say("web.nav.closing", lang),
    )  # fmt: skip
    return Table(id="seals", caption=say("web.integrity.seals", lang), heads=heads, rows=shown, empty=empty)


def _checks(proving: Proving, lang: Lang, *, whole: bool) -> Table:
    heads = [Head(words=say(f"web.integrity.{key}", lang)) for key in ("check", "verdict", "where")]
    results = proving.latest.results if proving.latest else ()
    rows = [
        Row(cells=[
            Cell(check_text(check, lang)),
            Cell(say("web.integrity.holds" if not found else "web.integrity.broken", lang, count=len(found)),
                 tone="problem" if found else None),
            Cell(", ".join(each.where for each in found[:5]) if whole else ""),
        ])
        for check, found in results
    ]  # fmt: skip
    empty = Empty(words=say("web.integrity.never", lang))
    return Table(id="checks", caption=say("web.integrity.checks", lang), heads=heads, rows=rows, empty=empty)
