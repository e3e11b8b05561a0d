"""The HTTP API: the acts, listings and cards as JSON."""
