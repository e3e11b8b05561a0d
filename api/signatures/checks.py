"""What `nesie verify` proves of signatures: file and document are those whose digests the audit was told."""

from __future__ import annotations

from ledger.verification import Check


def _kept(kind: str) -> str:
    """Signatures of a kind whose bytes are not those that came, and those the audit knows nothing of."""
    return f"""
        SELECT '{kind} signature ' || s.id AS place,
            'file ' || encode(substr(s.sha256, 1, 8), 'hex') || ', document '
                || encode(substr(s.document_sha256, 1, 8), 'hex') || ', in the audit' AS expected,
            'file ' || encode(substr(sha256(s.content), 1, 8), 'hex') || ', document '
                || encode(substr(sha256(s.document), 1, 8), 'hex')
                || CASE WHEN e.id IS NULL THEN ', not in the audit' ELSE '' END AS found
        FROM {kind}_signature s LEFT JOIN audit_event e
            ON e.act = 'signatures.hand-in' AND e.about = '{kind}:' || s.{kind}_id
            AND e.request ->> 'sha256' = encode(sha256(s.content), 'hex')
            AND e.request ->> 'document_sha256' = encode(sha256(s.document), 'hex')
        WHERE e.id IS NULL OR s.sha256 <> sha256(s.content) OR s.document_sha256 <> sha256(s.document)
    """  # noqa: S608 - one of our two names


CHECKS: tuple[Check, ...] = (
    Check(
        "signatures-kept",
        "every signature and the document it signs are the bytes that were handed in",
        f"{_kept('submission')} UNION ALL {_kept('guarantee')}",
    ),
)
