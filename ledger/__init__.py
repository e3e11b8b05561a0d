"""Double entry: books, entries, periods, seals, verification. It knows no word of loans.

A tour: `money` and `calendar` are plain arithmetic; `chart` and `organisations` say who keeps which accounts;
`entries` are values that balance or cannot exist; `posting` is the only writer; `balances` answers as of two
dates; `periods`, `seals` and `verification` close months and prove it; `unit_of_work` owns transactions.
"""
