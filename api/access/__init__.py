"""Who may do what, and who sees what.

What a role may do stands in one reviewed file, what an organisation sees in another, and both deny by default. Who
somebody is was found out before, by `api.identity`.
"""
