"""Cards: one object of the books with all that is known of it, as frozen values for a page and for JSON.

A card reads under the sight of whoever looks and decides nothing; sums are tiyn.
"""
