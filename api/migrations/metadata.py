"""Every table of the system in one metadata: importing a package's tables registers them on the shared base.

A package with tables of its own is added here, or its tables would be missing from migrations and drift checks.
"""

from __future__ import annotations

import api.acts.tables
import api.audit.tables
import api.evidence.tables
import api.identity.tables  # noqa: F401
import guarantees.tables  # noqa: F401
import lending.applications.tables
import lending.chain.tables
import lending.microcredits.tables
import lending.oversight.tables
import lending.registers.tables
import lending.support.tables
import lending.tables  # noqa: F401
from ledger.tables import Base

target_metadata = Base.metadata
