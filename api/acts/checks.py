"""What `nesie verify` proves of acts of two people: who asked, who confirmed, when, and that the audit says so."""

from __future__ import annotations

from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    Check(
        "approvals-by-two",
        "every act was confirmed or rejected by another person than asked for it, after it was asked, with a reason",
        """
        SELECT 'approval ' || d.approval_id AS place,
            CASE d.decision WHEN 'withdrawn' THEN 'withdrawn by ' ELSE d.decision || ' by another than ' END
                || coalesce(a.made_by::text, 'nobody: none was asked') || ', after '
                || coalesce(to_char(a.made_at, 'YYYY-MM-DD HH24:MI:SS'), '?') AS expected,
            'by ' || d.decided_by || ' for ' || d.made_by || ' at ' || to_char(d.decided_at, 'YYYY-MM-DD HH24:MI:SS')
                || CASE WHEN d.decision <> 'approved' AND d.reason = '' THEN ', no reason' ELSE '' END AS found
        FROM approval_decision d LEFT JOIN approval a ON a.id = d.approval_id
        WHERE a.id IS NULL OR a.made_by <> d.made_by OR (d.decision = 'withdrawn') <> (d.decided_by = a.made_by)
            OR d.decided_at < a.made_at OR (d.decision <> 'approved' AND d.reason = '')
        """,
    ),
    Check(
        "approvals-audited",
        "the audit tells of every act that was asked for with its very request, and of every decision by its person",
        """
        SELECT 'approval ' || told.id AS place, told.act || ' by ' || told.person AS expected,
            coalesce(e.act || ' by ' || e.actor_id || ', another request', 'no audit event') AS found
        FROM (
            SELECT id, act || '.asked' AS act, act AS of, made_by AS person, asked FROM approval
            UNION ALL
            SELECT a.id, a.act || CASE d.decision WHEN 'approved' THEN '' ELSE '.' || d.decision END, a.act,
                d.decided_by, CASE d.decision WHEN 'approved' THEN a.asked END
            FROM approval a JOIN approval_decision d ON d.approval_id = a.id
        ) AS told
        LEFT JOIN audit_event e
            ON e.request -> 'approval' = to_jsonb(told.id) AND e.act = told.act AND e.actor_id = told.person
        WHERE e.id IS NULL OR e.request - 'approval' <> told.asked
        """,
    ),
    Check(
        "approvals-carried-out",
        "whatever was carried out by a confirmation was confirmed, and the audit of it is of the same command",
        """
        SELECT 'command ' || c.id AS place, 'a confirmed approval ' || split_part(c.key, ':', 2) AS expected,
            coalesce(d.decision || ' ' || a.act, 'none') AS found
        FROM command c
        LEFT JOIN approval a ON a.id::text = split_part(c.key, ':', 2)
        LEFT JOIN approval_decision d ON d.approval_id = a.id
        LEFT JOIN audit_event e ON e.command_id = c.id AND e.act = a.act AND e.actor_id = d.decided_by
        WHERE starts_with(c.key, 'approval:')
            AND (d.decision IS DISTINCT FROM 'approved' OR c.kind <> a.act OR e.id IS NULL)
        """,
    ),
)
