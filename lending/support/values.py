"""What is said and found of support money, as frozen values, and the arithmetic of a subsidy.

Amounts inside are whole tiyn; what people say (`SubsidyDecision`, `Award`, `JournalEntry`) carries `Money`. Nothing
here knows the database. What counts in a subsidy is decided by `verdict`, for one draw of a loan at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from moneyed import Money

from ledger.identifiers import IdNumber
from lending.programmes.provisions import Case
from lending.programmes.support_terms import SubsidyTerms

#: Why money of a loan counts in a subsidy or does not.
Verdict = Literal["counts", "relent", "other-tranche", "no-programme", "territory", "purpose"]
SubsidyState = Literal["confirmed", "decided", "paid", "withdrawn"]
GrantState = Literal["awarded", "paid", "withdrawn"]
FundSource = Literal["republican", "local"]


@dataclass(frozen=True, slots=True)
class Document:
    """A document by what it is, its number and its date."""

    kind: str
    number: str
    issued_on: date

    def as_json(self) -> dict[str, str]:
        """The document as it is stored."""
        return {"kind": self.kind, "number": self.number, "issued_on": self.issued_on.isoformat()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """A fresh lot of a funding line: what was drawn, and what of it is lent to borrowers by now.

    ``moved_on`` is the day of its last movement, ``through_movement`` the last known of any lot of the line.
    """

    lot_id: int
    facility_id: int
    facility: str
    edition: str
    operator_id: int
    operator: str
    recipient_id: int
    recipient: str
    recipient_kind: str
    payer_id: int
    arrived_on: date
    received: int
    lent: int
    moved_on: date
    through_movement: int

    @property
    def lender(self) -> str:
        """What the recipient is and who funds it, as editions write it: ``mfo/acc``."""
        return f"{self.recipient_kind}/{self.operator.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """Money that one loan took from one lot, in tiyn, and the facts of the loan that a subsidy asks for."""

    loan_id: int
    lot_id: int
    turn: int
    amount: int
    lent_on: date
    contract_number: str
    contract_date: date
    borrower: str
    id_number: str
    edition: str
    territory: str
    purpose: str

    @property
    def source(self) -> str:
        """What kind of money it is: fresh is lent for the first time."""
        return "fresh" if self.turn == 1 else "returned"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the calculation: a draw, whether it counts, and the rule it does or does not count by."""

    draw: Draw
    verdict: Verdict
    rule: str
    clause: str

    @property
    def counted(self) -> int:
        """Tiyn of the draw in the base."""
        return self.draw.amount if self.verdict == "counts" else 0


def verdict(draw: Draw, tranche_lot: int, line_terms: SubsidyTerms, loan_terms: SubsidyTerms | None) -> SheetLine:
    """Whether a draw counts in the subsidy on ``tranche_lot``, by the first rule that keeps it out.

    ``line_terms`` are those of the funding line's edition, ``loan_terms`` those of the loan's, which is judged under
    its own for life (A-15).
    """

    def line(told: Verdict, by: Case[Any]) -> SheetLine:
        return SheetLine(draw, told, by.rule, by.clause)

    if draw.source not in line_terms.sources.value:
        return line("relent", line_terms.sources)
    if draw.lot_id != tranche_lot:
        return line("other-tranche", line_terms.utilised_share)
    if loan_terms is None:
        return line("no-programme", line_terms.programme_purposes)
    if draw.territory not in loan_terms.territories.value:
        return line("territory", loan_terms.territories)
    if draw.purpose not in loan_terms.purposes[draw.territory]:
        return line("purpose", loan_terms.programme_purposes)
    return line("counts", line_terms.share)


def base_of(sheet: Iterable[SheetLine]) -> int:
    """The base of a subsidy in tiyn: all that counts."""
    return sum(each.counted for each in sheet)


