"""Pages rendered on the server, in Kazakh, Russian and English.

Every page works without JavaScript; what it shows comes from listings, cards and acts, and nothing is decided here.
"""
