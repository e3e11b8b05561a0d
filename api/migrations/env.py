"""Runs migrations online, one transaction each, with a lock timeout so that a migration never queues for long.

Alembic executes this file. The address of the database comes from ``api.database``, which is the way to call it.
"""

from alembic import context
from sqlalchemy import create_engine, make_url, pool, text
from sqlalchemy.dialects.postgresql.base import ischema_names

from api.migrations.metadata import target_metadata
from ledger.tables import TransactionId

ischema_names["xid8"] = TransactionId  # else the drift check cannot read the column's type

url = make_url(context.config.attributes["url"]).set(drivername="postgresql+psycopg2")
engine = create_engine(url, poolclass=pool.NullPool)

with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET nesie.sight = 'everything'"))  # the owner is under row-level security too
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=target_metadata,
        transaction_per_migration=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
