"""The edge: everything a process starts with.

Settings (the only reader of the environment), the command line, migrations, and later HTTP, pages and the
scheduler. It opens transactions, words errors and calls the services below; it decides nothing about money.
"""
