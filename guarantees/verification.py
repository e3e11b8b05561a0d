"""Everything that is verified of the ledger, of lending and of guarantees, gathered for ``nesie verify``.

What lending gathered comes first; the checks of guarantees are kept in `guarantees.checks`.
"""

from __future__ import annotations

from guarantees import checks
from ledger.verification import Check
from lending import verification

CHECKS: tuple[Check, ...] = (*verification.CHECKS, *checks.CHECKS)
