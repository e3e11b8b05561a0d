"""Rules of the channel (PA, CR): who may lend in this territory and sector, and with whose money.

The place of the project decides (A-38); a KATO code that contradicts the type told is pointed out.
"""

from __future__ import annotations

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, Word, words
from lending.programmes.provisions import fitting
from lending.programmes.rules.judging import Rule, Told, enforces, judge


@enforces("919-PA-03", "746-CR-06")
def creditor(facts: Facts, edition: Edition) -> Finding | None:
    """The lender is one of those who lend to people; an operator only funds lenders."""
    return judge(
        facts, edition.provision("channels.creditors"), "creditor",
        needs=("lender",),
        holds=lambda creditors: facts["lender"] in creditors,
        told=lambda creditors: Told(words(creditors), Word(facts["lender"])),
    )  # fmt: skip


def lends(facts: Facts, channels: tuple[str, ...]) -> bool | None:
    """Whether the lender, with its funder, is in a list of channels; None where that hangs on the funder."""
    lender, funder = facts["lender"], facts["funded_by"]
    if lender in channels:
        return True
    through = [each for each in channels if each.startswith(f"{lender}/")]
    if funder is None and through:
        return None
    return f"{lender}/{funder}" in through


@enforces("919-PA-04", "746-PA-05", "RM-PA-02")
def lender(facts: Facts, edition: Edition) -> Finding | None:
    """The lender works in this territory, with money of the operator that funds it there (A-39)."""
    direct = creditor(facts, edition)
    if direct is not None and direct.severity == "blocks":
        return None
    channels = edition.provision("channels.lenders")
    hangs = any(lends(facts, case.value) is None for case in fitting(channels, facts.known).cases)
    return judge(
        facts, channels, "lender",
        needs=("lender", "funded_by") if hangs else ("lender",),
        holds=lambda allowed: bool(lends(facts, allowed)),
        told=lambda allowed: Told(
            words(allowed), Word("/".join(filter(None, (facts["lender"], facts["funded_by"]))))
        ),
    )  # fmt: skip


@enforces("746-PA-05")
def sector(facts: Facts, edition: Edition) -> Finding | None:
    """Lending in villages is written for agriculture; another sector there is pointed out, not refused (A-39)."""
    return judge(
        facts, edition.provision("channels.sectors"), "sector",
        needs=("sector",),
        holds=lambda sectors: facts["sector"] in sectors,
        told=lambda sectors: Told(words(sectors), Word(facts["sector"])),
        severity="warns",
    )  # fmt: skip


@enforces("A-38")
def place(facts: Facts, _: Edition) -> Finding | None:
    """The type of territory told is the one that the KATO code decides; the code counts (A-38)."""
    told, counted = facts["told_territory"], facts["territory"]
    if told in (None, counted):
        return None
    return Finding(
        "A-38",
        "warns",
        "place",
        "docs/decisions/0106-territories.md: by the place of the project",
        Word(counted),
        Word(told),
    )


RULES: tuple[Rule, ...] = (creditor, lender, sector, place)
