"""Everything a person can do, one act each, with whom it takes and what it changes."""
