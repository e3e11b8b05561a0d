"""What `nesie verify` proves of signatures: file and document are those that were handed in.

Both digests stand in the answer of the command that kept the signature, which the audit's chain seals.
"""

from __future__ import annotations

from ledger.verification import Check


def _kept(kind: str, act: str) -> str:
    """Signatures of a kind whose bytes are not those that came, and those that no command kept."""
    return f"""
        SELECT '{kind} signature ' || s.id AS place,
            'file ' || encode(substr(s.sha256, 1, 8), 'hex') || ', document '
                || encode(substr(s.document_sha256, 1, 8), 'hex') || ', kept by its command' AS expected,
            'file ' || encode(substr(sha256(s.content), 1, 8), 'hex') || ', document '
                || encode(substr(sha256(s.document), 1, 8), 'hex')
                || CASE WHEN c.id IS NULL THEN ', by none' ELSE '' END AS found
        FROM {kind}_signature s LEFT JOIN command c
            ON c.kind = '{act}' AND c.result #>> '{{state}}' = 'done'
            AND (c.result #>> '{{result,signature_id}}')::bigint = s.id
            AND c.result #>> '{{result,sha256}}' = encode(sha256(s.content), 'hex')
            AND c.result #>> '{{result,document_sha256}}' = encode(sha256(s.document), 'hex')
        WHERE c.id IS NULL OR s.sha256 <> sha256(s.content) OR s.document_sha256 <> sha256(s.document)
    """  # noqa: S608 - one of our two names


CHECKS: tuple[Check, ...] = (
    Check(
        "signatures-kept",
        "every signature and the document it signs are the bytes that were handed in",
        f"{_kept('submission', 'reports.sign')} UNION ALL {_kept('guarantee', 'guarantees.sign')}",
    ),
)
