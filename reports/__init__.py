"""Reports: what the books say, for reading, signing and filing.

A family queries and builds a `reports.report.Report`; `reports.rendering` turns it into PDF, XLSX, CSV or
JSON in Kazakh, Russian or English. Nothing here decides anything about money: figures arrive computed.
"""
