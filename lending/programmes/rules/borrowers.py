"""Rules of the borrower and of the papers (LN): who may borrow, with which proof, and what of jobs is promised.

Age of a business is counted on the day of applying (A-03), everything else on the contract date.
"""

from __future__ import annotations

from datetime import date

from lending.programmes.editions import Edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, Word, words
from lending.programmes.months import add_months
from lending.programmes.pension_ages import pension_age_on
from lending.programmes.rules.judging import Rule, Told, enforces, judge, required


@enforces("919-LN-02", "746-LN-03", "RM-LN-02")
def tax_registration(facts: Facts, edition: Edition) -> Finding | None:
    """The borrower is registered with the tax authorities, whatever the loan is for (A-07)."""
    return required(facts, edition, "borrower.tax_registration", "tax_registered", "tax-registration")


@enforces("919-LN-10", "746-LN-12", "RM-LN-01")
def size(facts: Facts, edition: Edition) -> Finding | None:
    """The borrower is not of a size that the edition refuses in this territory (A-11)."""
    return judge(
        facts, edition.provision("borrower.sizes_refused"), "size",
        needs=("size",),
        holds=lambda refused: facts["size"] not in refused,
        told=lambda refused: Told(words(refused), Word(facts["size"])),
    )  # fmt: skip


@enforces("746-LN-01")
def pension_age(facts: Facts, edition: Edition) -> Finding | None:
    """A person is below pension age on the contract date; an organisation has none (A-10)."""
    number = facts["id_number"]
    if number is not None and (number.birth_date is None or number.sex is None):
        return None

    def reached() -> date:
        return pension_age_on(number.birth_date, number.sex, facts["contract_date"])

    return judge(
        facts, edition.provision("borrower.below_pension_age"), "pension-age",
        needs=("id_number", "contract_date"),
        holds=lambda _: facts["contract_date"] < reached(),
        told=lambda _: Told(reached(), facts["contract_date"]),
    )  # fmt: skip


def listed(oked: str, codes: tuple[str, ...]) -> bool:
    """Whether an activity is one of those that begin with one of the codes; points do not count."""
    return any(oked.replace(".", "").startswith(code.replace(".", "")) for code in codes)


@enforces("746-LN-02")
def activity(facts: Facts, edition: Edition) -> Finding | None:
    """The borrower's activity is none of those shut out: excisable goods and mining, by OKED code."""
    return judge(
        facts, edition.provision("borrower.activities_refused"), "activity",
        needs=("oked",),
        holds=lambda codes: not listed(facts["oked"], codes),
        told=lambda codes: Told(codes, facts["oked"]),
    )  # fmt: skip


@enforces("746-LN-02")
def activity_to_approve(facts: Facts, edition: Edition) -> Finding | None:
    """An activity that is shut out or not by something the application does not tell is pointed out (A-13)."""
    if facts["oked"] is None:
        return None
    return judge(
        facts, edition.provision("borrower.activities_to_approve"), "activity-to-approve",
        holds=lambda codes: not listed(facts["oked"], codes),
        told=lambda codes: Told(codes, facts["oked"]),
        severity="warns",
    )  # fmt: skip


@enforces("746-LN-17")
def anchor_participant(facts: Facts, edition: Edition) -> Finding | None:
    """A loan to develop anchor cooperation goes to one who takes part in it."""
    return required(facts, edition, "loan.anchor_participant", "anchor", "anchor-participant")


@enforces("919-LN-14", "919-LN-15", "746-LN-03")
def referral(facts: Facts, edition: Edition) -> Finding | None:
    """The employment centre has referred the borrower to the lender, where the purpose needs it."""
    return required(facts, edition, "loan.referral", "referral", "referral")


@enforces("919-LN-04", "746-LN-05")
def certificate(facts: Facts, edition: Edition) -> Finding | None:
    """To open a business one has been trained: the certificate is of a kind that will do (A-08)."""
    return judge(
        facts, edition.provision("loan.certificate"), "certificate",
        needs=("certificate",),
        holds=lambda kinds: facts["certificate"] in kinds,
        told=lambda kinds: Told(words(kinds), Word(facts["certificate"])),
    )  # fmt: skip


@enforces("919-LN-04")
def certificate_age(facts: Facts, edition: Edition) -> Finding | None:
    """A certificate of other programmes is not older than its months on the contract date, that day included (A-09)."""

    def good_until(months: int) -> date:
        return add_months(facts["certificate_issued_on"], months)

    return judge(
        facts, edition.provision("loan.certificate_months_max"), "certificate-age",
        needs=("certificate_issued_on", "contract_date"),
        holds=lambda months: facts["contract_date"] <= good_until(months),
        told=lambda months: Told(good_until(months), facts["contract_date"], {"months": months}),
    )  # fmt: skip


def shown_in_time(facts: Facts, edition: Edition, paper: str) -> Finding | None:
    """A finding when a paper that is needed is of a later day than the contract; one that is missing is no such."""
    if facts[paper] in (False, "none"):
        return None
    issued_on = f"{paper}_issued_on"
    return judge(
        facts, edition.provision(f"loan.{paper}"), f"{paper}-later",
        needs=(paper, issued_on, "contract_date"),
        holds=lambda _: facts[issued_on] <= facts["contract_date"],
        told=lambda _: Told(facts["contract_date"], facts[issued_on]),
    )  # fmt: skip


@enforces("919-LN-14", "919-LN-15", "746-LN-03")
def referral_in_time(facts: Facts, edition: Edition) -> Finding | None:
    """The referral comes before the contract, or on its day."""
    return shown_in_time(facts, edition, "referral")


@enforces("919-LN-04", "746-LN-05")
def certificate_in_time(facts: Facts, edition: Edition) -> Finding | None:
    """The training comes before the contract, or ends on its day."""
    return shown_in_time(facts, edition, "certificate")


@enforces("919-LN-05", "746-LN-06", "RM-LN-07")
def jobs(facts: Facts, edition: Edition) -> Finding | None:
    """As many new permanent jobs are promised as the purpose asks for (A-05)."""
    return judge(
        facts, edition.provision("loan.jobs_min"), "jobs",
        needs=("jobs_promised",),
        holds=lambda least: facts["jobs_promised"] >= least,
        told=lambda least: Told(least, facts["jobs_promised"]),
    )  # fmt: skip


@enforces("919-LN-12", "746-LN-14", "RM-LN-07")
def job_clause(facts: Facts, edition: Edition) -> Finding | None:
    """The contract has the clause on creating jobs, except for those whom the edition lets off (A-04)."""
    return required(facts, edition, "loan.job_clause", "job_clause", "job-clause")


RULES: tuple[Rule, ...] = (
    tax_registration, size, pension_age, activity, activity_to_approve, anchor_participant, referral,
    referral_in_time, certificate, certificate_in_time, certificate_age, jobs, job_clause,
)  # fmt: skip
