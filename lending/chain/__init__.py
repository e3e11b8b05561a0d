"""The chain of money: facilities, the lots their money sits in, relending windows, return to the budget.

Every link is a facility between two organisations; the money a borrower organisation holds under it sits in lots,
and every movement of a lot is recorded with where it came from and where it went. End borrowers are not known here.

A tour: `facilities` are the agreements, checked against their edition; `drawdown` brings money down a link,
`payments` brings principal and interest up; `lots` tells lenders which lots a loan is drawn from and returns to,
`pools` what is free in them, `movements` records it and undoes it; `returns` sends back what nobody may use any more.
`schedules`, `interest`, `debts` and `accruals` are what links owe each other. `utilisation`, `trace` and `checks`
answer and prove.
"""
