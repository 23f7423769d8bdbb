"""Alembic environment: runs over the connection that `assistant.index.database.migrate` hands in."""

from alembic import context

from assistant.index.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
