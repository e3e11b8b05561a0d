"""``nesie serve``: the pages and the HTTP API, from this machine."""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn
from sqlalchemy.orm import Session

from api.commands.context import application_url, complaints, database_url, engine, settings, tell
from api.database import demo_day
from api.http.app import create_app
from api.http.logs import write_logs_to_standard_error
from api.scheduler.jobs import Bench
from api.scheduler.running import started
from api.web.vendoring import demand_installed
from api.world import World
from ledger.unit_of_work import NOTHING, make_engine

#: Seconds that requests under way get to finish after Ctrl+C or a TERM.
GRACE = 20


def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="port to listen on")] = 8000,
    host: Annotated[str, typer.Option(help="address to listen on; only this machine unless given")] = "127.0.0.1",
) -> None:
    """Bring the schema up to date, run the scheduled jobs, and serve the pages and the API until Ctrl+C.

    Example: nesie serve --port 8080
    """
    demand_installed()
    world = make_world()
    serving = uvicorn.Config(
        create_app(world), host=host, port=port, log_config=None, access_log=False, server_header=False,
        proxy_headers=True, forwarded_allow_ips=list(world.settings.proxies), timeout_graceful_shutdown=GRACE,
    )  # fmt: skip
    write_logs_to_standard_error()
    gc.collect()
    gc.freeze()  # what stands now stands as long as the server: going through it again and again stops every request
    complaints.print(tell("command.serving", address=f"http://{host}:{port}"), markup=False)
    scheduler = started(Bench(world, database_url())) if world.settings.scheduler else None
    with suppress(KeyboardInterrupt):
        uvicorn.Server(serving).run()
    if scheduler is not None:
        scheduler.shutdown()
    world.engine.dispose()
    world.jobs.dispose()


def make_world() -> World:
    """The world of this process: its settings, its up-to-date database, its clock, the day of a demo."""
    jobs = engine()
    blind = make_engine(application_url(), sight=NOTHING)
    with Session(jobs) as session:
        day = demo_day(session)
    return World(
        settings=settings(), engine=blind, jobs=jobs, now=lambda: datetime.now(UTC), standing_day=day
    )  # fmt: skip
