"""Everything that is verified of the ledger and of lending, gathered for ``nesie verify``.

Each package keeps its own checks beside what they are about; here they are only put in order, from the ledger up.
Packages above lending add theirs to these. A new table of lending belongs into one of these checks, or it could be
altered unseen.
"""

from __future__ import annotations

import ledger.verification
from ledger.bank import checks as bank_checks
from ledger.verification import Check
from lending import month_checks
from lending.applications import checks as application_checks
from lending.chain import checks as chain_checks
from lending.microcredits import checks as microcredit_checks
from lending.oversight import checks as oversight_checks
from lending.support import checks as support_checks

CHECKS: tuple[Check, ...] = (
    *ledger.verification.CHECKS,
    *bank_checks.CHECKS,
    *chain_checks.CHECKS,
    *microcredit_checks.CHECKS,
    *application_checks.CHECKS,
    *month_checks.CHECKS,
    *oversight_checks.CHECKS,
    *support_checks.CHECKS,
)
