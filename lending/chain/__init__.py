"""The chain of money: facilities, the lots their money sits in, relending windows, return to the budget.

Every link is a facility between two organisations; the money a borrower organisation holds under it sits in lots,
and every movement of a lot is recorded with where it came from and where it went. End borrowers are not known here.
"""
