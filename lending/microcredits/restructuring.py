"""Restructuring: new terms for what a borrower still owes, by a decision, the old schedule kept.

The outstanding principal, arrears included, is scheduled anew from the day of the decision. Interest that fell due and
was not paid is put off over the new instalments, never added to principal, for principal is programme money; interest
of the open period goes on, penalty stays owed. From that day nothing is overdue. The yearly effective rate is worked
out again from the debt of the day and the remaining term. The rules on term, rates and graces of the loan's edition
hold for the new terms too, and the loan still ends with its money (A-25). For how long a restructured loan stays in
stage 2 is told in `lending.provisions`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from lending.amortisation.accrual import denominator
from lending.amortisation.months import day_numbers, whole_months
from lending.amortisation.plans import Plan
from lending.amortisation.terms import GraceTreatment, Method
from lending.chain.tables import FacilityRow
from lending.microcredits.decisions import record_decisions
from lending.microcredits.histories import RATE_DENOMINATOR
from lending.microcredits.history import latest_movement
from lending.microcredits.loans import Maturity, locked, outlives
from lending.microcredits.positions import Positions, positions
from lending.microcredits.refusals import (
    CapitalisationNotOffered,
    LoanNotOpen,
    NoPosition,
    NothingToRestructure,
    PaymentOutOfOrder,
    RestructuringForbidden,
)
from lending.microcredits.schedules import NewVersion, Version, add_versions, agreed_plan, versions
from lending.microcredits.values import Decision, Loan
from lending.programmes.application import Application
from lending.programmes.editions import edition
from lending.programmes.facts import Facts
from lending.programmes.findings import Finding, plain
from lending.programmes.rules import loans as rules

#: What a programme says of a loan's terms whenever they are agreed.
RULES = (
    rules.term, rules.nominal_rate, rules.effective_rate, rules.principal_grace, rules.interest_grace,
    rules.grace_of_the_budget_credit, rules.grace_long_for_the_loan,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerms:
    """What is agreed for the rest of a loan, and by which decision.

    Graces count the new instalments; None keeps what the contract says, or, of ``first_due_on``, is a period from then.
    """

    decision: Decision
    instalments: int
    every_months: int | None = None
    first_due_on: date | None = None
    annual_rate: Decimal | None = None
    method: Method | None = None
    principal_grace: int = 0
    interest_grace: int = 0
    interest_grace_treatment: GraceTreatment = "spread"


@dataclass(frozen=True, slots=True)
class Restructured:
    """A loan under new terms: the version of its schedule, the plan, and what the rules point out but do not forbid."""

    loan_id: int
    version: int
    plan: Plan
    findings: tuple[Finding, ...]


def restructure(
    session: Session, agreed: Mapping[int, NewTerms], on: date, *, maturity: Maturity = "within-facility"
) -> list[Restructured]:
    """Put loans, by id, under new terms from a day on, all of them or none; in order of id.

    Raises:
        NotFound, LoanNotOpen, PaymentOutOfOrder, NothingToRestructure: not this loan on this day.
        CapitalisationNotOffered, RestructuringForbidden, OutlivesFacility, BadTerms: not these terms.
    """
    found = locked(session, agreed.keys())
    _check(session, found, agreed, on)
    at = positions(session, on, loan_ids=list(agreed))
    for loan_id, reason in at.failures.items():
        raise NoPosition(number=found[loan_id].contract.number, on=str(on), reason=reason)
    history = versions(session, agreed.keys())
    done = [
        _restructured(found[loan_id], agreed[loan_id], at, place, history[loan_id])
        for place, loan_id in enumerate(at.loan_id.tolist())
    ]
    if maturity == "within-facility":
        _check_maturities(session, found, done)
    record_decisions(session, "restructuring", [(loan_id, terms.decision) for loan_id, terms in agreed.items()])
    repaid = at.principal_repaid.tolist()
    add_versions(
        session,
        [
            NewVersion(
                loan_id=each.loan_id, number=each.version, valid_from=on, reason="restructured",
                principal_before=before, plan=each.plan,
            )
            for each, before in zip(done, repaid, strict=True)
        ],
    )  # fmt: skip
    return done


def _check(session: Session, found: Mapping[int, Loan], agreed: Mapping[int, NewTerms], on: date) -> None:
    latest = latest_movement(session, found)
    for loan_id, terms in agreed.items():
        loan = found.get(loan_id)
        if loan is None:
            raise NotFound(what="loan", name=str(loan_id))
        number = loan.contract.number
        if loan.status != "active":
            raise LoanNotOpen(number=number, status=loan.status, expected="active")
        if on < latest[loan_id]:
            raise PaymentOutOfOrder(number=number, latest=str(latest[loan_id]), found=str(on))
        if terms.interest_grace_treatment == "capitalise":
            raise CapitalisationNotOffered(number=number)


def _restructured(loan: Loan, terms: NewTerms, at: Positions, place: int, history: Sequence[Version]) -> Restructured:
    """The plan of one loan under its new terms, held against the rules."""
    contract, on = loan.contract, at.as_of[place].item()
    if not at.principal[place]:
        raise NothingToRestructure(number=contract.number, on=str(on))
    exact = Fraction(int(at.open_numerator[place]), denominator(contract.day_count, RATE_DENOMINATOR))
    kept = {
        "instalments": terms.instalments,
        "every_months": terms.every_months or contract.every_months,
        "first_due_on": terms.first_due_on and terms.first_due_on.isoformat(),
        "annual_rate": str(contract.annual_rate if terms.annual_rate is None else terms.annual_rate),
        "method": terms.method or contract.method,
        "principal_grace": terms.principal_grace,
        "interest_grace": terms.interest_grace,
        "interest_grace_treatment": terms.interest_grace_treatment,
        "period_started_on": _period_started_on(history, on).isoformat(),
        "accrued": str(exact),
        "deferred": max(0, int(at.accrued_at_due[place] - at.interest_repaid[place])),
    }
    plan = agreed_plan(contract, on, int(at.principal[place]), kept)
    return Restructured(loan.id, history[-1].number + 1, plan, _judged(loan, plan))


def _period_started_on(history: Sequence[Version], on: date) -> date:
    """The last due date up to ``on`` of the version then in force; before the first one, the first disbursement."""
    until = [*(version.valid_from for version in history[1:]), on]
    passed = [
        due
        for version, end in zip(history, until, strict=True)
        for due in version.due_on
        if version.valid_from < due <= end
    ]
    begun = [version.valid_from for version in history if version.reason in ("signed", "disbursed")]
    return max(passed, default=begun[-1])


def _judged(loan: Loan, plan: Plan) -> tuple[Finding, ...]:
    """What the loan's edition says of the new terms.

    The term is that of the whole loan, months begun counted; a grace adds to the one the contract had.

    Raises:
        RestructuringForbidden: a rule forbids them.
    """
    contract, terms = loan.contract, plan.terms
    [last, begun] = day_numbers([plan.due_on[-1] - timedelta(days=1), contract.disburse_on])
    known: dict[str, Any] = defaultdict(lambda: None) | {
        "sector": contract.sector,
        "purpose": contract.purpose,
        "territory": contract.territory_type,
        "annual_rate": terms.annual_rate,
        "effective_rate": plan.effective_rate,
        "months": int(whole_months(np.array([begun]), np.array([last]))[0]) + 1,
    }
    for grace in ("principal_grace", "interest_grace"):
        had, added = (getattr(each, grace) * each.every_months for each in (contract, terms))
        known[f"{grace}_months"] = had + added
    law = edition(loan.edition)
    found = [finding for rule in RULES if (finding := rule(Facts(Application(), known), law)) is not None]
    for finding in found:
        if finding.severity == "blocks":
            limit, actual = (str(plain(each)) for each in (finding.limit, finding.actual))
            raise RestructuringForbidden(
                number=contract.number, rule=finding.rule, expected=limit, found=actual, clause=finding.clause
            )
    return tuple(found)


def _check_maturities(session: Session, found: Mapping[int, Loan], done: Sequence[Restructured]) -> None:
    """No loan ends after the money it is lent from must be repaid (A-25)."""
    ids = {each.contract.facility_id for each in found.values()}
    rows = {row.id: row for row in session.scalars(select(FacilityRow).where(FacilityRow.id.in_(ids)))}
    for each in done:
        contract = found[each.loan_id].contract
        facility = rows[contract.facility_id]
        if each.plan.due_on[-1] > facility.matures_on:
            raise outlives(contract.number, facility, each.plan.due_on[-1], "A-25")
