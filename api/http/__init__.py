"""The web server: what is common to pages and to the HTTP API."""
