"""Registers on their way in: files as they were sent, what was found out about them, and who may accept them."""
