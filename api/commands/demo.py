"""``nesie demo``: the main job on a calibrated programme, from an empty database to the closing page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.audit.sealing import seal
from api.commands.context import application_url, complaints, console, database_url, settings
from api.database import make_demo_database
from api.demo.calibration import calibration
from api.demo.closing_page import Doing, print_closing_page
from api.demo.story import Story, play
from api.identity.demo_people import people_of_the_demo
from api.verification import CHECKS
from ledger.unit_of_work import make_engine, perform
from ledger.verification import verify
from reports.pack import write_pack
from reports.periods import parse_period
from reports.words import Lang, language, say


def demo(
    loans: Annotated[
        int, typer.Option(min=20, help="fresh microcredits of three years; the real volume is 28000")
    ] = 2000,
    seed: Annotated[int, typer.Option(help="the same seed plays the same story")] = 2019,
    output: Annotated[Path, typer.Option(help="folder for the reports")] = Path("out/demo"),
    lang: Annotated[str | None, typer.Option(help="kk, ru or en; NESIE_LANGUAGE unless given")] = None,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end after the closing page")] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="port on which the pages are served at the end")] = 8000,
) -> None:
    """Play Enbek 2019-2021 across the country: lend down the chain, take in registers, close every month, write the
    reports, verify; then serve the pages. The database is made anew if it holds a demo; one that holds real books is
    refused.

    Example: nesie demo --loans 60 --no-serve
    """
    started = monotonic()
    speak = language(lang or settings().language)
    make_demo_database(database_url(), _day_after())
    engine = make_engine(application_url())
    with Progress(
        TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=complaints,
    ) as progress:  # fmt: skip
        tasks = {
            name: progress.add_task(say(f"demo-step.{name}", speak), total=None)
            for name in ("story", "reports", "checks")
        }
        story = _play(engine, loans, seed, progress, tasks["story"], speak)
        people = people_of_the_demo(engine, seed, datetime.now(UTC), language=speak)
        perform(engine, seal)
        written = _write(engine, output, progress, tasks["reports"])
        broken = _verify(engine, progress, tasks["checks"])
    years = calibration().years
    doing = Doing(
        files=story.files, months=12 * len(years), reports=len(written), folder=str(output), checks=len(CHECKS),
        broken=len(broken), seconds=monotonic() - started, hints=_hints(story),
        people=people, serves=not no_serve,
    )  # fmt: skip
    with Session(engine) as session:
        print_closing_page(session, date(years[-1], 12, 31), doing, speak, console)
    if broken:
        complaints.print(say("command.checks-broken", speak, checks=broken))
        raise typer.Exit(1)
    if not no_serve:
        from api.commands.serve import serve  # the server's libraries, which a demo that ends here does not need

        engine.dispose()
        serve(port)


def _day_after() -> date:
    """The day on which the demo is looked at: in the month after its last, when that month's reports fall due."""
    return date(calibration().years[-1] + 1, 1, 14)


def _play(engine: Engine, loans: int, seed: int, progress: Progress, task: TaskID, lang: Lang) -> Story:
    def told(month: str, done: int, of: int) -> None:
        progress.update(task, description=f"{say('demo-step.story', lang)} {month}", completed=done, total=of)

    return play(engine, calibration(), loans, seed, told)


def _write(engine: Engine, folder: Path, progress: Progress, task: TaskID) -> list[Path]:
    def told(done: int, of: int, _file: Path) -> None:
        progress.update(task, completed=done, total=of)

    return write_pack(engine, folder, parse_period(str(calibration().years[-1])), progress=told)


def _verify(engine: Engine, progress: Progress, task: TaskID) -> list[str]:
    broken = []
    progress.update(task, total=len(CHECKS))
    with Session(engine) as session:
        for check, found in verify(session, CHECKS):
            progress.advance(task)
            if found:
                broken.append(check.name)
    return broken


def _hints(story: Story) -> list[str]:
    relent = max(story.borrowers)
    return [
        f"nesie trace loan:{relent}",
        "nesie trace facility:1",
        "nesie report utilisation --period 2021-12 --lang kk --format pdf",
        "nesie verify",
    ]
