"""Registers on their way in: files as they were sent, and what was found out about them. Who accepts them is an act."""
