# ruff: noqa: S608 - queries are put together from this module's constants; whatever is asked for is bound
"""What `lending.microcredits.positions` is calculated from, as columns: checkpoints, versions, dues, movements.

Each reader takes the loans asked about (`Asked`: ids, and the days each is to be read from and to) and returns rows
in order of loan. `Checkpoints` are the last month-end positions that are wholly before the question; a loan without
one starts at its first disbursement. A due date counts under the version in force when it came: after the version's
``valid_from``, up to and including the ``valid_from`` of the version that took its place. Nothing is calculated here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, get_args

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from ledger import chart
from ledger.columns import DAY, Integers, array, day_number, read
from ledger.money import Rounding
from lending.amortisation.day_counts import DayCount

DAY_COUNTS: tuple[DayCount, ...] = get_args(DayCount)
ROUNDINGS: tuple[Rounding, ...] = get_args(Rounding)
#: Rates are whole numbers over this, as the database keeps six decimals.
RATE_DENOMINATOR = 10**6
#: An open numerator may exceed 64 bits and travels in two parts.
NUMERATOR_PART = 10**18
#: No such day: later than every day asked about.
NEVER = 2**31

Table = TypeVar("Table")


@dataclass(frozen=True, kw_only=True, eq=False)
class Checkpoints:
    """Loans with a disbursement by day number ``as_of``, the day asked, in id order, each at the start of ``since``.

    A loan without a checkpoint has zeros for amounts and starts on ``started_on``, its first disbursement.
    ``day_count`` and ``rounding`` are places in `DAY_COUNTS` and `ROUNDINGS`. Interest of the open period is
    ``numerator_high * NUMERATOR_PART + numerator_low``, over what `lending.amortisation.accrual.denominator` says.
    """

    loan_id: Integers
    lender_id: Integers
    facility_id: Integers
    amount: Integers
    as_of: Integers
    day_count: Integers
    rounding: Integers
    penalty_rate: Integers
    penalty_rate_after: Integers
    started_on: Integers
    since: Integers
    principal: Integers
    principal_repaid: Integers
    interest_repaid: Integers
    accrued_total: Integers
    accrued_at_due: Integers
    numerator_high: Integers
    numerator_low: Integers
    principal_overdue: Integers
    interest_overdue: Integers
    provision: Integers
    penalty_total: Integers
    penalty_in_year: Integers

    def only(self, places: Integers) -> Checkpoints:
        """The loans at ``places``."""
        return Checkpoints(**{name: getattr(self, name)[places] for name in self.__annotations__})

    def from_the_beginning(self) -> Checkpoints:
        """The same loans, to be read from their first disbursement."""
        signed = {name: getattr(self, name) for name in ASIDE_FROM_CHECKPOINT}
        nothing = np.zeros(len(self.loan_id), np.int64)
        return Checkpoints(**dict.fromkeys(self.__annotations__, nothing) | signed | {"since": self.started_on})


#: Columns that do not come from a month-end row.
ASIDE_FROM_CHECKPOINT = (
    "loan_id", "lender_id", "facility_id", "amount", "as_of", "day_count", "rounding", "penalty_rate",
    "penalty_rate_after", "started_on",
)  # fmt: skip
#: Loans with the day each is asked about: one day for all, or each its own.
ON_ONE_DAY = "(SELECT loan.*, %(as_of)s::date AS as_of FROM loan) AS l"
ON_OWN_DAYS = """
    (SELECT loan.*, DATE '1970-01-01' + a.day AS as_of
     FROM unnest(%(asked)s::bigint[], %(days)s::int[]) AS a (loan_id, day) JOIN loan ON loan.id = a.loan_id) AS l
