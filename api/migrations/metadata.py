"""Every table of the system in one metadata: importing a package's tables registers them on the shared base.

A package with tables of its own is added here, or its tables would be missing from migrations and drift checks.
"""

from __future__ import annotations

from importlib import import_module

from ledger.tables import Base

#: Packages that have a ``tables.py``, besides the ledger.
PACKAGES = (
    "ledger.bank", "lending", "lending.applications", "lending.chain", "lending.microcredits", "lending.oversight",
    "lending.registers", "lending.support", "guarantees", "api.acts", "api.audit", "api.drafts", "api.evidence",
    "api.identity", "api.scheduler", "api.signatures", "api.submissions", "api.uploads",
)  # fmt: skip

for package in PACKAGES:
    import_module(f"{package}.tables")

target_metadata = Base.metadata
