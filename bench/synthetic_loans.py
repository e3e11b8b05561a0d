"""A portfolio of any size with January 2021 closed and February's payments in, for measuring the close of February.

A few hundred patterns of a loan (term, age, sum, months in arrears) are worked out by the engine; the database
multiplies them, set by set, without guards and foreign keys, which are not what is measured. Ninety lenders share the
loans evenly. The balances at the end of January stand in one opening entry a lender; loans in arrears have all their
earlier payments, the others only February's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from sqlalchemy import Connection, Engine, text

from ledger.chart import account
from ledger.columns import Integers, day_number
from ledger.money import from_tiyn
from lending.amortisation import Terms, schedule
from lending.amortisation.accrual import Accruing, Dated, accrue
from lending.amortisation.months import day_numbers
from lending.amortisation.plans import Plan
from lending.provisions import default_matrix

LENDERS = 90
JANUARY, FEBRUARY, END_OF_JANUARY = date(2021, 1, 1), date(2021, 2, 1), date(2021, 1, 31)
#: Months in arrears by pattern: 8 % of the loans are late.
LATE = [0] * 23 + [1, 6]


@dataclass(frozen=True)
class Pattern:
    """A loan at the end of January 2021, as columns of ``pattern``; amounts in tiyn."""

    id: int
    amount: int
    instalments: int
    started_on: date
    due_on: list[date]
    principal_parts: list[int]
    interest_parts: list[int]
    paid: int
    accrued_total: int
    accrued_at_due: int
    open_numerator: int
    principal: int
    principal_repaid: int
    interest_repaid: int
    principal_overdue: int
    interest_overdue: int
    days_past_due: int
    provision: int
    pays_on: date | None
    pays_accrued: int


def patterns() -> Iterator[Pattern]:
    """Loans of 36, 48 and 60 months, four to twenty-two months old, paid on the day or late."""
    for number in range(len(LATE) * 19):
        started_on = date(2019, 4, 2) + timedelta(days=31 * (number % 19) + number % 7)
        terms = Terms(
            principal=from_tiyn(10**8 + 37 * 10**6 * (number % 50)), annual_rate=Decimal("0.06"),
            disbursed_on=started_on, instalments=(36, 48, 60)[number % 3], day_count="30/360",
        )  # fmt: skip
        yield _pattern(number, schedule(terms), LATE[number % len(LATE)])


def _pattern(number: int, plan: Plan, late: int) -> Pattern:
    fallen = sum(on < FEBRUARY for on in plan.due_on)
    paid = max(0, fallen - late)
    started_on = plan.terms.disbursed_on
    amount = sum(plan.principal)
    moves = [(started_on, amount), *zip(plan.due_on[:paid], (-part for part in plan.principal[:paid]), strict=True)]
    accrued = accrue(_alone(plan, moves))
    total, at_due = int(accrued.interest[0]), int(accrued.to_last_due[0])
    repaid, interest_repaid = sum(plan.principal[:paid]), sum(plan.interest[:paid])
    overdue = sum(plan.principal[paid:fallen])
    days = (END_OF_JANUARY - plan.due_on[paid]).days if paid < fallen else 0
    owed = np.array([amount - repaid + total - interest_repaid])
    return Pattern(
        id=number, amount=amount, instalments=len(plan.due_on), started_on=started_on, due_on=list(plan.due_on),
        principal_parts=list(plan.principal), interest_parts=list(plan.interest), paid=paid, accrued_total=total,
        accrued_at_due=at_due, open_numerator=int(accrued.open_numerator[0]), principal=amount - repaid,
        principal_repaid=repaid, interest_repaid=interest_repaid, principal_overdue=overdue,
        interest_overdue=at_due - interest_repaid, days_past_due=days,
        provision=int(_provision(owed, np.array([days]))[0]),
        pays_on=None if late else plan.due_on[paid], pays_accrued=sum(plan.interest[: paid + 1]) - total,
    )  # fmt: skip


def _provision(owed: Integers, days_past_due: Integers) -> Integers:
    """Provision by the default matrix for loans that were never restructured."""
    matrix = default_matrix()
    stage = matrix.stage(days_past_due, np.full(len(owed), np.datetime64("NaT"), "datetime64[D]"), END_OF_JANUARY)
    return matrix.provision(owed, matrix.share(days_past_due, stage))


def _alone(plan: Plan, moves: list[tuple[date, int]]) -> Accruing:
    """One loan, to be accrued from its beginning to the end of January."""
    start = day_numbers([plan.terms.disbursed_on])
    nothing = np.zeros(1, np.int64)

    def dated(on: list[date], values: list[int]) -> Dated:
        return Dated(loan=np.zeros(len(on), np.int64), on=day_numbers(on), value=np.array(values, np.int64))

    return Accruing(
        day_count="30/360", rate_denominator=10**6, checkpoint=start, target=np.array([day_number(FEBRUARY)]),
        principal=nothing, period_started_on=start, open_numerator=nothing, rate=np.array([60_000]),
        due_on=dated(list(plan.due_on), [0] * len(plan.due_on)),
        movements=dated([on for on, _ in moves], [tiyn for _, tiyn in moves]), rate_changes=dated([], []),
    )  # fmt: skip


#: SQL types of the annotations of `Pattern`.
SQL_TYPES = {
    "int": "bigint", "date": "date", "date | None": "date", "list[date]": "date[]", "list[int]": "bigint[]"
}  # fmt: skip


def fill(engine: Engine, loans: int) -> None:
    """Fill an empty migrated database with ``loans`` loans; ``engine`` must log in as a superuser."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        _write_patterns(connection)
        for statement in STATEMENTS:
            connection.execute(text(statement), {"loans": loans, "lenders": LENDERS})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


