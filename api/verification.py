"""Everything that ``nesie verify`` proves: the books with all that is above them, what people did, and the audit.

Of drafts nothing is proved: they are no record of anything.
"""

from __future__ import annotations

from api.acts import checks as acts
from api.audit import checks as audit
from api.signatures import checks as signatures
from api.submissions import checks as submissions
from api.uploads import checks as uploads
from guarantees import verification
from ledger.verification import Check

CHECKS: tuple[Check, ...] = (
    *verification.CHECKS, *acts.CHECKS, *uploads.CHECKS, *submissions.CHECKS,
    *signatures.CHECKS, *audit.CHECKS
)  # fmt: skip
