"""``make bench``: every measurement in one run, printed and written to ``out/bench.json`` with the machine it ran on.

A figure means little alone, so each part measures a peer or a floor beside it in the same run and the ratios are
what to read. Parts: ``schedules``, ``applications``, ``postings``, ``month-end``, ``web``; name some to run only those.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Figures = Mapping[str, Any]


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    model = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    memory = Path("/proc/meminfo").read_text().split()[1]
    return {
        "system": platform.platform(), "python": platform.python_version(),
        "processor": model[0] if model else "unknown",
        "cores": os.cpu_count(), "memory_gib": round(int(memory) / 2**20, 1),
    }  # fmt: skip


def _schedules(_: argparse.Namespace) -> Figures:
    from bench import schedules

    return schedules.measure()


def _postings(_: argparse.Namespace) -> Figures:
    from bench import postings

    return postings.measure()


def _month_end(arguments: argparse.Namespace) -> Figures:
    from bench import month_end

    return month_end.measure(arguments.loans)


def _applications(_: argparse.Namespace) -> Figures:
    from bench import applications

    return applications.measure()


def _registers(_: argparse.Namespace) -> Figures:
    from bench import registers

    return registers.measure()


def _web(arguments: argparse.Namespace) -> Figures:
    from bench import web

    return web.measure(arguments.demo_loans, arguments.home, arguments.seconds)


PARTS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    "schedules": _schedules,
    "applications": _applications,
    "registers": _registers,
    "postings": _postings,
    "month-end": _month_end,
    "web": _web,
}


def main() -> None:
    """Run the parts asked for and print what they measured."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="parts to run (default: all)")
    parser.add_argument("--loans", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="month-end sizes")
    parser.add_argument("--demo-loans", type=int, default=2000, help="size of the demo whose pages are opened")
    parser.add_argument("--home", type=Path, help="NESIE_HOME with books to open pages on, instead of a new demo")
    parser.add_argument("--seconds", type=int, default=60, help="how long people are at work on the pages")
    parser.add_argument("--output", type=Path, default=Path("out/bench.json"))
    arguments = parser.parse_args()
    measured: dict[str, Any] = {"machine": machine()}
    print(json.dumps(measured["machine"]))
    for name in arguments.parts or PARTS:
        measured[name] = dict(PARTS[name](arguments))
        for figure, value in measured[name].items():
            print(
                f"{name:>10}  {figure:<44} {value:,.4g}"
                if isinstance(value, float | int)
                else f"{name:>10}  {figure:<44} {value}"
            )
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(measured, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
