"""Rules of penalties (PN) that an application tells: what is charged for a breach was agreed beforehand.

Fines and returns that follow from a breach are watched after the contract.
"""

from __future__ import annotations

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding
from lending.programmes.rules.judging import Rule, enforces, required


@enforces("919-PN-01", "746-PN-02")
def breach_charges(facts: Facts, edition: Edition) -> Finding | None:
    """The size of every charge for a breach is agreed in writing with the operator, FFSA excepted (A-33)."""
    return required(facts, edition, "penalties.breach_charge_agreed", "breach_charges_agreed", "breach-charges")


RULES: tuple[Rule, ...] = (breach_charges,)
