"""The commands of ``nesie``, one module each: a door to a service, with its options, its words and its exit code."""