def ceiling_of(base: int, rate: Decimal) -> int:
    """The most a subsidy may be, in tiyn: ``rate`` of ``base``, rounded down, for a limit is never exceeded."""
    return int(base * Fraction(rate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The operator's word that a tranche is fully utilised, on the MFO's documents."""

    lot_id: int
    confirmed_on: date
    confirmed_by: str
    documents: Sequence[Document]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsidyDecision:
    """What the subsidy commission grants; it may be less than the most there is."""

    number: str
    decided_on: date
    decided_by: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOrder:
    """The order by which a subsidy or a grant is paid in one sum."""

    number: str
    paid_on: date
    paid_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subsidy:
    """A subsidy as it stands; amounts in tiyn, ``decided`` and ``paid`` 0 while they are not.

    ``reversed_on`` is the day a payment of it was reversed last.
    """

    id: int
    lot_id: int
    facility_id: int
    facility: str
    operator_id: int
    recipient_id: int
    payer_id: int
    edition: str
    arrived_on: date
    received: int
    lent: int
    base: int
    rate: Decimal
    ceiling: int
    utilised_on: date
    through_movement: int
    confirmed_on: date
    confirmed_by: str
    decision_number: str | None
    decided_on: date | None
    decided_by: str | None
    decided: int
    decision_event: int | None
    payment_id: int | None
    payment_event: int | None
    order_number: str | None
    paid_on: date | None
    paid: int
    reversed_on: date | None
    withdrawn_on: date | None
    reason: str | None

    @property
    def state(self) -> SubsidyState:
        """How far it has come."""
        if self.withdrawn_on:
            return "withdrawn"
        if self.paid_on:
            return "paid"
        return "decided" if self.decided_on else "confirmed"


@dataclass(frozen=True, slots=True)
class Use:
    """What part of a grant is for."""

    kind: str
    amount: Money


@dataclass(frozen=True, slots=True)
class EarlierSupport:
    """Financial support a participant had before: under which programme, what and when."""

    programme: str
    kind: str
    received_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """The chamber of entrepreneurs' opinion on a business idea."""

    document: Document
    favourable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A grant as it is to be awarded.

    ``ground`` is bastau, direction-1, resettler or oralman; ``training`` is the certificate of the first two,
    ``status`` the document of the others. ``earlier_support`` is what a look-up on ``support_checked_on`` found
    beyond the microcredits in these books.
    ``payer_id`` is the akimat whose employment ``centre`` pays.
    """

    edition: str
    payer_id: int
    id_number: IdNumber
    name: str
    ground: str
    training: Document | None = None
    status: Document | None = None
    support_checked_on: date
    earlier_support: Sequence[EarlierSupport]
    opinion: Opinion | None
    uses: Sequence[Use]
    fund_source: FundSource
    number: str
    decided_on: date
    decided_by: str
    centre: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to weigh that is no bar to a grant."""

    rule: str
    clause: str
    found: str

    def as_json(self) -> dict[str, str]:
        """The warning as it is stored."""
        return {"rule": self.rule, "clause": self.clause, "found": self.found}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A grant as it stands; amounts in tiyn, ``mci`` in tenge, ``paid`` 0 while it is not.

    ``reversed_on`` is the day a payment of it was reversed last.
    """

    id: int
    payer_id: int
    edition: str
    id_number: str
    name: str
    amount: int
    cap: int
    mci: int
    decided_on: date
    event_id: int
    warnings: Sequence[Mapping[str, str]]
    payment_id: int | None
    payment_event: int | None
    paid_on: date | None
    paid: int
    reversed_on: date | None
    accompanied_until: date | None
    spent: int
    withdrawn_on: date | None

    @property
    def state(self) -> GrantState:
        """How far it has come."""
        if self.withdrawn_on:
            return "withdrawn"
        return "paid" if self.paid_on else "awarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A visit within the year of accompaniment: what was seen, and what documents prove was bought."""

    visited_on: date
    visited_by: str
    remark: str
    spent: Money
    documents: Sequence[Document] = ()
