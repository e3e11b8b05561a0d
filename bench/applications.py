"""Applications a second: the whole of ``nesie check`` against a process that only starts, and the rules by themselves.

The applications are one that nothing is said against, with sums, dates, terms, purposes and places drawn at random,
so that many are refused and half of them need an effective rate. The process reads, judges and prints them as JSON.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

from lending.programmes.application import application_from_json
from lending.programmes.checking import check_all

LIKE: dict[str, Any] = {
    "applied_on": "2017-02-01", "source": "fresh", "lender": {"type": "mfo", "funded_by": "acc"},
    "borrower": {
        "id_number": "850315400124", "kind": "individual-entrepreneur", "size": "micro",
        "registered_on": "2016-11-01", "tax_registered": True, "anchor_cooperation": False,
    },
    "sector": "livestock", "oked": "01.41", "day_count": "30/360", "interest_grace_months": 0, "fees": [],
    "job_clause": True, "jobs_promised": 1, "certificate": {"kind": "bastau-completion", "issued_on": "2017-01-20"},
    "referral": {"number": "12", "issued_on": "2017-02-03"},
    "guarantee": {"guarantor": "kazagrogarant", "share": "0.5"},
}  # fmt: skip
DRAWN: dict[str, list[Any]] = {
    "contract_date": ["2017-05-20", "2018-05-20", "2019-05-20", "2019-10-01"],
    "amount": [f"{millions}000000.00" for millions in range(1, 25)],
    "months": list(range(12, 96, 12)),
    "every_months": [1, 3, 6, 12],
    "method": ["annuity", "equal-principal", "bullet"],
    "annual_rate": ["0.05", "0.0585", "0.06", "0.07"],
    "principal_grace_months": [0, 3, 6, 12],
    "purpose": ["open-microbusiness", "expand", "create-microenterprise", "buy-land"],
    "territory": [{"type": kind} for kind in ("rural", "small-town", "city", "monotown", "major-city")],
}
NESIE = [sys.executable, "-c", "from api.cli import main; main()"]


def measure(count: int = 1000) -> dict[str, float]:
    """Seconds of the command on ``count`` applications and of one that prints its help; rules alone a second."""
    chance = random.Random(2019)
    drawn = [LIKE | {name: chance.choice(values) for name, values in DRAWN.items()} for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "applications.json"
        file.write_text(json.dumps(drawn), encoding="utf-8")
        whole = _best([*NESIE, "check", str(file), "--format", "json"])
    start = _best([*NESIE, "check", "--help"])
    applications = [application_from_json(each) for each in drawn]
    began = perf_counter()
    check_all(applications)
    alone = perf_counter() - began
    return {
        "applications": count,
        "command_seconds": whole,
        "start_seconds": start,
        "times_start": whole / start,
        "rules_per_second": count / alone,
    }


def _best(command: list[str], runs: int = 3) -> float:
    """Seconds of the fastest of some runs."""
    took = []
    for _ in range(runs):
        began = perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
        took.append(perf_counter() - began)
    return min(took)
