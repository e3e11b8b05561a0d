"""Rules of the guarantee (GU): whether this loan may be guaranteed, by whom, and up to which share and sum.

They speak only of loans for which a guarantee is asked; commissions and volumes of a year are the guarantors' books.
"""

from __future__ import annotations

from decimal import Decimal

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, Word, words
from lending.programmes.provisions import Case
from lending.programmes.rules.judging import Rule, Told, enforces, judge
from lending.programmes.rules.loans import within_indices, within_rate
from lending.programmes.rules.purposes import banned
from lending.programmes.rules.purposes import purpose as lawful_purpose


@enforces("RM-GU-01")
def refused(facts: Facts, edition: Edition) -> Finding | None:
    """Under an edition without guarantees none is asked for."""
    return judge(
        facts, edition.provision("guarantee.refused"), "guarantee-refused",
        needs=("guaranteed",),
        holds=lambda _: not facts["guaranteed"],
        told=lambda _: Told(None, facts["guarantee_share"]),
    )  # fmt: skip


@enforces("919-GU-01", "746-GU-01")
def lender(facts: Facts, edition: Edition) -> Finding | None:
    """Only loans of microfinance organisations, credit partnerships and banks are guaranteed, not FFSA's (A-43)."""
    if facts["guaranteed"] is False:
        return None
    return judge(
        facts, edition.provision("guarantee.lenders"), "guarantee-lender",
        needs=("guaranteed", "lender"),
        holds=lambda lenders: facts["lender"] in lenders,
        told=lambda lenders: Told(words(lenders), Word(facts["lender"])),
    )  # fmt: skip


@enforces("919-GU-01", "746-GU-01")
def issued_from(facts: Facts, edition: Edition) -> Finding | None:
    """The loan is of the first day of guarantees or later."""
    if not facts["guaranteed"]:
        return None
    return judge(
        facts, edition.provision("guarantee.issued_from"), "guarantee-early",
        needs=("contract_date",),
        holds=lambda first: facts["contract_date"] >= first,
        told=lambda first: Told(first, facts["contract_date"]),
    )  # fmt: skip


@enforces("919-GU-01", "746-GU-01")
def purpose(facts: Facts, edition: Edition) -> Finding | None:
    """Of the purposes that may be lent for, this one may be guaranteed too (A-41); others are refused as loans."""
    loan = lawful_purpose(facts, edition)
    if not facts["guaranteed"] or banned(facts, edition) or (loan is not None and loan.severity == "blocks"):
        return None
    return judge(
        facts, edition.provision("guarantee.purposes"), "guarantee-purpose",
        needs=("purpose",),
        holds=lambda purposes: facts["purpose"] in purposes,
        told=lambda purposes: Told(words(purposes), Word(facts["purpose"])),
    )  # fmt: skip


@enforces("919-GU-02", "746-GU-02")
def guarantor(facts: Facts, edition: Edition) -> Finding | None:
    """The guarantor is the one of the territory."""
    if not facts["guaranteed"]:
        return None
    return judge(
        facts, edition.provision("guarantee.guarantor"), "guarantor",
        needs=("guarantor",),
        holds=lambda guarantors: facts["guarantor"] in guarantors,
        told=lambda guarantors: Told(words(guarantors), Word(facts["guarantor"])),
    )  # fmt: skip


def within_part(facts: Facts, cases: tuple[Case[Decimal], ...], code: str) -> Finding | None:
    """A finding when the guarantee covers more of the loan than its ceiling."""
    if not facts["guaranteed"]:
        return None
    return judge(
        facts, cases, code,
        needs=("guarantee_share",),
        holds=lambda ceiling: facts["guarantee_share"] <= ceiling,
        told=lambda ceiling: Told(ceiling, facts["guarantee_share"], {"age_class": Word(facts["age_class"] or "?")}),
    )  # fmt: skip


@enforces("919-GU-05", "746-GU-04", "746-GU-05")
def share(facts: Facts, edition: Edition) -> Finding | None:
    """The guarantee covers no more of the loan than the class of the borrower allows (A-40)."""
    return within_part(facts, edition.provision("guarantee.share_max"), "guarantee-share")


@enforces("746-GU-06")
def anchor_share(facts: Facts, edition: Edition) -> Finding | None:
    """For those in an anchor cooperation the guarantee covers at most half, whatever their age (A-40)."""
    return within_part(facts, edition.provision("guarantee.anchor_share_max"), "guarantee-anchor-share")


@enforces("919-GU-06", "746-GU-07")
def amount(facts: Facts, edition: Edition) -> Finding | None:
    """The guaranteed loan is within the guarantee's own cap, which stands beside that of the territory (A-42)."""
    if not facts["guaranteed"]:
        return None
    return within_indices(facts, edition.provision("guarantee.amount_mci"), "guarantee-amount")


@enforces("919-GU-06", "746-GU-07")
def nominal_rate(facts: Facts, edition: Edition) -> Finding | None:
    """The nominal rate of a guaranteed loan is at most its ceiling, also where loans go by the effective one."""
    if not facts["guaranteed"]:
        return None
    return within_rate(facts, edition.provision("guarantee.nominal_rate_max"), "guarantee-rate", "annual_rate")


RULES: tuple[Rule, ...] = (
    refused, lender, issued_from, purpose, guarantor, share, anchor_share, amount, nominal_rate,
)  # fmt: skip
