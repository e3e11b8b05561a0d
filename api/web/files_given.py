"""Files that people handed in, given back so that nothing in them runs: named by us, never opened in the page.

A file is an attachment, its type is not guessed, and were it opened all the same it would be alone in an origin of its
own, without scripts.
"""

from __future__ import annotations

from starlette.responses import Response

#: What isolates a file that was opened anyway.
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"
TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv; charset=utf-8",
}


def given(content: bytes, name: str, kind: str) -> Response:
    """``content`` as the file ``name.kind``; the name is ours."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind}"',
        "Content-Security-Policy": ALONE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type=TYPES.get(kind, "application/octet-stream"), headers=headers)


def kind_of(content: bytes) -> str:
    """What kind of spreadsheet the bytes are: one that was read before, so its beginning tells."""
    if content.startswith(b"PK"):
        return "xlsx"
    return "xls" if content.startswith(bytes.fromhex("d0cf11e0")) else "csv"
