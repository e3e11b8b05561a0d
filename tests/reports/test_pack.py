"""A pack holds every family, whole, with fingerprints that hold. Loans are those of `tests.reports.books`."""

import json
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from reports.catalogue import families
from reports.pack import SUMS, write_pack
from reports.periods import parse_period
from tests.reports.books import programme


def test_a_pack_has_every_family_in_every_language_and_format(committed_engine: Engine, tmp_path: Path) -> None:
    """Files are named after report, period and language; progress comes to its end; the sums are right."""
    with Session(committed_engine) as session, session.begin():
        programme(session)
    told: list[tuple[int, int]] = []
    files = write_pack(
        committed_engine, tmp_path / "pack", parse_period("2021-Q1"), formats=("json", "csv"), statements=1,
        progress=lambda done, of, _: told.append((done, of)),
    )  # fmt: skip
    assert len(files) == len(families()) * 3 * 2
    assert told == [(number, len(files)) for number in range(1, len(files) + 1)]
    assert {json.loads(file.read_bytes())["report"] for file in files if file.suffix == ".json"} == {
        family.name for family in families()
    }
    sums = dict(line.split("  ") for line in (tmp_path / "pack" / SUMS).read_text().splitlines())
    assert sums == {sha256(file.read_bytes()).hexdigest(): file.name for file in files}
