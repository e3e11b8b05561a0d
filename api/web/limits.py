"""The panel beside a new loan: what the programme allows, worked out from what is typed so far, and the schedule to be.

Every limit shows its arithmetic and its clause before it is broken; what is broken already is said by the same findings
that would refuse the contract. Nothing half-typed is an error here: what cannot be read yet is not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from moneyed import Money
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.acts.loan_facts import facts_of
from api.web.tables import Cell, Empty, Head, Row, Table, Tone, Total
from ledger.errors import BadInput, NesieError
from ledger.identifiers import BadIdNumber, IdNumber
from ledger.periods import calendar_day
from lending.amortisation import Terms, schedule
from lending.amortisation.plans import Plan
from lending.applications.applications import completed
from lending.applications.values import Filing
from lending.chain.facilities import Facility
from lending.chain.pools import pool_of
from lending.microcredits.tables import BorrowerRow, LoanRow
from lending.programmes.application import Application, application_from_json
from lending.programmes.checking import check
from lending.programmes.editions import edition
from lending.programmes.findings import Finding, written
from lending.programmes.limits import Limit, limits
from reports.words import Lang, catalogue, cell_text, error_text, say

#: How many months at most a preview is made for: what is typed may be anything.
LONGEST = 600
TONES: Mapping[str, Tone] = {"blocks": "problem", "warns": "attention", "notes": "info"}


@dataclass(frozen=True, slots=True)
class Known:
    """A borrower on record under the number that is typed."""

    name: str
    kind: str
    registered_on: date | None
    loans: int


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit in words: what it is of, its arithmetic, its clause, and whether it is kept."""

    name: str
    arithmetic: str
    rule: str
    clause: str
    tone: Tone
    standing: str


