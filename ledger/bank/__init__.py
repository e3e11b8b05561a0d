"""Statements of bank accounts, and what of them the books know: lines, matches, and the rules that find them.

A statement is what a bank says moved; an entry is what an organisation says moved. Neither is changed to suit the
other: a match only ties the two, and is taken back by a later row. How files look is known above (`lending.bank`).
"""
