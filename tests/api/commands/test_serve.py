"""``nesie serve`` answers from an up-to-date database and ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

from tests.architecture.source import ROOT


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def waited_for(address: str, until: float) -> int:
    """The status of ``address``, once somebody answers."""
    while True:
        try:
            return httpx2.get(address).status_code
        except httpx2.ConnectError:
            assert time.monotonic() < until, "the server never answered"
            time.sleep(0.1)


def test_it_serves_until_it_is_told_to_stop(fresh_database: str, tmp_path: Path) -> None:
    """Health and the first page answer on this machine; an interrupt ends it in order, and its log is JSON lines."""
    port = free_port()
    environment = {**os.environ, "NESIE_DATABASE_URL": fresh_database, "NESIE_HOME": str(tmp_path)}
    serving = subprocess.Popen(
        [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert waited_for(f"http://127.0.0.1:{port}/health", time.monotonic() + 60) == 200
        assert httpx2.get(f"http://127.0.0.1:{port}/").status_code == 200
    finally:
        serving.send_signal(signal.SIGINT)
        _, told = serving.communicate(timeout=60)
    assert serving.returncode == 0
    assert '"route": "/health"' in told
    assert "Traceback" not in told
