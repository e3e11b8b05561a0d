"""Who did what, when and through which channel, sealed.

Events are recorded in the transaction of the act and chained afterwards by a sealer of their own, so that no act waits
for another. Who may read them is decided by `api.access.sight`; what is worth an event, by whoever acts.
"""
