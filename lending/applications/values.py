"""What is handed in and what is known of an application, as frozen values.

A `Filing` begins the path, a `Signing` ends it in a contract, a `Case` is an application as it stands. Facts are kept
in the form that ``nesie check`` reads, and are read by the same code. Nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from lending.applications.states import Act, State
from lending.microcredits.values import RegisterLine

Channel = Literal["own", "petition", "referral"]
DocumentKind = Literal[
    "application-form", "identity", "tax-registration", "certificate", "referral-request", "referral", "petition",
    "business-plan", "land", "collateral", "other",
]  # fmt: skip
#: What a rule that is not kept does to a loan: it stops it, or it is only told.
Strictness = Literal["block", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper: ``sha256`` is of its scan, None where only the paper exists."""

    kind: DocumentKind
    number: str
    dated: date
    sha256: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """An application as it comes in, for the money of one agreement of the lender's.

    ``facts`` are those of ``nesie check``; the edition, the lender and the day of applying are filled in from the
    agreement and the filing, a referral from its paper, a Bastau certificate from the chamber's register.
    """

    facility_id: int
    number: str
    channel: Channel
    borrower_name: str
    applied_on: date
    facts: Mapping[str, Any]
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act on an application: who did it, when and why.

    ``changes`` are facts that replace the old ones whole, ``clauses`` those that the contract has.
    """

    act: Act
    on: date
    by: str
    why: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """The contract to be: its number and days, the clauses it has, and what the programme leaves to the parties."""

    number: str
    signed_on: date
    disburse_on: date
    clauses: tuple[str, ...]
    by: str
    first_due_on: date | None = None
    line: RegisterLine | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A recorded step; ``findings`` as JSON, each with its rule, clause and message in three languages."""

    number: int
    act: Act
    state: State
    on: date
    by: str
    why: str
    facts: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    clauses: tuple[str, ...]
    loan_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An application with its steps, first to last."""

    id: int
    lender_id: int
    facility_id: int
    number: str
    channel: Channel
    borrower_id_number: str
    borrower_name: str
    applied_on: date
    steps: tuple[Step, ...]

    @property
    def state(self) -> State | None:
        """How it stands; None before the first step."""
        return self.steps[-1].state if self.steps else None

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts as they stand, as handed in."""
        return self.steps[-1].facts if self.steps else {}

    @property
    def loan_id(self) -> int | None:
        """The loan it became."""
        return self.steps[-1].loan_id if self.steps else None
