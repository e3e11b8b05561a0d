"""Every table of the system in one metadata: importing a package's tables registers them on the shared base."""

from __future__ import annotations

import ledger.tables

target_metadata = ledger.tables.Base.metadata
