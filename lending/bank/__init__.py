"""Files of bank statements as they come, and what lending knows of the money in them. What a statement is, and how its
lines are matched, is the ledger's (`ledger.bank`).
"""
