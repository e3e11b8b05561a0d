"""Lenders' spreadsheets: read, checked row by row, returned marked.

`review.read_register` turns the bytes of a file into typed rows and every problem found at once;
`marking.mark` gives the lender their own workbook back with the problems marked; `templates.template` makes
an empty one. Nothing here knows the database: what is already recorded, limits of the programmes and the
commit are the business of the service that uses these rows.
"""
