import os
from importlib import resources

from sqlalchemy import create_engine, text

SCHEMA = resources.files("atlas_api").joinpath("sql", "schema.sql").read_text()


def ready() -> bool:
    with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
        return connection.execute(text("select 1")).scalar() == 1
