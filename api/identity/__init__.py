"""People: how they sign in and prove who they are."""
