"""Who did what, when and through which channel, sealed."""
