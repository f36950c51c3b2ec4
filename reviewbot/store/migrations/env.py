"""Alembic's entry point: it migrates over the connection that ``migrate`` hands to it, in that one's transaction."""

from alembic import context

from reviewbot.store.schema import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
