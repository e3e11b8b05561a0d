"""Everything that ``nesie verify`` proves: the books with all that is above them, and the audit."""

from __future__ import annotations

from api.audit import checks
from guarantees import verification
from ledger.verification import Check

CHECKS: tuple[Check, ...] = (*verification.CHECKS, *checks.CHECKS)
