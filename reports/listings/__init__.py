"""Collections as people look at them: filtered, faceted, sorted, page by page, and the same as a file.

A listing is one definition for the page, the file and the API; row-level security decides which rows it has.
"""