def _write_patterns(connection: Connection) -> None:
    types = {field.name: SQL_TYPES[str(field.type)] for field in fields(Pattern)}
    columns = ", ".join(f"{name} {kind}" for name, kind in types.items())
    values = ", ".join(f"CAST(:{name} AS {kind})" for name, kind in types.items())
    connection.execute(text(f"CREATE TABLE pattern ({columns})"))
    connection.execute(text(f"INSERT INTO pattern VALUES ({values})"), [asdict(pattern) for pattern in patterns()])


def _legs(legs: list[tuple[str, str, str]]) -> str:
    """Rows of (line, account, subject, amount) for a lateral join."""
    rows = (
        f"({line}, {account(code).id}::smallint, {subject}, {amount})"
        for line, (code, subject, amount) in enumerate(legs)
    )
    return "(VALUES " + ", ".join(rows) + ") AS leg (line, account_id, subject, amount)"


OF_LOAN = "'loan:' || l.id"
#: What stands in the books of a loan at the end of January; capital takes the difference.
OPENING = _legs([
    ("loan-principal", OF_LOAN, "t.principal - t.principal_overdue"),
    ("loan-principal-overdue", OF_LOAN, "t.principal_overdue"),
    ("loan-interest", OF_LOAN, "t.accrued_total - t.interest_repaid - t.interest_overdue"),
    ("loan-interest-overdue", OF_LOAN, "t.interest_overdue"),
    ("loan-provision", OF_LOAN, "-t.provision"),
    ("loan-interest-income", OF_LOAN, "-t.accrued_total"),
    ("provision-expense", OF_LOAN, "t.provision"),
])  # fmt: skip
PART, SHARE = "t.principal_parts[t.paid + 1]", "t.interest_parts[t.paid + 1]"
PAYMENT = _legs([
    ("loan-interest-income", OF_LOAN, "-t.pays_accrued"),
    ("loan-interest", OF_LOAN, f"t.pays_accrued - {SHARE}"),
    ("loan-principal", OF_LOAN, f"-{PART}"),
    ("cash", "''", SHARE),
    ("programme-cash", "'lot:1'", PART),
])  # fmt: skip

LOANS = "loan l JOIN pattern t ON t.id = l.borrower_id"
#: Payments are entries above the opening entries of the lenders.
PAYMENT_ENTRY = "(1000 + l.id)"

