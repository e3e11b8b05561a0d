"""Facilities: the agreements of the chain, checked against their edition when they are opened.

A facility's terms never change in place. What the agreement does not say is taken from the edition when it is
opened and kept with the facility, so that a later edition changes nothing signed before. How much money went down
a facility is decided by drawdowns, not here: sums of agreements may exceed the parent's, for money returns and is
lent again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from moneyed import Money
from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.money import to_tiyn
from ledger.organisations import Organisation, organisation
from lending.amortisation.terms import CHOICES
from lending.bookings import Parties
from lending.chain.plans import instalments, lag
from lending.chain.refusals import BadFacilityTerms, BehindParent, TermOutsideEdition, WrongParties
from lending.chain.tables import FacilityRow
from lending.programmes.editions import Cited, ClockStart, Edition, Link, LinkTerms, Relending, Territory, edition
from lending.programmes.months import add_months

#: Whether a link hangs on a facility of its lender's. Where it does not, the lender's money is the treasury's: the
#: republican budget's, the bond buyer's, or the local budget of the akimat that lends it (919-CR-08, 746-CR-01).
HAS_PARENT: Mapping[str, tuple[bool, ...]] = {
    "budget-credit": (False,),
    "bond": (False,),
    "operator-loan": (True, False),
    "funding-line": (True,),
}


@dataclass(frozen=True, kw_only=True)
class FacilityTerms:
    """What an agreement says. ``None``: as the edition has it, or nothing where it is silent.

    ``annual_rate`` is a fraction. Due dates lie ``every_months`` apart from ``signed_on``, the last one on maturity,
    ``months`` after it; the principal grace covers the due dates up to ``principal_grace_months``. ``method``:
    annuity, equal-principal, bullet, or custom with ``fixed_principal``, the sum of each instalment, the rest with
    the last (746-CR-04). ``territory`` is rural or city where the edition's periods differ. ``security`` tells the
    collateral or the finding of financial stability (919-CR-04, 746-CR-07).
    """

    number: str
    link: Link
    lender_id: int
    borrower_id: int
    edition: str
    signed_on: date
    amount: Money
    annual_rate: Decimal
    months: int
    parent_id: int | None = None
    principal_grace_months: int = 0
    every_months: int | None = None
    method: str | None = None
    fixed_principal: Money | None = None
    day_count: str = "act/365"
    rounding: str = "half-up"
    territory: Territory | None = None
    utilisation_months: int | None = None
    utilisation_from: ClockStart | None = None
    relending: Relending | None = None
    returns_unused: bool | None = None
    purpose: str = ""
    security: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A facility as it stands in the database; ``amount`` in tiyn, dates inclusive."""

    id: int
    number: str
    link: str
    parent_id: int | None
    lender_id: int
    borrower_id: int
    edition: str
    signed_on: date
    amount: int
    annual_rate: Decimal
    months: int
    principal_grace_months: int
    every_months: int
    repayment: Mapping[str, Any]
    matures_on: date
    territory: str | None
    utilisation_months: int | None
    utilisation_from: str | None
    relending: str
    returns_unused: bool
    purpose: str
    security: Mapping[str, Any]

    @property
    def parties(self) -> Parties:
        """The two books, as the bookings want them."""
        return Parties(self.id, self.lender_id, self.borrower_id, self.parent_id is None)

    def utilise_by(self, received_on: date) -> date | None:
        """Last day for using money received on a day; counted from the transfer or the agreement (A-21)."""
        if self.utilisation_months is None:
            return None
        start = self.signed_on if self.utilisation_from == "agreement" else received_on
        return add_months(start, self.utilisation_months)

    def fresh_until(self, received_on: date) -> date | None:
        """Last day fresh money may be lent: its utilisation deadline where unused money must be returned (A-23)."""
        return self.utilise_by(received_on) if self.returns_unused else None

    def relent_until(self, year: int) -> date | None:
        """Last day for relending principal returned in a financial ``year``, never past the agreement (A-31).

        A policy of none gives a day before that year: such money is never lent.
        """
        if self.relending == "none":
            return date(year - 1, 12, 31)
        if self.relending == "unlimited":
            return self.matures_on
        window = edition(self.edition).relending.window(year)
        return min(window.until.value if window else date(year + 1, 12, 31), self.matures_on)


