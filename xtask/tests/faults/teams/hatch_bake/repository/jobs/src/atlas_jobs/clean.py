import os

from sqlalchemy import create_engine, text


def clean() -> None:
    with create_engine(os.environ["DATABASE_URL"]).begin() as connection:
        connection.execute(text("delete from places where id is null"))
