"""Pages for people, one module for each area of work: a router, and handlers that read and render."""
