"""Every table of the system in one metadata: importing a package's tables registers them on the shared base."""

from __future__ import annotations

import lending.chain.tables
import lending.microcredits.tables
import lending.oversight.tables
import lending.registers.tables
import lending.tables

target_metadata = ledger.tables.Base.metadata
