"""What oversight talks about, as frozen values: breaches, documents, terms agreed for a breach.

Pure. Public amounts are `Money`; a document's file is known by its SHA-256, thirty-two bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from moneyed import Money

from ledger.money import round_ratio, to_tiyn
from lending.microcredits.values import RegisterLine
from lending.programmes.oversight_terms import OversightTerms
from lending.programmes.provisions import Case

#: What a borrower may break: RM-PN-01 knows the first two, each by itself (A-60).
Breach = Literal["target-use", "jobs", "change-of-use", "other"]
#: How a violation ended: by what was missing, by payment of what was demanded, or because there was none.
Resolution = Literal["mended", "paid", "dismissed"]


class Document(NamedTuple):
    """What proves the use: an invoice, a contract, an act of acceptance."""

    kind: str
    number: str
    dated: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A sum of a loan proved to be used as agreed, on the day the lender accepted the document.

    ``checked_by`` may be empty only where the confirmation came in a register, whose sender answers for it.
    """

    loan_id: int
    confirmed_on: date
    amount: Money
    document: Document
    sha256: bytes | None = field(default=None, compare=False)
    checked_by: str = field(default="", compare=False)
    line: RegisterLine | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachTerms:
    """What the agreement of a loan says of breaches: a fine in money, or as a share of what was paid out, or neither.

    ``full_return``: the agreement itself has all of the loan returned, whatever the programme says.
    """

    loan_id: int
    agreed_on: date
    document_number: str
    fine: Money | None = None
    fine_share: Decimal | None = None
    full_return: bool = False


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a breach costs: a fine in tiyn, whether everything is returned, and by which rule and clause."""

    fine: int
    full_return: bool
    rule: str
    clause: str


def broken_clause(breach: Breach, terms: OversightTerms) -> Case[int] | None:
    """The provision that a breach breaks, where the edition has one."""
    provisions: dict[Breach, Case[int] | None] = {
        "target-use": terms.target_use_days,
        "jobs": terms.job_proof_months or terms.jobs_min,
        "change-of-use": terms.change_of_use_months,
    }
    return provisions.get(breach)


def consequence(breach: Breach, terms: OversightTerms, agreed: BreachTerms | None, paid_out: int) -> Consequence | None:
    """What follows from a breach on a loan of which ``paid_out`` tiyn were lent; None: nothing that was agreed.

    The Road Map returns everything for unproved use or jobs, with the fine of the agreement (RM-PN-01, A-60); for
    any other breach, and under any other edition, the agreement alone speaks (A-14). A share is rounded half-up.
    """
    by_law = terms.fine_and_full_return if breach in ("target-use", "jobs") else None
    fine = 0 if agreed is None else fine_of(agreed, paid_out)
    if by_law is not None and by_law.value:
        return Consequence(fine, True, by_law.rule, by_law.clause)
    if agreed is None or not (fine or agreed.full_return):
        return None
    return Consequence(fine, agreed.full_return, "agreement", agreed.document_number)


def fine_of(agreed: BreachTerms, paid_out: int) -> int:
    """The fine in tiyn that was agreed on a loan of which ``paid_out`` tiyn were lent."""
    if agreed.fine is not None:
        return to_tiyn(agreed.fine)
    share = agreed.fine_share or Decimal()
    numerator, denominator = share.as_integer_ratio()
    return round_ratio(paid_out * numerator, denominator, "half-up")
