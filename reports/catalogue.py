"""The catalogue of reports: every family that ``nesie report`` and the web pages offer.

Families are entered in `FAMILIES` by hand, in the order in which they are listed; importing a family's module
changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.errors import NotFound
from reports.aging import AGING
from reports.claims import CLAIMS_PAID
from reports.commissions import COMMISSIONS
from reports.family import ReportFamily
from reports.grants import STATE_GRANTS
from reports.guarantees import GUARANTEES
from reports.indicators import INDICATORS
from reports.issued_loans import ISSUED_LOANS
from reports.jobs import JOBS_REPORT
from reports.loan_statement import LOAN_STATEMENT
from reports.relending import RELENDING
from reports.subsidies import SUBSIDIES
from reports.target_use import TARGET_USE
from reports.trial_balance import TRIAL_BALANCE
from reports.utilisation import UTILISATION

FAMILIES: tuple[ReportFamily, ...] = (
    TRIAL_BALANCE,
    ISSUED_LOANS,
    UTILISATION,
    RELENDING,
    TARGET_USE,
    JOBS_REPORT,
    GUARANTEES,
    COMMISSIONS,
    CLAIMS_PAID,
    SUBSIDIES,
    STATE_GRANTS,
    INDICATORS,
    AGING,
    LOAN_STATEMENT,
)


@dataclass(eq=False, kw_only=True)
class UnknownReport(NotFound):
    """A report that the catalogue does not have."""

    code = "unknown-report"
    sentence = "There is no {what} {name}. Expected one of: {offered}."
    offered: tuple[str, ...]
    what: str = "report"


def families() -> tuple[ReportFamily, ...]:
    """All report families, in the order of the catalogue."""
    return FAMILIES


def find_family(name: str, among: Iterable[ReportFamily] = FAMILIES) -> ReportFamily:
    """The family called ``name``.

    Raises:
        UnknownReport: no such family; the error lists the names there are.
    """
    by_name = {family.name: family for family in among}
    if name not in by_name:
        raise UnknownReport(name=name, offered=tuple(by_name))
    return by_name[name]
