"""Support money: operating subsidies of microfinance organisations, and state grants for new business ideas.

Both are paid once, out of the local budget, by a decision that rests on documents; neither is ever lent or repaid.
"""
