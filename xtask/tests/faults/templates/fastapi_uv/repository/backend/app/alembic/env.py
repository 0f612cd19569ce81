from alembic import context
from sqlalchemy import engine_from_config, pool

from app.models import SQLModel

target_metadata = SQLModel.metadata


def run_migrations_online() -> None:
    connectable = engine_from_config({}, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=target_metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
