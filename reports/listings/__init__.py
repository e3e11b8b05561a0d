"""Collections as people look at them: filtered, faceted, sorted, page by page, and the same as a file."""
