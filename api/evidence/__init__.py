"""Files that people hand in to prove something about a loan: how they are judged, kept and given out again."""