@dataclass(frozen=True, slots=True)
class Told:
    """A finding in words."""

    tone: Tone
    message: str
    rule: str
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All that is known so far. ``free`` is what the agreement has to lend, tiyn; None where none is chosen."""

    number_problem: str = ""
    number_sound: bool = False
    borrower: Known | None = None
    edition: str = ""
    free: int | None = None
    limits: Sequence[LimitShown] = ()
    findings: Sequence[Told] = ()
    obstacle: str = ""
    schedule: Table | None = None
    last_payment: str = ""


def panel(
    sight: Session, whole: Session, agreement: Facility | None, told: Mapping[str, Any], today: date, lang: Lang
) -> Panel:  # fmt: skip
    """The panel for the sound fields ``told`` of a new loan (`api.acts.loan_facts.sound`).

    ``sight`` has the sight of who types, ``whole`` sees everything; ``agreement`` is one of theirs.
    """
    number, problem = _number(told.get("borrower_id_number"), lang)
    plan, obstacle = _plan(told, lang)
    shown: dict[str, Any] = {
        "number_problem": problem, "number_sound": number is not None, "borrower": _borrower(sight, number),
        "obstacle": obstacle,
    }  # fmt: skip
    if plan is not None:
        shown |= {"schedule": preview(plan, lang), "last_payment": _last_payment(plan, lang)}
    if agreement is not None:
        signed_on = _day(told.get("signed_on")) or today
        pool = pool_of(whole, agreement.id, [signed_on])
        shown |= {"edition": agreement.edition, "free": pool.free_in(pool.lendable(signed_on), signed_on)}
        try:
            application = _application(whole, agreement, told, signed_on, number)
        except BadInput as error:
            return Panel(**shown | {"obstacle": error_text(error, lang)})
        shown["limits"] = [_limit_shown(each, lang) for each in limits(application, edition(agreement.edition))]
        shown["findings"] = told_findings(check(application).findings, lang)
    return Panel(**shown)


def told_findings(findings: Sequence[Finding], lang: Lang) -> list[Told]:
    """Findings in words, those that block first; facts still to be filled in are not among them."""
    order = {"blocks": 0, "warns": 1, "notes": 2}
    spoken = sorted((each for each in findings if each.code != "unknown-fact"), key=lambda each: order[each.severity])
    return [Told(TONES[each.severity], each.message(lang), each.rule, each.clause) for each in spoken]


def _number(typed: str | None, lang: Lang) -> tuple[IdNumber | None, str]:
    if not typed:
        return None, ""
    try:
        return IdNumber.parse(typed.replace(" ", "")), ""
    except BadIdNumber as error:
        return None, error_text(error, lang)


def _borrower(sight: Session, number: IdNumber | None) -> Known | None:
    if number is None:
        return None
    row = sight.execute(
        select(BorrowerRow, func.count(LoanRow.id))
        .outerjoin(LoanRow, LoanRow.borrower_id == BorrowerRow.id)
        .where(BorrowerRow.id_number == str(number))
        .group_by(BorrowerRow.id)
    ).one_or_none()
    return None if row is None else Known(row[0].name, row[0].kind, row[0].registered_on, row[1])


def _application(
    whole: Session, agreement: Facility, told: Mapping[str, Any], signed_on: date, number: IdNumber | None
) -> Application:
    facts = facts_of(told)
    facts["borrower"]["id_number"] = None if number is None else str(number)
    filing = Filing(
        facility_id=agreement.id, number=told.get("number") or "—", channel="own", facts=facts,
        borrower_name=told.get("borrower_name") or "", applied_on=_day(told.get("applied_on")) or signed_on,
    )  # fmt: skip
    return application_from_json({**completed(whole, agreement, filing), "contract_date": signed_on.isoformat()})


def _day(text: str | None) -> date | None:
    return None if not text else calendar_day(text)


def _limit_shown(limit: Limit, lang: Lang) -> LimitShown:
    if limit.most is None:
        fields = ", ".join(_field(each, lang) for each in limit.hanging_on)
        arithmetic, tone, standing = say("web.limit.hangs", lang, fields=fields), "waiting", "unknown"
    else:
        values = {name: written(value, lang) for name, value in limit.values.items()}
        arithmetic = say(f"web.limit.{limit.code}.told", lang, most=written(limit.most, lang), **values)
        standing = {True: "kept", False: "broken", None: "open"}[limit.kept]
        tone = {True: "done", False: "problem", None: "neutral"}[limit.kept]
    return LimitShown(
        say(f"web.limit.{limit.code}", lang), arithmetic, limit.rule, limit.clause, tone,  # type: ignore[arg-type] # one of the tones
        say(f"web.limit.{standing}", lang),
    )  # fmt: skip


def _field(path: str, lang: Lang) -> str:
    """A field of an application under the name that the form gives it."""
    names = {
        "territory.type": "territory", "borrower.registered_on": "registered_on", "contract_date": "signed_on",
        "guarantee.share": "guarantee_share", "borrower.size": "borrower_size",
    }  # fmt: skip
    key = f"field.{names.get(path, path.rpartition('.')[2])}"
    return say(key, lang) if key in catalogue(lang) else path


#: What a schedule is worked out from, among the fields of a loan.
TERMS = ("amount", "annual_rate", "months", "every_months", "method", "day_count", "disburse_on")


def _plan(told: Mapping[str, Any], lang: Lang) -> tuple[Plan | None, str]:
    """The schedule to be, or why there is none; neither while something is missing."""
    if any(not told.get(name) for name in TERMS) or told["months"] > LONGEST:
        return None, ""
    every = told["every_months"]
    counts = [told.get(name) or 0 for name in ("months", "principal_grace_months", "interest_grace_months")]
    if any(each % every for each in counts):
        return None, say("web.new.whole-instalments", lang, every=every)
    try:
        terms = Terms(
            principal=Money(told["amount"], "KZT"), annual_rate=Decimal(told["annual_rate"]),
            disbursed_on=calendar_day(told["disburse_on"]), first_due_on=_day(told.get("first_due_on")),
            instalments=counts[0] // every, every_months=every, method=told["method"], day_count=told["day_count"],
            principal_grace=counts[1] // every, interest_grace=counts[2] // every, interest_grace_treatment="spread",
        )  # fmt: skip
        return schedule(terms), ""
    except NesieError as error:
        return None, error_text(error, lang)


def preview(plan: Plan, lang: Lang) -> Table:
    """The schedule to be: principal and interest apart, and what is owed after each payment."""
    keys = ("number", "due-on", "principal", "interest", "total", "balance")
    heads = [Head(words=say(f"column.{key}", lang), lie="narrow" if key in keys[:2] else "number") for key in keys]
    rows = []
    lines = zip(plan.due_on, plan.principal, plan.interest, plan.balance, strict=True)
    for number, (due_on, principal, interest, balance) in enumerate(lines, start=1):
        sums = (principal, interest, principal + interest, balance)
        cells = [Cell(str(number)), Cell(cell_text("date", due_on, lang))]
        rows.append(Row(cells=[*cells, *(Cell(cell_text("money", each, lang)) for each in sums)]))
    principal, interest = sum(plan.principal), sum(plan.interest)
    totals = [Cell(""), *(Cell(cell_text("money", each, lang)) for each in (principal, interest, principal + interest))]
    return Table(
        id="preview", caption=say("web.new.preview", lang), heads=heads, rows=rows,
        totals=[Total(words=say("total.all", lang), cells=[*totals, Cell("")])],
        empty=Empty(words=say("web.loan.no-schedule", lang)),
        note=say("web.new.effective", lang, rate=cell_text("rate", round(plan.effective_rate, 3), lang)),
    )  # fmt: skip


def _last_payment(plan: Plan, lang: Lang) -> str:
    """The last payment, and by how much rounding makes it differ from the one before."""
    last = plan.principal[-1] + plan.interest[-1]
    said = {"day": plan.due_on[-1], "amount": cell_text("money", last, lang)}
    if len(plan.principal) == 1 or not plan.level or plan.terms.method != "annuity":
        return say("web.new.last", lang, **said)
    return say("web.new.last-rounded", lang, difference=cell_text("money", last - plan.level, lang), **said)
