"""Cards: one object of the books with all that is known of it on a day, as frozen values for a page and for JSON.

A card decides nothing and says nothing in words of a language; its figures are the services' own, so it never disagrees
with a list or a report. Whoever asks for one has found the object under their own sight before.
"""
