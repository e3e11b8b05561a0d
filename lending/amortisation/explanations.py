"""The arithmetic of one instalment, told step by step.

`explain` takes a plan apart again: what was owed, for how long, at what rate, how the interest was rounded and
what made up the payment. The numbers are fields; ``str`` puts them into plain English, other languages are the
edge's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from moneyed import Money

from ledger.money import Rounding, from_tiyn
from lending.amortisation.plans import Instalment, Plan
from lending.amortisation.positions import earned_interest, exact_interest, fraction, opening_balance, period_start
from lending.amortisation.refusals import BadTerms

_PRINCIPAL = {
    "annuity": "the level payment {level} less the interest earned",
    "equal-principal": "an equal part, {level}",
    "bullet": "nothing before the last instalment",
    "custom": "what the contract gives for this instalment",
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """Instalment by instalment arithmetic: amounts are money, ``exact`` is in tenge before rounding.

    ``year_fraction`` is the part of a year from ``since`` to ``until``; ``earned`` the rounded interest of the
    period; ``deferred`` what a grace adds to it (or takes away, when negative) to give what is payable;
    ``rule`` says how the principal was found.
    """

    instalment: Instalment
    since: date
    until: date
    opening: Money
    annual_rate: Decimal
    year_fraction: Fraction
    exact: Fraction
    rounding: Rounding
    earned: Money
    deferred: Money
    rule: str

    def __str__(self) -> str:
        line = self.instalment
        span = f"{self.year_fraction} of a year (the period counts {line.days} days)"
        product = f"{self.opening.amount} x {self.annual_rate} x {self.year_fraction}"
        parts = f"{line.principal.amount} + {line.interest.amount}"
        rounded = f"rounded {self.rounding}: {self.earned.amount}"
        steps = [
            f"Instalment {line.n}, due on {line.due_on}.",
            f"From {self.since} to {self.until} the balance is {self.opening.amount}, for {span}.",
            f"Interest: {product}{self._besides()} = {_decimals(self.exact)}; {rounded}.",
            f"Principal: {self.rule}: {line.principal.amount}.",
            f"Total: {parts} = {line.total.amount}; balance after: {line.balance.amount}.",
        ]
        if self.deferred.amount:
            verb = "put off" if self.deferred.amount < 0 else "added from the grace"
            steps.insert(3, f"Interest {verb}: {abs(self.deferred.amount)}; payable: {line.interest.amount}.")
        return "\n".join(steps)

    def _besides(self) -> str:
        """What the period earned besides its opening balance: before the plan began, or on tranches."""
        product = Fraction(self.opening.amount) * Fraction(self.annual_rate) * self.year_fraction
        rest = self.exact - product
        return f" + {_decimals(rest)} of earlier days and tranches" if rest else ""


def _decimals(value: Fraction) -> str:
    """A fraction with six decimals, enough to see how it rounds to two."""
    return f"{Decimal(value.numerator) / value.denominator:.6f}"


def explain(plan: Plan, n: int) -> Explanation:
    """How instalment ``n`` (from 1) of ``plan`` was worked out.

    Raises:
        BadTerms: the plan has no such instalment.
    """
    if not 1 <= n <= len(plan.due_on):
        raise BadTerms(field="n", expected=f"an instalment from 1 to {len(plan.due_on)}", found=str(n))
    k = n - 1
    start, until = period_start(plan, k), plan.accrues_to[k]
    since = start if k else plan.terms.disbursed_on
    earned = earned_interest(plan, k)
    return Explanation(
        instalment=plan.instalments[k],
        since=since,
        until=until,
        opening=from_tiyn(opening_balance(plan, k)),
        annual_rate=plan.terms.annual_rate,
        year_fraction=fraction(plan, start, since, until),
        exact=exact_interest(plan, k, until) / 100,
        rounding=plan.terms.rounding,
        earned=from_tiyn(earned),
        deferred=from_tiyn(plan.interest[k] - earned),
        rule=_rule(plan, n),
    )


def _rule(plan: Plan, n: int) -> str:
    if n == plan.terms.instalments:
        return "all that is left, with the last instalment"
    if n <= plan.terms.principal_grace:
        return "none during the grace"
    return _PRINCIPAL[plan.terms.method].format(level=from_tiyn(plan.level).amount)
