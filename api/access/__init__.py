"""Who may do what, and who sees what.

The matrix says which roles open which routes and do which acts; sight says which rows an organisation is shown.
"""
