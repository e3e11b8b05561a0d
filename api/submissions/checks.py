"""What `nesie verify` proves of reports handed in: document and figures are those that were filed.

Both digests stand in the answer of the command that filed the report, which the audit's chain seals.
"""

from __future__ import annotations

from ledger.verification import Check

#: The digest of a submission's figures, in hexadecimal: of their canonical text, as the database writes it.
FIGURES_DIGEST = "encode(sha256(convert_to(figures::text, 'UTF8')), 'hex')"

CHECKS: tuple[Check, ...] = (
    Check(
        "submissions-kept",
        "every report handed in still has the document and the figures that it was filed with",
        f"""
        SELECT 'submission ' || s.id AS place,
            coalesce('document ' || left(told.document, 16) || ', figures ' || left(told.figures, 16), 'its command')
                AS expected,
            'document ' || left(s.document, 16) || ', figures ' || left(s.figures, 16)
                || CASE WHEN s.sha256 <> s.document THEN ', fingerprint ' || left(s.sha256, 16) ELSE '' END AS found
        FROM (
            SELECT id, encode(sha256(document), 'hex') AS document, encode(sha256, 'hex') AS sha256,
                {FIGURES_DIGEST} AS figures
            FROM submission
        ) AS s LEFT JOIN (
            SELECT (result #>> '{{result,submission_id}}')::bigint AS id,
                result #>> '{{result,document_sha256}}' AS document,
                result #>> '{{result,figures_sha256}}' AS figures
            FROM command WHERE kind = 'reports.file' AND result #>> '{{state}}' = 'done'
        ) AS told USING (id)
        WHERE told.id IS NULL OR s.document <> told.document OR s.sha256 <> s.document OR s.figures <> told.figures
        """,  # noqa: S608 - put together from our own text
    ),
    Check(
        "submissions-decided",
        "every decision about a report is of a report that was filed before it",
        """
        SELECT 'submission step ' || t.id AS place, 'after the report was filed' AS expected,
            coalesce('filed ' || to_char(s.known_at, 'YYYY-MM-DD HH24:MI:SS') || ', decided '
                || to_char(t.recorded_at, 'YYYY-MM-DD HH24:MI:SS'), 'no report ' || t.submission_id) AS found
        FROM submission_step t LEFT JOIN submission s ON s.id = t.submission_id
        WHERE s.id IS NULL OR t.recorded_at < s.known_at
        """,
    ),
)