"""

CHECKPOINTS = f"""
    SELECT l.id, l.lender_id, l.facility_id, l.amount, {DAY.format("l.as_of")},
        array_position(%(day_counts)s::text[], l.day_count) - 1,
        array_position(%(roundings)s::text[], l.rounding) - 1, (l.penalty_rate * {RATE_DENOMINATOR})::bigint,
        (l.penalty_rate_after * {RATE_DENOMINATOR})::bigint, {DAY.format("d.started_on")},
        {DAY.format("coalesce((c.month + interval '1 month')::date, d.started_on)")},
        coalesce(c.principal, 0), coalesce(c.principal_repaid, 0), coalesce(c.interest_repaid, 0),
        coalesce(c.accrued_total, 0), coalesce(c.accrued_at_due, 0),
        div(coalesce(c.open_numerator, 0), {NUMERATOR_PART}), mod(coalesce(c.open_numerator, 0), {NUMERATOR_PART}),
        coalesce(c.principal_overdue, 0), coalesce(c.interest_overdue, 0), coalesce(c.provision, 0),
        coalesce(c.penalty_total, 0), coalesce(c.penalty_in_year, 0)
    FROM {{loans}}
    CROSS JOIN LATERAL (
        SELECT min(paid_on) AS started_on FROM disbursement d WHERE d.loan_id = l.id AND d.paid_on <= l.as_of
    ) d
    LEFT JOIN LATERAL (
        SELECT * FROM loan_month m WHERE m.loan_id = l.id AND m.month < date_trunc('month', l.as_of::timestamp)::date
        ORDER BY m.month DESC, m.run_id DESC LIMIT 1
    ) c ON true
    WHERE d.started_on IS NOT NULL {{which}} ORDER BY l.id
"""


#: Repaid or written off, and its last month-end had nothing left to write: the close may pass it over.
SETTLED = """
    AND NOT (l.status IN ('repaid', 'written-off') AND c.month IS NOT NULL AND c.principal = 0 AND c.provision = 0
             AND c.accrued_total = c.interest_repaid AND c.principal_overdue = 0 AND c.interest_overdue = 0)
"""


def id_ranges(session: Session, size: int) -> list[range]:
    """The ids of all loans in ranges of ``size`` ids, the first from 0; the same loan is always in the same range."""
    last: int = session.execute(text("SELECT coalesce(max(id), -1) FROM loan")).scalar_one()
    return [range(first, first + size) for first in range(0, last + 1, size)]


def checkpoints(
    session: Session,
    as_of: date | Mapping[int, date],
    loan_ids: range | Collection[int] | None,
    books: Collection[int] | None,
    *,
    skip_settled: bool = False,
) -> Checkpoints:
    """Checkpoints to answer a question about the close of ``as_of`` from; see `Checkpoints`.

    A mapping gives each of the loans asked about a day of its own. A `range` of ids is read as a range, any other
    collection as a list; None means all.
    """
    values: dict[str, Any] = {"day_counts": list(DAY_COUNTS), "roundings": list(ROUNDINGS)}
    if isinstance(as_of, Mapping):
        loans, days = ON_OWN_DAYS, [day_number(day) for day in as_of.values()]
        values |= {"asked": array(np.array([*as_of], np.int64)), "days": array(np.array(days, np.int64))}
    else:
        loans = ON_ONE_DAY
        values["as_of"] = as_of
    which = SETTLED if skip_settled else ""
    if isinstance(loan_ids, range):
        which += " AND l.id >= %(first)s AND l.id < %(stop)s"
        values |= {"first": loan_ids.start, "stop": loan_ids.stop}
    elif loan_ids is not None:
        which += " AND l.id = ANY(%(loans)s::bigint[])"
        values["loans"] = array(np.array(sorted(loan_ids), np.int64))
    if books is not None:
        which += " AND l.lender_id = ANY(%(books)s::bigint[])"
        values["books"] = array(np.array(sorted(books), np.int64))
    return _read(session, Checkpoints, CHECKPOINTS.format(loans=loans, which=which), values)


@dataclass(frozen=True, eq=False)
class Asked:
    """Loans to read, in id order, and the day numbers each is read from and to, both included.

    Due dates are read up to ``through``, everything else up to ``as_of``.
    """

    loan_id: Integers
    since: Integers
    as_of: Integers
    through: Integers

    @property
    def values(self) -> dict[str, str]:
        """Values of `ASKED`."""
        return {name: array(getattr(self, name)) for name in self.__annotations__}


#: The loans asked about. Each reader looks loans up one by one in an index: ``OFFSET 0`` and aggregates keep the
#: planner from reading a whole table of histories for one chunk of loans.
ASKED = """
    (SELECT loan_id, DATE '1970-01-01' + since AS since, DATE '1970-01-01' + as_of AS as_of,
        DATE '1970-01-01' + through AS through
     FROM unnest(%(loan_id)s::bigint[], %(since)s::int[], %(as_of)s::int[], %(through)s::int[])
        AS a (loan_id, since, as_of, through)) AS a
