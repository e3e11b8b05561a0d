"""What people call the things that references name: ``loan:36`` is a contract and its borrower, ``lot:7`` an agreement.

References stand in books and in the audit; people are shown names and numbers of contracts. What is not in sight has
no name here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from guarantees.tables import AllocationRow, ClaimRow, GuaranteeRow
from ledger.tables import OrganisationRow
from lending.applications.tables import ApplicationRow
from lending.chain.tables import FacilityRow, LotRow
from lending.microcredits.tables import BorrowerRow, LoanRow
from lending.oversight.tables import ViolationRow
from lending.registers.tables import RegisterRow
from lending.support.tables import GrantRow
from reports.report import Name, Text

_LOAN = func.concat_ws(", ", LoanRow.contract_number, BorrowerRow.name)
_LOANS = select(LoanRow.id, _LOAN).join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id)
_ORGANISATIONS = select(
    OrganisationRow.id, OrganisationRow.name_kk, OrganisationRow.name_ru, OrganisationRow.name_en
)  # fmt: skip
#: Id and name of things, by the word their references begin with.
NAMES: Mapping[str, Select[*tuple[Any, ...]]] = {
    "loan": _LOANS,
    "case": _LOANS,
    "guarantee-application": _LOANS,
    "violation": select(ViolationRow.id, _LOAN)
    .join(LoanRow, LoanRow.id == ViolationRow.loan_id)
    .join(BorrowerRow, BorrowerRow.id == LoanRow.borrower_id),
    "application": select(ApplicationRow.id, func.concat_ws(", ", ApplicationRow.number, ApplicationRow.borrower_name)),
    "facility": select(FacilityRow.id, FacilityRow.number),
    "lot": select(LotRow.id, FacilityRow.number).join(FacilityRow, FacilityRow.id == LotRow.facility_id),
    "guarantee": select(GuaranteeRow.id, GuaranteeRow.number),
    "allocation": select(AllocationRow.id, AllocationRow.number),
    "claim": select(ClaimRow.id, ClaimRow.number),
    "register": select(RegisterRow.id, RegisterRow.file_name),
    "grant": select(GrantRow.id, GrantRow.name),
    "organisation": _ORGANISATIONS,
    "bank": _ORGANISATIONS,
}


def names(session: Session, references: Collection[str]) -> dict[str, Text]:
    """The names of those of ``references`` that are in sight and have one."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for reference in references:
        kind, _, number = reference.partition(":")
        if kind in NAMES and number.isdecimal():
            wanted[kind].add(int(number))
    found: dict[str, Text] = {}
    for kind, ids in wanted.items():
        query = NAMES[kind]
        for row in session.execute(query.where(query.selected_columns[0].in_(ids))):
            number, *name = row
            found[f"{kind}:{number}"] = name[0] if len(name) == 1 else Name(*name)
    return found