#: What is read of a facility: plain rows, for agreements are read by the hundred before every register.
_COLUMNS = tuple(FacilityRow.__table__.columns[each.name] for each in fields(Facility))


def open_facility(session: Session, terms: FacilityTerms) -> Facility:
    """Record a concluded agreement.

    Raises:
        TermOutsideEdition: rate, term or grace beyond the edition (rules CR and BD). BadFacilityTerms: terms that
            contradict each other, or an end after the parent's (A-25). WrongParties: a funding line that no operator
            gives, or none who lends to people takes (746-CR-06). BehindParent: principal that falls due later than
            the parent's (A-24). NotFound: unknown edition, link, parent.
    """
    law = edition(terms.edition)
    lender, borrower = organisation(session, terms.lender_id), organisation(session, terms.borrower_id)
    limits = law.link(terms.link, lender=lender.code, territory=terms.territory)
    row = _row(terms, limits, law, borrower)
    _check_shape(row)
    _check_parties(row, law, lender, borrower)
    _check_parent(session, row)
    _check_limits(row, limits)
    session.add(row)
    session.flush()
    return facility(session, row.id)


def facility(session: Session, name: int | str) -> Facility:
    """The facility with this id, or with this agreement number.

    Raises:
        NotFound: there is none.
    """
    named = FacilityRow.id if isinstance(name, int) else FacilityRow.number
    row = session.execute(select(*_COLUMNS).where(named == name)).mappings().one_or_none()
    if row is None:
        raise NotFound(what="facility", name=str(name))
    return Facility(**row)


def facilities(session: Session, ids: Collection[int] | None = None) -> dict[int, Facility]:
    """Facilities by id: the given ones, or all, in order of id."""
    query = select(*_COLUMNS).order_by(FacilityRow.id)
    if ids is not None:
        query = query.where(FacilityRow.id.in_(ids))
    return {row["id"]: Facility(**row) for row in session.execute(query).mappings()}


def _row(terms: FacilityTerms, limits: LinkTerms, law: Edition, borrower: Organisation) -> FacilityRow:
    """The agreement with everything it leaves open filled in from the edition."""
    repayment = {
        "method": _either(terms.method, limits.method, "equal-principal"),
        "day_count": terms.day_count,
        "rounding": terms.rounding,
        "fixed_principal": None if terms.fixed_principal is None else to_tiyn(terms.fixed_principal),
    }
    own = {each.name for each in fields(terms)} & set(FacilityRow.__table__.columns.keys())
    values = {name: getattr(terms, name) for name in own} | {
        "amount": to_tiyn(terms.amount),
        "every_months": _either(terms.every_months, limits.every_months, 12),
        "repayment": repayment,
        "matures_on": add_months(terms.signed_on, terms.months),
        "utilisation_months": _either(terms.utilisation_months, limits.utilisation_months, None),
        "utilisation_from": _either(terms.utilisation_from, limits.utilisation_from, None),
        "relending": terms.relending or (law.relending.policy.value if _retail(terms, law, borrower) else "none"),
        "returns_unused": _either(terms.returns_unused, limits.returns_unused, fallback=False),
        "security": dict(terms.security),
    }
    return FacilityRow(**values)


def _either(agreed: Any, law: Cited[Any] | None, fallback: Any) -> Any:
    if agreed is not None:
        return agreed
    return fallback if law is None else law.value


def _retail(terms: FacilityTerms, law: Edition, borrower: Organisation) -> bool:
    """Whether the borrower lends to people: an operator does only where the edition knows no funding below it."""
    if terms.link == "operator-loan":
        return borrower.kind != "operator" or "funding-line" not in law.chain
    return terms.link == "funding-line"


Demand = tuple[bool, str, object]


