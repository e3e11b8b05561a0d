"""Reports handed in: what was filed by whom to whom, frozen; what became of it; and who still owes what.

Duties and their days are those of the editions (`reports.deadlines`), reports those of `reports.catalogue`; here it is
said which organisation holds which duty, and every report filed is kept as it was: its figures, its document, its
fingerprint.
"""
