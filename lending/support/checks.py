"""What must hold of support money, checked again from the rows.

The base of every subsidy is derived anew from the movements of lots and the editions' values; limits, single payment
and the ledger are set against it. The same for grants. The list is handed to `ledger.verification.verify`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger import chart
from ledger.money import TIYN_PER_TENGE
from ledger.periods import next_month
from ledger.verification import Check
from lending.programmes.editions import EDITIONS, edition
from lending.programmes.mci import mci
from lending.programmes.support_terms import SubsidyTerms, grant_terms, subsidy_terms


def _texts(values: tuple[str, ...]) -> str:
    return "ARRAY[" + ", ".join(f"'{each}'" for each in values) + "]"


def _counted(terms: SubsidyTerms) -> tuple[str, ...]:
    """Territories with the purposes that count in them, as ``rural/expand``."""
    return tuple(f"{territory}/{purpose}" for territory, purposes in terms.purposes.items() for purpose in purposes)


def _subsidy_terms() -> str:
    """The editions' subsidy values as an SQL list; our own constants."""
    rows = (
        f"('{name}', {terms.share.value}, {_texts(terms.sources.value)}, {_texts(terms.lenders.value)}, "
        f"{_texts(_counted(terms))}, "
        f"{terms.utilised_share.value.numerator}, {terms.utilised_share.value.denominator})"
        for name in EDITIONS
        if (terms := subsidy_terms(name))
    )
    columns = "edition, share, sources, lenders, counted, share_of, share_in"
    return f"(VALUES {', '.join(rows)}) AS terms ({columns})"


def _grant_caps() -> str:
    """The cap of a grant in tiyn by month, for the months an edition is in force: indices change on first days."""
    rows = (
        f"('{name}', DATE '{month}', {mci(month)}, {mci(month) * terms.amount_mci.value * TIYN_PER_TENGE})"
        for name in EDITIONS
        if (terms := grant_terms(name))
        for month in _months(edition(name).effective_from, edition(name).effective_to)
    )
    return f"(VALUES {', '.join(rows)}) AS caps (edition, month, mci, cap)"


def _months(start: date, end: date) -> Iterator[date]:
    month = start.replace(day=1)
    while month <= end:
        yield month
        month = next_month(month)


def _reversals(what: str) -> str:
    """Payments that fell without two people's reason or the other way round, and those the books do not mirror."""
    return f"""
        SELECT '{what} payment ' || p.id AS place, 'reversed ' || (r.payment_id IS NOT NULL) AS expected,
            'standing ' || coalesce(p.standing, false) AS found
        FROM {what}_payment p LEFT JOIN {what}_reversal r ON r.payment_id = p.id
        WHERE coalesce(p.standing, false) = (r.payment_id IS NOT NULL)
        UNION ALL
        SELECT '{what} payment ' || p.id, 'mirrored on or after ' || p.paid_on || ' by two people',
            r.decided_by || ' and ' || r.confirmed_by || ' on ' || r.reversed_on
        FROM {what}_payment p JOIN {what}_reversal r ON r.payment_id = p.id
        WHERE r.reversed_on < p.paid_on OR folded_name(r.decided_by) = folded_name(r.confirmed_by) OR EXISTS (
            SELECT FROM entry e FULL JOIN entry m ON m.reverses = e.id AND m.event_id = r.event_id
            WHERE (e.event_id = p.event_id AND m.id IS NULL) OR (m.event_id = r.event_id AND e.event_id <> p.event_id)
        )
    """  # noqa: S608 - one of our two names


def _balance(account: str) -> str:
    """A subquery of an account's balances by subject."""
    account_id = chart.account(account).id
    return f"(SELECT subject, sum(amount) AS amount FROM posting WHERE account_id = {account_id} GROUP BY 1)"  # noqa: S608 - a number of the chart


