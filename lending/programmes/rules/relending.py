"""Rules of relending (RV) that an application tells by itself: whether returned money may be lent at all.

Windows and ends of agreements are kept by the chain, where the money lies.
"""

from __future__ import annotations

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, Word, words
from lending.programmes.rules.judging import Rule, Told, enforces, judge


@enforces("RM-RV-02")
def source(facts: Facts, edition: Edition) -> Finding | None:
    """Money that came back is lent again only under an edition that gives it a window."""
    return judge(
        facts, edition.provision("loan.sources"), "source",
        needs=("source",),
        holds=lambda sources: facts["source"] in sources,
        told=lambda sources: Told(words(sources), Word(facts["source"])),
    )  # fmt: skip


RULES: tuple[Rule, ...] = (source,)
