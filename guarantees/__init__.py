"""Guarantees of microcredits: contracts, the commissions that akimats pay for them, claims and recoveries.

Built on lending: a guarantee follows its loan, and a claim is paid into the loan's books. Lending knows nothing of it.
"""