CHECKS: tuple[Check, ...] = (
    Check(
        "subsidy-bases-derive",
        "every loan in the base of a subsidy, and no other, took that money fresh from the tranche, for a purpose "
        "and in a territory that count",
        f"""
        SELECT 'subsidy ' || coalesce(s.id, told.subsidy_id) || ' loan ' || coalesce(told.loan_id, derived.loan_id)
                AS place,
            'derived ' || coalesce(derived.amount, 0) AS expected, 'counted ' || coalesce(told.amount, 0) AS found
        FROM subsidy s CROSS JOIN LATERAL (
            SELECT m.loan_id, -sum(m.amount) AS amount FROM lot_movement m
            JOIN lot l ON l.id = m.lot_id JOIN facility f ON f.id = l.facility_id JOIN loan ON loan.id = m.loan_id
            JOIN {_subsidy_terms()} ON terms.edition = loan.edition
            WHERE m.lot_id = s.lot_id AND m.id <= s.through_movement AND m.kind = 'lent' AND f.link = 'funding-line'
              AND l.kind = ANY(terms.sources)
              AND loan.territory_type || '/' || loan.purpose = ANY(terms.counted)
            GROUP BY 1 HAVING sum(m.amount) <> 0
        ) AS derived
        FULL JOIN subsidy_loan AS told ON told.subsidy_id = s.id AND told.loan_id = derived.loan_id
        WHERE coalesce(told.amount, 0) <> coalesce(derived.amount, 0) OR told.lot_id <> s.lot_id
        """,  # noqa: S608 - our own constants
    ),
    Check(
        "subsidies-within-the-law",
        "every subsidy rests on one utilised tranche of the operator's, lent to one that may receive it, at the rate",
        f"""
        SELECT 'subsidy ' || s.id AS place,
            'received ' || m.received || ', lent ' || m.lent || ', base ' || counted.base || ', at most '
                || floor(terms.share * counted.base)::bigint || ' of edition ' || f.edition AS expected,
            'received ' || s.received || ', lent ' || s.lent || ', base ' || s.base || ', at most ' || s.ceiling
                || ' of edition ' || s.edition AS found
        FROM subsidy s JOIN lot l ON l.id = s.lot_id JOIN facility f ON f.id = l.facility_id
        JOIN facility up ON up.id = f.parent_id
        JOIN organisation operator ON operator.id = s.operator_id
        JOIN organisation recipient ON recipient.id = s.recipient_id
        JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS base FROM subsidy_loan WHERE subsidy_id = s.id) AS counted
            ON true
        JOIN LATERAL (
            SELECT coalesce(sum(amount) FILTER (WHERE kind = 'received'), 0) AS received,
                coalesce(-sum(amount) FILTER (WHERE kind = 'lent'), 0) AS lent, max(moved_on) AS moved_on
            FROM lot_movement WHERE lot_id = s.lot_id AND id <= s.through_movement
        ) AS m ON true
        LEFT JOIN {_subsidy_terms()} ON terms.edition = f.edition
        WHERE (s.received, s.lent, s.base, s.edition, s.utilised_on, s.operator_id, s.recipient_id, s.payer_id)
                IS DISTINCT FROM (m.received, m.lent, counted.base, f.edition, m.moved_on, f.lender_id, f.borrower_id,
                                  up.lender_id)
            OR terms.edition IS NULL OR s.lent * terms.share_in < s.received * terms.share_of
            OR s.rate <> terms.share
            OR NOT recipient.kind || '/' || lower(operator.code) = ANY(terms.lenders)
            OR s.ceiling <> floor(terms.share * counted.base)
        """,  # noqa: S608 - our own constants
    ),
    Check(
        "subsidies-count-money-once",
        "no tranche and no loan's money from it counts in two standing subsidies, and what was taken back has a reason",
        """
        SELECT 'lot ' || lot_id AS place, 'one subsidy' AS expected, count(*) || ' subsidies' AS found
        FROM subsidy WHERE standing GROUP BY lot_id HAVING count(*) > 1
        UNION ALL
        SELECT 'lot ' || lot_id || ' loan ' || loan_id, 'counted once', 'counted ' || count(*) || ' times'
        FROM subsidy_loan WHERE standing GROUP BY lot_id, loan_id HAVING count(*) > 1
        UNION ALL
        SELECT 'subsidy ' || s.id, 'standing ' || (w.subsidy_id IS NULL), 'standing ' || s.standing
        FROM subsidy s LEFT JOIN subsidy_withdrawal w ON w.subsidy_id = s.id
        WHERE s.standing <> (w.subsidy_id IS NULL)
            OR EXISTS (SELECT FROM subsidy_loan c WHERE c.subsidy_id = s.id AND c.standing <> s.standing)
        """,
    ),
    Check(
        "subsidies-paid-as-decided",
        "no more is decided than the rate of the base, by another person than confirmed, and no more paid than decided",
        """
        SELECT 'subsidy ' || s.id AS place,
            'decided at most ' || s.ceiling || ' after ' || s.confirmed_on || ' by another than ' || s.confirmed_by
                AS expected,
            'decided ' || coalesce(d.amount, 0) || ' on ' || coalesce(d.decided_on::text, 'no day') || ' by '
                || coalesce(d.decided_by, 'nobody') || ', paid ' || coalesce(p.amount, 0) AS found
        FROM subsidy s LEFT JOIN subsidy_decision d ON d.subsidy_id = s.id
        LEFT JOIN subsidy_payment p ON p.subsidy_id = s.id AND p.standing
        WHERE d.amount > s.ceiling OR d.decided_on < s.confirmed_on
            OR folded_name(d.decided_by) = folded_name(s.confirmed_by)
            OR p.amount <> coalesce(d.amount, 0) OR p.paid_on < d.decided_on OR (p.amount > 0 AND NOT s.standing)
        """,
    ),
    Check(
        "subsidies-booked",
        "the books owe what is decided and not paid, and the MFO's income is what was decided",
        f"""
        SELECT 'subsidy ' || s.id AS place, 'owed ' || told.owed || ', income ' || told.income AS expected,
            'owed ' || coalesce(owed.amount, 0) || ', income ' || coalesce(-income.amount, 0) AS found
        FROM subsidy s LEFT JOIN subsidy_decision d ON d.subsidy_id = s.id
        LEFT JOIN subsidy_payment p ON p.subsidy_id = s.id AND p.standing
        JOIN LATERAL (SELECT CASE WHEN s.standing THEN coalesce(d.amount, 0) ELSE 0 END AS income,
            CASE WHEN s.standing THEN coalesce(d.amount, 0) - coalesce(p.amount, 0) ELSE 0 END AS owed) AS told ON true
        LEFT JOIN {_balance("subsidy-receivable")} AS owed ON owed.subject = 'subsidy:' || s.id
        LEFT JOIN {_balance("subsidy-income")} AS income ON income.subject = 'subsidy:' || s.id
        LEFT JOIN {_balance("subsidy-expense")} AS expense ON expense.subject = 'subsidy:' || s.id
        WHERE coalesce(owed.amount, 0) <> told.owed OR coalesce(-income.amount, 0) <> told.income
            OR coalesce(expense.amount, 0) <> told.income
        UNION ALL
        SELECT 'book of ' || income.subject, 'a subsidy', 'none' FROM {_balance("subsidy-income")} AS income
        WHERE NOT EXISTS (SELECT FROM subsidy s WHERE 'subsidy:' || s.id = income.subject)
        """,  # noqa: S608 - our own constants
    ),
    Check(
        "subsidy-payments-reversed",
        "a payment of a subsidy that fell was mirrored in every book, as two people decided",
        _reversals("subsidy"),
    ),
    Check(
        "grant-payments-reversed",
        "a payment of a grant that fell was mirrored in every book, as two people decided",
        _reversals("grant"),
    ),
    Check(
        "grants-within-the-law",
        "every grant is at most its cap by the index of the decision's month, and a person has one",
        f"""
        SELECT 'grant ' || g.id AS place, 'at most ' || coalesce(caps.cap, 0) AS expected,
            g.amount || ' of ' || g.cap || ' with index ' || g.mci AS found
        FROM state_grant g
        LEFT JOIN {_grant_caps()} ON caps.edition = g.edition AND caps.month = date_trunc('month', g.decided_on)::date
        WHERE (g.cap, g.mci) IS DISTINCT FROM (caps.cap, caps.mci) OR g.amount > g.cap
            OR g.amount <> (SELECT sum((used ->> 'tiyn')::bigint) FROM jsonb_array_elements(g.uses) AS used)
        UNION ALL
        SELECT 'participant ' || id_number, 'one grant', count(*) || ' grants'
        FROM state_grant WHERE standing GROUP BY id_number HAVING count(*) > 1
        UNION ALL
        SELECT 'grant ' || g.id, 'standing ' || (w.grant_id IS NULL), 'standing ' || g.standing
        FROM state_grant g LEFT JOIN grant_withdrawal w ON w.grant_id = g.id WHERE g.standing <> (w.grant_id IS NULL)
        """,  # noqa: S608 - our own constants
    ),
    Check(
        "grants-paid-as-awarded",
        "a grant is paid as awarded and while it stands; its journal keeps to the year and proves no more than it",
        """
        SELECT 'grant ' || g.id AS place, 'paid ' || g.amount || ' on or after ' || g.decided_on AS expected,
            'paid ' || p.amount || ' on ' || p.paid_on AS found
        FROM state_grant g JOIN grant_payment p ON p.grant_id = g.id AND p.standing
        WHERE p.amount <> g.amount OR p.paid_on < g.decided_on OR NOT g.standing
        UNION ALL
        SELECT 'grant ' || p.grant_id, 'at most ' || p.amount || ', to ' || p.accompanied_until,
            'spent ' || sum(j.spent) || ', to ' || max(j.visited_on)
        FROM grant_payment p JOIN grant_journal j ON j.payment_id = p.id GROUP BY p.id
        HAVING sum(j.spent) > p.amount OR max(j.visited_on) > p.accompanied_until OR min(j.visited_on) < p.paid_on
        """,
    ),
    Check(
        "grants-booked",
        "the akimat owes what is awarded and not paid, and its expense is what was awarded",
        f"""
        SELECT 'grant ' || g.id AS place, 'owed ' || told.owed || ', expense ' || told.expense AS expected,
            'owed ' || coalesce(-owed.amount, 0) || ', expense ' || coalesce(expense.amount, 0) AS found
        FROM state_grant g LEFT JOIN grant_payment p ON p.grant_id = g.id AND p.standing
        JOIN LATERAL (SELECT CASE WHEN g.standing THEN g.amount ELSE 0 END AS expense,
            CASE WHEN g.standing THEN g.amount - coalesce(p.amount, 0) ELSE 0 END AS owed) AS told ON true
        LEFT JOIN {_balance("grant-payable")} AS owed ON owed.subject = 'grant:' || g.id
        LEFT JOIN {_balance("grant-expense")} AS expense ON expense.subject = 'grant:' || g.id
        WHERE coalesce(-owed.amount, 0) <> told.owed OR coalesce(expense.amount, 0) <> told.expense
        UNION ALL
        SELECT 'book of ' || expense.subject, 'a grant', 'none' FROM {_balance("grant-expense")} AS expense
        WHERE NOT EXISTS (SELECT FROM state_grant g WHERE 'grant:' || g.id = expense.subject)
        """,  # noqa: S608 - our own constants
    ),
)
