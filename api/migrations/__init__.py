"""Alembic migrations. They live at the top because only the top may see every package's tables."""
