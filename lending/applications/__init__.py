"""The borrower's path: from the application to the money, and what an agreement owes to start-ups on the way.

Rests on the rules of `lending.programmes` and ends in the contracts and disbursements of `lending.microcredits`.
What happens after the money is paid out is not told here.
"""
