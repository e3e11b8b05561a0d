"""Rules of the microcredit itself (LN): its sum, term, rates, graces and fees.

Both ceilings of 6 % stand here, each where its edition names it: the effective rate, unrounded, and the nominal one
(A-17). Sums are counted in the index of the contract date (A-27).
"""

from __future__ import annotations

from decimal import Decimal

from moneyed import Money

from ledger.money import KZT
from lending.amortisation.effective_rate import printed_percent
from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding
from lending.programmes.provisions import Case
from lending.programmes.rules.judging import Rule, Told, enforces, judge


def within_indices(facts: Facts, cases: tuple[Case[int], ...], code: str) -> Finding | None:
    """A finding when the amount is above a number of monthly calculation indices of the contract date."""

    def cap(indices: int) -> Money:
        return Money(indices * facts["mci"], KZT)

    return judge(
        facts, cases, code,
        needs=("amount", "mci"),
        holds=lambda indices: facts["amount"] <= cap(indices),
        told=lambda indices: Told(cap(indices), facts["amount"], {"indices": indices, "mci": Money(facts["mci"], KZT)}),
    )  # fmt: skip


def within_rate(facts: Facts, cases: tuple[Case[Decimal], ...], code: str, rate: str) -> Finding | None:
    """A finding when the rate called ``rate`` is above the ceiling, compared without rounding."""
    return judge(
        facts, cases, code,
        needs=(rate,),
        holds=lambda ceiling: facts[rate] <= ceiling,
        told=lambda ceiling: Told(ceiling, facts[rate]),
    )  # fmt: skip


@enforces("919-LN-07", "746-LN-09", "RM-LN-04")
def amount(facts: Facts, edition: Edition) -> Finding | None:
    """The sum is within the cap of the territory and purpose, in MCI of the contract date."""
    return within_indices(facts, edition.provision("loan.amount_mci"), "amount")


@enforces("919-LN-06", "746-LN-08", "RM-LN-03")
def term(facts: Facts, edition: Edition) -> Finding | None:
    """The term in months is within the limit of the sector and purpose, that month included."""
    return judge(
        facts, edition.provision("loan.months_max"), "term",
        needs=("months",),
        holds=lambda limit: facts["months"] <= limit,
        told=lambda limit: Told(limit, facts["months"]),
    )  # fmt: skip


@enforces("746-LN-10", "RM-LN-05")
def nominal_rate(facts: Facts, edition: Edition) -> Finding | None:
    """The nominal rate is at most the ceiling."""
    return within_rate(facts, edition.provision("loan.nominal_rate_max"), "nominal-rate", "annual_rate")


@enforces("919-LN-08")
def effective_rate(facts: Facts, edition: Edition) -> Finding | None:
    """The yearly effective rate, as stated or else as computed with all fees, is at most the ceiling, unrounded."""
    return within_rate(facts, edition.provision("loan.effective_rate_max"), "effective-rate", "effective_rate")


@enforces("919-LN-08")
def effective_rate_stated(facts: Facts, edition: Edition) -> Finding | None:
    """A stated effective rate is, as contracts print it, not below the one that the schedule and fees give."""
    stated, computed = facts["stated_effective_rate"], facts["computed_effective_rate"]
    if stated is None or computed is None:
        return None
    return judge(
        facts, edition.provision("loan.effective_rate_max"), "effective-rate-stated",
        holds=lambda _: stated >= computed or printed_percent(stated) == printed_percent(computed),
        told=lambda _: Told(computed, stated),
        severity="warns",
    )  # fmt: skip


def within_share(facts: Facts, edition: Edition, grace: str) -> Finding | None:
    """A finding when a grace takes more of the loan's term than its share; exactly the share is allowed."""
    return judge(
        facts, edition.provision("loan.grace_share_max"), f"{grace}-grace-share",
        needs=("months", f"{grace}_grace_months"),
        holds=lambda share: facts[f"{grace}_grace_months"] <= facts["months"] * share,
        told=lambda share: Told(
            int(facts["months"] * share),
            facts[f"{grace}_grace_months"],
            {"parts": share.denominator, "months": facts["months"]},
        ),
    )  # fmt: skip


@enforces("919-LN-11", "746-LN-13")
def principal_grace(facts: Facts, edition: Edition) -> Finding | None:
    """The grace on principal is at most a third of the term of the loan."""
    return within_share(facts, edition, "principal")


@enforces("919-LN-11", "746-LN-13")
def interest_grace(facts: Facts, edition: Edition) -> Finding | None:
    """The grace on interest is at most a third of the term of the loan (746 too: A-18)."""
    return within_share(facts, edition, "interest")


def longest_grace(facts: Facts) -> int:
    """The longer of the two graces, in months."""
    principal, interest = facts["principal_grace_months"], facts["interest_grace_months"]
    return int(max(principal, interest))


@enforces("RM-LN-06")
def grace_of_the_budget_credit(facts: Facts, edition: Edition) -> Finding | None:
    """Both graces are at most a third of the term of the budget credit (A-19)."""
    return judge(
        facts, edition.provision("loan.grace_months_max"), "grace-months",
        needs=("principal_grace_months", "interest_grace_months"),
        holds=lambda limit: longest_grace(facts) <= limit,
        told=lambda limit: Told(limit, longest_grace(facts)),
    )  # fmt: skip


@enforces("RM-LN-06")
def grace_long_for_the_loan(facts: Facts, edition: Edition) -> Finding | None:
    """A grace of more than a third of the loan's own term, lawful or not, is pointed out (A-19)."""
    needs = ("months", "principal_grace_months", "interest_grace_months")
    if facts.lacking(needs):
        return None
    return judge(
        facts, edition.provision("loan.grace_share_warned"), "grace-long",
        holds=lambda share: longest_grace(facts) <= facts["months"] * share,
        told=lambda share: Told(int(facts["months"] * share), longest_grace(facts), {"months": facts["months"]}),
        severity="warns",
    )  # fmt: skip


@enforces("919-LN-09", "746-LN-11")
def fees(facts: Facts, edition: Edition) -> Finding | None:
    """Nothing is charged for the loan but what a breach of the contract costs (A-33)."""

    def charged(allowed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(fee.name or fee.kind or "?" for fee in facts["fees"] if fee.kind not in allowed)

    return judge(
        facts, edition.provision("loan.fees_allowed"), "fees",
        needs=("fees",),
        holds=lambda allowed: not charged(allowed),
        told=lambda allowed: Told((), charged(allowed)),
    )  # fmt: skip


RULES: tuple[Rule, ...] = (
    amount, term, nominal_rate, effective_rate, effective_rate_stated, principal_grace, interest_grace,
    grace_of_the_budget_credit, grace_long_for_the_loan, fees,
)  # fmt: skip
