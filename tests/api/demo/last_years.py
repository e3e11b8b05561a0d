"""The demo's calibration cut to its last years, for tests to which a shorter story tells enough."""

from __future__ import annotations

from dataclasses import replace

from api.demo.calibration import Calibration, calibration


def last(years: int) -> Calibration:
    """The calibration of the last ``years``, with the guarantees and grants of those."""
    at = calibration()
    guarantees = {stream: units[-years:] for stream, units in at.guarantees.items()}
    return replace(at, years=at.years[-years:], guarantees=guarantees, grants=at.grants[-years:])
