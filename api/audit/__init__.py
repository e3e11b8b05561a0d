"""Who did what, when and through which channel, sealed.

Rows are written in the transaction of the act itself; a separate sealer chains them afterwards.
"""
