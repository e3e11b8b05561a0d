"""Forms that are being filled in: kept on the server while they are typed, so that a lost session loses nothing.

A draft belongs to one person and one form; it is no record of anything, and goes when the form has taken effect.
"""
