"""Lending: the programme's money on its way down and back.

A tour: `programmes` holds the law as data; `amortisation` is pure arithmetic; `chain` is budget credit, loan and
funding line, and the lots their money sits in; `microcredits` is the end borrower's loan from contract to last
instalment; `oversight` watches what the money was used for; `registers` are the spreadsheets lenders upload;
`bookings` tells the accounting of every event on one page; `month_end` closes a month.
"""
