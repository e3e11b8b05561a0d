"""What must hold of the borrower's path, asked of the rows again: checks for `ledger.verification`.

Every recorded step is one that the path allows, in order and by its dates; a contract says what its application says;
a training certificate belongs to one person.
"""

from __future__ import annotations

from ledger.verification import Check
from lending.applications.states import steps

_STEPS = ", ".join(f"('{source or 'new'}', '{act}', '{target}')" for source, act, target in steps())

CHECKS: tuple[Check, ...] = (
    Check(
        "application-steps",
        "every step of an application is allowed after the one before it, and not dated earlier",
        f"""
        SELECT 'application ' || s.application_id || ' step ' || s.number AS place,
            'a step allowed after ' || s.before || ' of ' || coalesce(s.day_before::text, 'no day') AS expected,
            s.act || ' to ' || s.state || ' on ' || s.done_on AS found
        FROM (
            SELECT *, coalesce(lag(state) OVER path, 'new') AS before, lag(done_on) OVER path AS day_before,
                row_number() OVER path AS place_in_path
            FROM application_step WINDOW path AS (PARTITION BY application_id ORDER BY number)
        ) AS s
        WHERE (s.before, s.act, s.state) NOT IN (VALUES {_STEPS}) OR s.done_on < s.day_before
            OR s.number <> s.place_in_path
        """,  # noqa: S608 - put together from our own table of moves
    ),
    Check(
        "application-begun",
        "every application has a first step",
        """
        SELECT 'application ' || a.id AS place, 'a step' AS expected, 'none' AS found FROM application a
        WHERE NOT EXISTS (SELECT FROM application_step WHERE application_id = a.id)
        """,
    ),
    Check(
        "application-contract",
        "the contract of an application is its lender's, with its borrower, out of its agreement, over its sum",
        """
        SELECT 'application ' || a.id AS place,
            concat_ws(', ', a.lender_id, a.facility_id, a.borrower_id_number, s.facts ->> 'amount') AS expected,
            concat_ws(', ', l.lender_id, l.facility_id, b.id_number, l.amount / 100.0) AS found
        FROM application_step s JOIN application a ON a.id = s.application_id AND s.act = 'contract'
        LEFT JOIN loan l ON l.id = s.loan_id LEFT JOIN borrower b ON b.id = l.borrower_id
        WHERE (a.lender_id, a.facility_id, a.borrower_id_number, (s.facts ->> 'amount')::numeric * 100)
            IS DISTINCT FROM (l.lender_id, l.facility_id, b.id_number, l.amount::numeric)
        """,
    ),
    Check(
        "training-certificates",
        "a certificate of training belongs to one training of one person",
        """
        SELECT 'certificate ' || certificate_number AS place, 'one training' AS expected,
            count(DISTINCT (organisation_id, iin, admitted_on)) || ' trainings' AS found
        FROM training WHERE certificate_number IS NOT NULL
        GROUP BY certificate_number HAVING count(DISTINCT (organisation_id, iin, admitted_on)) > 1
        """,
    ),
)
