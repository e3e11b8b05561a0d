"""Microcredits: the end borrower's loan, from contract to the last instalment.

Contract, disbursement, schedule versions, repayment by a documented waterfall, prepayment, reversal, arrears and
positions at a date. Where the money comes from is asked of the chain.
"""
