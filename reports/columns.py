"""The columns that several reports share, each with one key, one kind and one wording.

A family takes its columns from here and adds those of its own, so that "principal" heads the same figure in
every report. Heads are worded in the catalogue under ``column.<key>`` with the binding words of the glossary.
"""

from __future__ import annotations

from reports.report import Column

NUMBER = Column(key="number", kind="integer")
REGION = Column(key="region", kind="text")
DISTRICT = Column(key="district", kind="text")
PROGRAMME = Column(key="programme", kind="text")

LENDER = Column(key="lender", kind="text")
BORROWER = Column(key="borrower", kind="text")
ID_NUMBER = Column(key="id-number", kind="identifier")
GUARANTOR = Column(key="guarantor", kind="text")

CONTRACT_NUMBER = Column(key="contract-number", kind="identifier")
CONTRACT_DATE = Column(key="contract-date", kind="date")
ISSUED_ON = Column(key="issued-on", kind="date")
DUE_ON = Column(key="due-on", kind="date")
PURPOSE = Column(key="purpose", kind="text")
FUNDING_SOURCE = Column(key="funding-source", kind="text")

LOANS = Column(key="loans", kind="integer", adds=True)
AMOUNT = Column(key="amount", kind="money", adds=True)
NOMINAL_RATE = Column(key="nominal-rate", kind="percent")
EFFECTIVE_RATE = Column(key="effective-rate", kind="rate")
TERM = Column(key="term-months", kind="integer")
GRACE = Column(key="grace-months", kind="integer")

PRINCIPAL = Column(key="principal", kind="money", adds=True)
INTEREST = Column(key="interest", kind="money", adds=True)
TOTAL = Column(key="total", kind="money", adds=True)
OUTSTANDING = Column(key="outstanding", kind="money", adds=True)
OVERDUE = Column(key="overdue", kind="money", adds=True)
GUARANTEE = Column(key="guarantee", kind="money", adds=True)
GUARANTEE_SHARE = Column(key="guarantee-share", kind="percent")
JOBS_PROMISED = Column(key="jobs-promised", kind="integer", adds=True)
JOBS_CREATED = Column(key="jobs-created", kind="integer", adds=True)
AMOUNT_AGREED = Column(key="amount-agreed", kind="money")
RECIPIENT = Column(key="recipient", kind="text")
