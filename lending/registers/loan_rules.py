"""Issued loans judged by the rules of their programme, by the same functions that judge applications.

A register tells less than an application: what it does not tell is not assumed, and a rule that needs it only counts
as unknown. What breaks a rule stops the row, with the clause and the arithmetic, or is only told, as strictness says.
A loan concluded before its edition was in force is only told of: nobody could have kept to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from ledger.organisations import organisations
from lending.applications.applications import lender_facts
from lending.applications.promises import SEVERITY, first_turn, promised
from lending.applications.shares import quota
from lending.applications.values import Strictness
from lending.chain.facilities import Facility
from lending.programmes.application import (
    Application,
    Borrower,
    Certificate,
    Guarantee,
    Lender,
    Referral,
    Territory,
)
from lending.programmes.checking import check_all
from lending.programmes.editions import edition
from lending.programmes.findings import LANGUAGES, Finding
from lending.registers.intake import Objection
from lending.registers.issued_loans import IssuedLoan

Name = Literal["strict", "standard", "lenient"]


@dataclass(frozen=True, slots=True)
class LoanStrictness:
    """What a broken rule does to a row of issued loans: rules of the loan itself, and the share of start-ups."""

    rules: Strictness = "block"
    start_ups: Strictness = "warn"


BY_DEFAULT = LoanStrictness()
#: The three ways an installation may be set: everything stops a row, rules of the loan stop it, nothing does.
STRICTNESS: Mapping[Name, LoanStrictness] = {
    "strict": LoanStrictness(start_ups="block"),
    "standard": BY_DEFAULT,
    "lenient": LoanStrictness(rules="warn"),
}

#: The field to blame for a finding, where it is not the contract as a whole.
FIELDS: Mapping[str, str] = {
    "size": "borrower_kind", "pension-age": "borrower_id", "activity": "oked", "referral": "referral_number",
    "referral-later": "referral_on", "certificate": "certificate_kind", "certificate-later": "certificate_on",
    "certificate-age": "certificate_on", "jobs": "jobs_promised", "purpose": "purpose", "expansion": "purpose",
    "purpose-forbidden": "purpose", "change-of-use": "purpose", "amount": "amount", "term": "months",
    "nominal-rate": "annual_rate", "effective-rate": "annual_rate", "principal-grace-share": "principal_grace_months",
    "interest-grace-share": "interest_grace_months", "grace-months": "principal_grace_months", "source": "source",
    "sector": "sector", "place": "territory", "guarantee-share": "guarantee_share", "start-up-share": "start_up",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """Objections, and what is only told: one entry a rule and kind of finding, with how many rows and the first."""

    objections: Sequence[Objection]
    told: Sequence[Mapping[str, Any]]


def judge_rows(
    session: Session, known: Mapping[str, Facility], rows: Sequence[IssuedLoan], strictness: LoanStrictness
) -> Judged:
    """Judge new rows by the edition of their agreement."""
    parties = {each.id: each for each in organisations(session)}
    lenders = {
        number: lender_facts(
            parties[each.borrower_id].kind, parties[each.borrower_id].code, parties[each.lender_id].code
        )
        for number, each in known.items()
    }
    judgements = check_all(
        [application(row, known[row.facility_number], lenders[row.facility_number]) for row in rows]
    )  # fmt: skip
    found = [
        (row, finding, _stops(row, known[row.facility_number], finding, strictness.rules))
        for row, judgement in zip(rows, judgements, strict=True)
        for finding in judgement.findings
        if finding.severity != "notes"
    ]
    return _judged(found)


def judge_shares(
    session: Session, known: Mapping[str, Facility], drawn: Sequence[tuple[IssuedLoan, int]],
    contracted: Collection[int], strictness: LoanStrictness,
) -> Judged:  # fmt: skip
    """Judge what rows take of first-turn money, in their order; ``contracted`` are loans that the rows pay out.

    Hold the agreements by `lending.applications.shares.lock_agreements` before.
    """
    if not drawn:
        return Judged((), ())
    ids = {known[row.facility_number].id for row, _ in drawn}
    left = quota(session, ids)
    last = max(row.disbursed_on for row, _ in drawn)
    for each in first_turn(session, promised(session, ids, but_loans=contracted, everyone=left.everyone), last):
        left.promise(each.facility_id, each.tiyn)
    found = []
    for row, tiyn in drawn:
        if not row.start_up:
            finding = left.take(known[row.facility_number].id, tiyn, SEVERITY[strictness.start_ups])
            if finding is not None:
                found.append((row, finding, finding.severity == "blocks"))
    return _judged(found)


def application(row: IssuedLoan, facility: Facility, lender: Mapping[str, Any]) -> Application:
    """The application that a row tells of; its values have been read and need no second reading."""
    certificate = (row.certificate_kind, row.certificate_on, row.certificate_number)
    referral = (row.referral_number, row.referral_on)
    return Application.model_construct(
        edition=facility.edition,
        contract_date=row.contract_date,
        source=row.source,
        lender=Lender.model_construct(type=lender["type"], funded_by=lender["funded_by"]),
        borrower=Borrower.model_construct(
            id_number=row.borrower_id, kind=row.borrower_kind, registered_on=row.registered_on
        ),
        territory=Territory.model_construct(type=row.territory, kato=row.kato),
        certificate=_paper(Certificate, ("kind", "issued_on", "number"), certificate),
        referral=_paper(Referral, ("number", "issued_on"), referral),
        guarantee=_paper(Guarantee, ("share",), (row.guarantee_share,)),
        **{name: getattr(row, name) for name in SAME},
    )


#: Facts that registers and applications call the same.
SAME = (
    "purpose", "sector", "oked", "amount", "annual_rate", "months", "every_months", "method", "day_count",
    "principal_grace_months", "interest_grace_months", "jobs_promised",
)  # fmt: skip


def _paper(kind: Any, names: Sequence[str], told: Sequence[object]) -> Any:
    """A paper of which anything is told; None: not known."""
    filled = {name: value for name, value in zip(names, told, strict=True) if value is not None}
    return kind.model_construct(**filled) if filled else None


def _stops(row: IssuedLoan, facility: Facility, finding: Finding, strictness: Strictness) -> bool:
    in_time = row.contract_date >= edition(facility.edition).effective_from
    return finding.severity == "blocks" and strictness == "block" and in_time


def _judged(found: Iterable[tuple[IssuedLoan, Finding, bool]]) -> Judged:
    objections: list[Objection] = []
    told: defaultdict[tuple[str, str], list[IssuedLoan]] = defaultdict(list)
    for row, finding, stops in found:
        if stops:
            objections.append(_objection(row, finding))
        else:
            told[finding.rule, finding.code].append(row)
    return Judged(
        objections,
        [
            {"rule": rule, "code": code, "rows": len(rows), "first": str(rows[0].place)}
            for (rule, code), rows in told.items()
        ],
    )


def _objection(row: IssuedLoan, finding: Finding) -> Objection:
    said = {f"said_{language}": finding.message(language) for language in LANGUAGES}
    values = {"rule": finding.rule, "clause": finding.clause, **said}
    return Objection(row.place, FIELDS.get(finding.code, "contract_number"), "programme-rule", values)