def _check(row: FacilityRow, *demands: Demand) -> None:
    """Refuse at the first demand (does it hold, what was expected, what was found) that does not hold."""
    for holds, expected, found in demands:
        if not holds:
            raise BadFacilityTerms(number=row.number, expected=expected, found=str(found))


def _check_shape(row: FacilityRow) -> None:
    """Terms that make sense by themselves."""
    every, grace, plan = row.every_months, row.principal_grace_months, row.repayment
    choices = [
        (value in CHOICES[name], f"{name} one of {', '.join(map(str, CHOICES[name]))}", value)
        for name, value in (plan | {"every_months": every}).items()
        if name in CHOICES
    ]
    fixed = (plan["method"] == "custom") == (plan["fixed_principal"] is not None)
    clock = (row.utilisation_months is None) == (row.utilisation_from is None)
    _check(
        row,
        *choices,
        (row.amount > 0, "a sum of more than 0", row.amount),
        (row.annual_rate >= 0, "a rate of at least 0", row.annual_rate),
        (row.months > 0 and row.months % every == 0, f"a term of whole {every} months", row.months),
        (0 <= grace < row.months, "a grace shorter than the term", grace),
        (row.lender_id != row.borrower_id, "two organisations", "one"),
        (fixed, "a fixed instalment with the method custom and with no other", plan["method"]),
        (clock, "a utilisation period with its start", row.utilisation_from),
    )


def _check_parent(session: Session, row: FacilityRow) -> None:
    """Money comes from the treasury, or from a facility of the lender's that lives at least as long (A-25)."""
    has_parent = row.parent_id is not None
    demanded = "a parent for a funding line, none for a budget credit or a bond"
    _check(row, (has_parent in HAS_PARENT[row.link], demanded, row.link))
    if row.parent_id is not None:
        parent = facility(session, row.parent_id)
        above = f"facility {parent.number}"
        _check(
            row,
            (parent.borrower_id == row.lender_id, f"the borrower of {above} as lender", row.lender_id),
            (row.matures_on <= parent.matures_on, f"an end by {parent.matures_on}, {above}'s (A-25)", row.matures_on),
        )
        behind = lag(instalments(row), instalments(parent), row.signed_on)
        if behind is not None:
            raise BehindParent(
                number=row.number, parent=parent.number, on=str(behind.on), above=f"{behind.above:.2%}",
                below=f"{behind.below:.2%}",
            )  # fmt: skip


def _check_parties(row: FacilityRow, law: Edition, lender: Organisation, borrower: Organisation) -> None:
    """Operators fund, and those whom they fund lend to people."""
    if row.link != "funding-line":
        return
    for creditors in law.provision("channels.creditors"):
        if lender.kind != "operator" or borrower.kind not in creditors.value:
            raise WrongParties(
                number=row.number, allowed=", ".join(creditors.value), lender=lender.kind, borrower=borrower.kind,
                rule=creditors.rule, clause=creditors.clause,
            )  # fmt: skip


def _check_limits(row: FacilityRow, limits: LinkTerms) -> None:
    """Rate, term, grace and spacing within the edition, and the method where the text fixes it."""
    ceilings: tuple[tuple[str, Cited[Any] | None, int, Any], ...] = (
        ("The yearly rate", limits.rate_max, 1, row.annual_rate),
        ("The term in months", limits.months_max, 1, row.months),
        ("The principal grace in months", limits.grace_share, row.months, row.principal_grace_months),
        ("The months between payments", limits.every_months, 1, row.every_months),
    )
    for term, limit, of, found in ceilings:
        if limit is not None and found > limit.value * of:
            ceiling = limit.value if of == 1 else int(limit.value * of)
            raise TermOutsideEdition(
                number=row.number, term=term, limit=str(ceiling), found=str(found), rule=limit.rule,
                clause=limit.clause, edition=row.edition,
            )  # fmt: skip
    if limits.method is not None:
        method = row.repayment["method"]
        _check(row, (method == limits.method.value, f"{limits.method.value} ({limits.method.rule})", method))