"""

#: Versions known by the day asked that were in force for at least a day; ``until`` is when another took its place.
VERSIONS = """
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT s.*, (
                SELECT min(n.valid_from) FROM loan_schedule n
                WHERE n.loan_id = s.loan_id AND n.version > s.version AND n.valid_from <= a.as_of
            ) AS until
            FROM loan_schedule s WHERE s.loan_id = a.loan_id AND s.valid_from <= a.as_of
        ) AS s WHERE s.until IS NULL OR s.until > s.valid_from OFFSET 0
    ) AS s
"""


@dataclass(frozen=True, kw_only=True, eq=False)
class Versions:
    """Versions of schedules by loan and number; ``rate`` over `RATE_DENOMINATOR`.

    ``current`` is 1 for the one in force on the day asked, whose first due date after it is ``next_due`` (`NEVER`:
    none).
    """

    loan_id: Integers
    version: Integers
    valid_from: Integers
    rate: Integers
    principal_before: Integers
    deferred_before: Integers
    restructured: Integers
    current: Integers
    next_due: Integers


def versions(session: Session, asked: Asked) -> Versions:
    """The versions of the loans asked about that came into force by the day asked."""
    query = f"""
        SELECT s.loan_id, s.version, {DAY.format("s.valid_from")}, (s.annual_rate * {RATE_DENOMINATOR})::bigint,
            s.principal_before, s.deferred_before, (s.reason = 'restructured')::int, (s.until IS NULL)::int,
            coalesce({DAY.format("s.due_on[width_bucket(a.as_of, s.due_on) + 1]")}, {NEVER})
        FROM {ASKED} {VERSIONS} ORDER BY s.loan_id, s.version
    """
    return _read(session, Versions, query, asked.values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Dues:
    """Due dates by loan and date: from the last one up to ``since`` to the last one asked, both included.

    ``principal`` is the principal due by that date in all, by the version it falls under; ``deferred`` the interest
    put off after it.
    """

    loan_id: Integers
    version: Integers
    on: Integers
    principal: Integers
    deferred: Integers


def dues(session: Session, asked: Asked) -> Dues:
    """Due dates of the loans asked about up to ``through``, under the versions in force by the day asked."""
    query = f"""
        SELECT s.loan_id, s.version, {DAY.format("s.due_on[k]")}, s.principal[k], s.deferred[k], span.before
        FROM {ASKED} {VERSIONS}
        CROSS JOIN LATERAL (
            SELECT first, last, s.principal_before
                + coalesce((SELECT sum(part) FROM unnest(s.principal[1 : first - 1]) AS part), 0) AS before
            FROM (SELECT
                greatest(width_bucket(least(a.since, s.until), s.due_on), width_bucket(s.valid_from, s.due_on) + 1)
                    AS first,
                width_bucket(least(a.through, s.until), s.due_on) AS last
            ) AS ends OFFSET 0
        ) AS span
        CROSS JOIN LATERAL generate_series(span.first, span.last) AS k
        ORDER BY s.loan_id, s.version, k
    """
    names = [*Dues.__annotations__, "before"]
    columns = read(session, names, query, asked.values)
    loan_id, version, parts, before = (columns[name] for name in ("loan_id", "version", "principal", "before"))
    starts = np.flatnonzero(np.diff(loan_id, prepend=-1) | np.diff(version, prepend=-1))
    running = np.cumsum(parts)
    earlier = np.repeat(running[starts] - parts[starts], np.diff(starts, append=len(parts)))
    columns["principal"] = before + running - earlier
    return Dues(**{name: columns[name] for name in Dues.__annotations__})


@dataclass(frozen=True, kw_only=True, eq=False)
class Movements:
    """Money paid out and back, by loan, or written off, which ends what is owed likewise; undoings are negative."""

    loan_id: Integers
    on: Integers
    disbursed: Integers
    principal: Integers
    interest: Integers


def movements(session: Session, asked: Asked) -> Movements:
    """Disbursements, repayments and write-offs of the loans asked about, both days included."""
    query = f"""
        SELECT a.loan_id, {DAY.format("m.paid_on")}, m.disbursed, m.principal, m.interest
        FROM {ASKED} CROSS JOIN LATERAL (
            SELECT d.paid_on, d.amount AS disbursed, 0 AS principal, 0 AS interest FROM disbursement d
            WHERE d.loan_id = a.loan_id AND d.paid_on >= a.since AND d.paid_on <= a.as_of
            UNION ALL
            SELECT r.paid_on, 0, r.principal, r.interest FROM repayment r
            WHERE r.loan_id = a.loan_id AND r.paid_on >= a.since AND r.paid_on <= a.as_of
              AND (r.principal <> 0 OR r.interest <> 0)
            UNION ALL
            SELECT w.written_off_on, 0, w.principal, w.interest FROM write_off w
            WHERE w.loan_id = a.loan_id AND w.written_off_on >= a.since AND w.written_off_on <= a.as_of
        ) AS m ORDER BY a.loan_id
    """
    return _read(session, Movements, query, asked.values)


@dataclass(frozen=True, kw_only=True, eq=False)
class Booked:
    """What the ledger says of each loan asked about, in their order, debits positive.

    The first five are movements since ``since``, ``penalty`` and ``overpayment`` balances.
    """

    principal_overdue: Integers
    interest_overdue: Integers
    provision: Integers
    interest_income: Integers
    penalty_income: Integers
    penalty: Integers
    overpayment: Integers


MOVED = ("loan-principal-overdue", "loan-interest-overdue", "loan-provision", "loan-interest-income", "penalty-income")
STANDING = ("loan-penalty", "overpayment")


def booked(session: Session, asked: Asked) -> Booked:
    """Movements and balances of the loans asked about in the ledger, to the close of the day asked.

    Subjects are written out beforehand: row-level security lets an index be asked by a column, not by what a function
    makes of one.
    """
    query = f"""
        WITH told AS MATERIALIZED (SELECT a.*, 'loan:' || a.loan_id AS subject FROM {ASKED})
        SELECT {_sums(MOVED, "moved")}, {_sums(STANDING, "standing")}
        FROM told AS a
        CROSS JOIN LATERAL (SELECT {_totals(MOVED)} FROM posting p WHERE {_of_loan(MOVED)}
                            AND p.effective_on >= a.since) AS moved
        CROSS JOIN LATERAL (SELECT {_totals(STANDING)} FROM posting p WHERE {_of_loan(STANDING)}) AS standing
        ORDER BY a.loan_id
    """
    return _read(session, Booked, query, asked.values)


def _account_ids(codes: tuple[str, ...]) -> list[int]:
    return [chart.account(code).id for code in codes]


def _sums(codes: tuple[str, ...], of: str) -> str:
    return ", ".join(f"coalesce({of}.of_{account}, 0)" for account in _account_ids(codes))


def _totals(codes: tuple[str, ...]) -> str:
    return ", ".join(
        f"sum(p.amount) FILTER (WHERE p.account_id = {account}) AS of_{account}" for account in _account_ids(codes)
    )


def _of_loan(codes: tuple[str, ...]) -> str:
    accounts = ", ".join(map(str, _account_ids(codes)))
    return f"p.account_id = ANY ('{{{accounts}}}'::smallint[]) AND p.subject = a.subject AND p.effective_on <= a.as_of"


def _read(session: Session, table: type[Table], query: str, values: dict[str, Any]) -> Table:
    return table(**read(session, list(table.__annotations__), query, values))
