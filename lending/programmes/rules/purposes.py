"""Rules of purposes (LN, and CR of the Road Map): what a microcredit may be for, in which territory, and for whom.

A forbidden purpose is refused by the ban that names it and by nothing else; land and housing may pass when their use
changes to business in time (A-14), and some excisable goods by approval (A-13).
"""

from __future__ import annotations

from datetime import date

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, Word, words
from lending.programmes.months import add_months
from lending.programmes.provisions import fitting
from lending.programmes.rules.borrowers import listed
from lending.programmes.rules.judging import Rule, Told, enforces, judge


def banned(facts: Facts, edition: Edition) -> bool:
    """Whether the edition forbids the purpose by name, before any exception."""
    return facts["purpose"] is not None and bool(fitting(edition.provision("purposes.forbidden"), facts.known).cases)


def change_of_use(facts: Facts, edition: Edition) -> bool:
    """Whether a change of use is promised that the edition has a term for."""
    cases = fitting(edition.provision("purposes.change_of_use_months"), facts.known).cases
    return bool(cases) and facts["change_of_use_by"] is not None


def approvable(facts: Facts, edition: Edition) -> bool:
    """Whether the activity is one of those excisable ones that may be approved."""
    cases = fitting(edition.provision("purposes.excisable_to_approve"), facts.known).cases
    return any(facts["oked"] is not None and listed(facts["oked"], case.value) for case in cases)


@enforces("919-LN-03", "746-LN-07", "RM-LN-05")
def purpose(facts: Facts, edition: Edition) -> Finding | None:
    """The purpose is one that the edition lends for in this territory."""
    if banned(facts, edition):
        return None
    return judge(
        facts, edition.provision("purposes.allowed"), "purpose",
        needs=("purpose",),
        holds=lambda allowed: facts["purpose"] in allowed,
        told=lambda allowed: Told(words(allowed), Word(facts["purpose"])),
    )  # fmt: skip


@enforces("919-LN-17", "746-LN-18", "RM-CR-03", "RM-CR-04")
def forbidden(facts: Facts, edition: Edition) -> Finding | None:
    """The purpose is not forbidden; land, housing and excisable goods have rules of their own for exceptions."""
    if facts["purpose"] is not None and (change_of_use(facts, edition) or approvable(facts, edition)):
        return None
    return judge(
        facts, edition.provision("purposes.forbidden"), "purpose-forbidden",
        holds=lambda _: False,
        told=lambda _: Told(None, Word(facts["purpose"])),
    )  # fmt: skip


def last_change(facts: Facts, months: int) -> date:
    """Last day for changing the use, counted from the contract."""
    return add_months(facts["contract_date"], months)


@enforces("746-LN-18", "RM-CR-04")
def change_of_use_in_time(facts: Facts, edition: Edition) -> Finding | None:
    """A promised change of use comes within its term from the contract date, the last day included (A-14)."""
    if not change_of_use(facts, edition):
        return None
    return judge(
        facts, edition.provision("purposes.change_of_use_months"), "change-of-use",
        needs=("contract_date",),
        holds=lambda months: facts["change_of_use_by"] <= last_change(facts, months),
        told=lambda months: Told(last_change(facts, months), facts["change_of_use_by"], {"months": months}),
    )  # fmt: skip


@enforces("746-LN-18", "RM-CR-04")
def change_of_use_due(facts: Facts, edition: Edition) -> Finding | None:
    """A promised change of use that is in time is a duty to be kept, and noted."""
    if not change_of_use(facts, edition) or facts["contract_date"] is None:
        return None
    return judge(
        facts, edition.provision("purposes.change_of_use_months"), "change-of-use-due",
        holds=lambda months: facts["change_of_use_by"] > last_change(facts, months),
        told=lambda months: Told(last_change(facts, months), facts["change_of_use_by"]),
        severity="notes",
    )  # fmt: skip


@enforces("746-LN-18")
def excisable_to_approve(facts: Facts, edition: Edition) -> Finding | None:
    """Motor vehicles and wine of own grapes may be financed only by a decision with a reason (A-13)."""
    return judge(
        facts, edition.provision("purposes.excisable_to_approve"), "excisable-to-approve",
        holds=lambda _: not approvable(facts, edition),
        told=lambda codes: Told(codes, facts["oked"]),
        severity="warns",
    )  # fmt: skip


@enforces("746-LN-07")
def expansion(facts: Facts, edition: Edition) -> Finding | None:
    """A business is expanded only for borrowers of the class the edition lends to for that (A-01)."""
    return judge(
        facts, edition.provision("purposes.borrowers"), "expansion",
        needs=("age_class",),
        holds=lambda classes: facts["age_class"] in classes,
        told=lambda classes: Told(words(classes), Word(facts["age_class"])),
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    purpose, forbidden, change_of_use_in_time, change_of_use_due, excisable_to_approve, expansion,
)  # fmt: skip