STATEMENTS = (
    """INSERT INTO organisation (code, kind, name_kk, name_ru, name_en, opened_on)
       SELECT 'mfo-' || n, 'mfo', '', '', '', '2021-01-01' FROM generate_series(1, :lenders) n""",
    """INSERT INTO facility (number, link, lender_id, borrower_id, edition, signed_on, amount, annual_rate, months,
           principal_grace_months, every_months, repayment, matures_on, relending, returns_unused, purpose, security)
       SELECT 'F-' || id, 'funding-line', id % :lenders + 1, id, '746', '2019-01-01', 1, 0.02, 84, 0, 12, '{}',
           '2026-01-01', 'unlimited', false, '', '{}' FROM organisation""",
    """INSERT INTO loan (lender_id, facility_id, borrower_id, edition, contract_number, contract_date, amount,
           annual_rate, instalments, every_months, method, day_count, principal_grace, interest_grace,
           interest_grace_treatment, rounding, business_days, purpose, sector, territory_type, start_up, details,
           status)
       SELECT n % :lenders + 1, n % :lenders + 1, t.id, '746', n::text, t.started_on, t.amount, 0.06, t.instalments, 1,
           'annuity', '30/360', 0, 0, 'spread', 'half-up', 'none', 'expand', 'livestock', 'rural', false, '{}', 'active'
       FROM generate_series(1, :loans) n JOIN pattern t ON t.id = n % (SELECT count(*) FROM pattern) ORDER BY n""",
    f"""INSERT INTO loan_schedule (loan_id, version, valid_from, reason, principal_before, annual_rate, effective_rate,
            due_on, principal, interest, deferred)
        SELECT l.id, 1, t.started_on, 'signed', 0, 0.06, 0.06, t.due_on, t.principal_parts, t.interest_parts,
            array_fill(0::bigint, ARRAY[t.instalments::int]) FROM {LOANS} ORDER BY l.id""",
    f"""INSERT INTO disbursement (loan_id, paid_on, amount, event_id)
        SELECT l.id, t.started_on, t.amount, 0 FROM {LOANS} ORDER BY l.id""",
    f"""INSERT INTO repayment (loan_id, paid_on, amount, principal, interest, penalty, overpayment, accrued,
            bank_reference, event_id)
        SELECT l.id, t.due_on[k], t.principal_parts[k] + t.interest_parts[k], t.principal_parts[k],
            t.interest_parts[k], 0, 0, 0, '', 0
        FROM {LOANS} CROSS JOIN LATERAL generate_series(1, t.paid) k WHERE t.days_past_due > 0 ORDER BY l.id, k""",
    f"""INSERT INTO repayment (loan_id, paid_on, amount, principal, interest, penalty, overpayment, accrued,
            bank_reference, event_id)
        SELECT l.id, t.pays_on, {PART} + {SHARE}, {PART}, {SHARE}, 0, 0, t.pays_accrued, '', {PAYMENT_ENTRY}
        FROM {LOANS} WHERE t.pays_on IS NOT NULL ORDER BY l.id""",
    """INSERT INTO close_run (month, books, chunk_loans, state, started_by)
       SELECT '2021-01-01', '[]', 1, 'done', 'bench'""",
    f"""INSERT INTO loan_month (loan_id, month, run_id, accrued, accrued_total, accrued_at_due, open_numerator,
            principal, principal_repaid, interest_repaid, principal_overdue, interest_overdue, days_past_due, provision)
        SELECT l.id, '2021-01-01', 1, 0, t.accrued_total, t.accrued_at_due, t.open_numerator, t.principal,
            t.principal_repaid, t.interest_repaid, t.principal_overdue, t.interest_overdue, t.days_past_due, t.provision
        FROM {LOANS} ORDER BY l.id""",
    f"""INSERT INTO posting (entry_id, line, book_id, account_id, subject, amount, effective_on)
        SELECT l.lender_id, l.id * 8 + leg.line, l.lender_id, leg.account_id, leg.subject, leg.amount, '2021-01-31'
        FROM {LOANS} CROSS JOIN LATERAL {OPENING} WHERE leg.amount <> 0 ORDER BY l.lender_id, l.id""",
    f"""INSERT INTO posting (entry_id, line, book_id, account_id, subject, amount, effective_on)
        SELECT entry_id, 0, book_id, {account("capital").id}, '', -sum(amount), effective_on FROM posting
        GROUP BY entry_id, book_id, effective_on""",
    """INSERT INTO entry (id, event_id, book_id, kind, source, effective_on, legs)
       SELECT entry_id, entry_id, book_id, 'opening', '', effective_on, count(*) FROM posting
       GROUP BY entry_id, book_id, effective_on""",
    f"""INSERT INTO entry (id, event_id, book_id, kind, source, effective_on, legs)
        SELECT {PAYMENT_ENTRY}, {PAYMENT_ENTRY}, l.lender_id, 'repayment', 'loan:' || l.id, t.pays_on,
            4 + (t.pays_accrued <> 0)::int FROM {LOANS} WHERE t.pays_on IS NOT NULL ORDER BY l.id""",
    f"""INSERT INTO posting (entry_id, line, book_id, account_id, subject, amount, effective_on)
        SELECT {PAYMENT_ENTRY}, leg.line, l.lender_id, leg.account_id, leg.subject, leg.amount, t.pays_on
        FROM {LOANS} CROSS JOIN LATERAL {PAYMENT} WHERE t.pays_on IS NOT NULL AND leg.amount <> 0 ORDER BY l.id""",
    "SELECT setval('entry_id_seq', 1001 + :loans)",
    "INSERT INTO period SELECT id, '2021-01-01', 'locked' FROM organisation",
    "INSERT INTO period SELECT id, '2021-02-01', 'open' FROM organisation",
    """INSERT INTO snapshot (book_id, month, account_id, subject, balance)
       SELECT book_id, '2021-01-01', account_id, subject, sum(amount) FROM posting WHERE effective_on = '2021-01-31'
       GROUP BY book_id, account_id, subject""",
)
