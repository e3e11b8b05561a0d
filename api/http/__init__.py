"""The web server: what is common to pages and to the HTTP API.

Requests are judged here before anything of them is parsed, and errors become answers; what is asked for is elsewhere.
"""
