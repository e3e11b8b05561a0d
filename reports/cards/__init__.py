"""One thing at a glance: everything known of a loan or an application on a day, as frozen values.

A card says nothing in words of a language and decides nothing; pages and the API tell it. Its figures are the
services' own, so a card never disagrees with a list or a report.
"""
