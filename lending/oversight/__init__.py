"""Oversight: what happened to the money after it was lent."""
