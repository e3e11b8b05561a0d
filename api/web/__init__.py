"""Pages rendered on the server, in Kazakh, Russian and English."""
