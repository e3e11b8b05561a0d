"""The HTTP API: the acts, listings and cards as JSON.

Nothing is described a second time: routes and their OpenAPI document are made from the same definitions as the pages.
"""
