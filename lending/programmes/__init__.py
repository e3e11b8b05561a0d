"""Programmes: the law as data, and the rules that read it."""
