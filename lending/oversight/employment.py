"""Employment: what makes a job that a loan was to create count, as a pure function of contracts and evidence.

A job is proved on a day when its first labour contract was concluded in time and somebody with all the evidence the
edition asks for holds it that day: it asks for permanent jobs, so one that was left counts again only when another
person is employed, unless it was temporary or seasonal from the start (RM-LN-11). The number of jobs is the greater
of the promise and the edition's least (A-04, A-05).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal

EvidenceKind = Literal["referral", "contributions", "tax-data"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Employment:
    """A person in one of a loan's jobs, as far as it is known: ``last_day`` of the contract, None while it runs.

    ``evidence`` counts the papers of each kind beside the contract; contributions are counted in months.
    """

    contract_id: int
    job: int
    iin: str
    number: str
    concluded_on: date
    last_day: date | None
    seasonal: bool
    evidence: Mapping[str, int]

    def holds(self, on: date) -> bool:
        """Whether the job counts as filled by this contract on ``on``; a seasonal one stays so after its end."""
        return self.seasonal or self.last_day is None or on <= self.last_day

    def proves(self, kinds: Collection[str], contribution_months: int) -> bool:
        """Whether all ``kinds`` of evidence are there; the labour contract itself is."""
        least = {kind: contribution_months if kind == "contributions" else 1 for kind in kinds}
        return all(self.evidence.get(kind, 0) >= count for kind, count in least.items() if kind != "labour-contract")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many jobs are ``proved`` on a day, and which were but stand ``vacated``."""

    proved: int
    vacated: tuple[int, ...]


def count(
    employments: Sequence[Employment], on: date, *, due_on: date | None, kinds: Collection[str], months: int
) -> Counted:
    """The jobs of one loan on ``on``; ``due_on`` is the last day to conclude a job's first contract, None: no such day.

    Contracts concluded after ``on`` are not there yet; those without the evidence prove nothing.
    """
    sound = [each for each in employments if each.concluded_on <= on and each.proves(kinds, months)]
    by_job = groupby(sorted(sound, key=lambda each: (each.job, each.concluded_on)), key=lambda each: each.job)
    filled = {job: _filled(own, on) for job, contracts in by_job if _in_time(own := list(contracts), due_on)}
    return Counted(sum(filled.values()), tuple(job for job, held in filled.items() if not held))


def _in_time(contracts: Sequence[Employment], due_on: date | None) -> bool:
    return due_on is None or contracts[0].concluded_on <= due_on


def _filled(contracts: Iterable[Employment], on: date) -> bool:
    return any(each.holds(on) for each in contracts)
