"""Initialize models"""

import sqlalchemy as sa
from alembic import op

revision = "e2412789c190"
down_revision = None


def upgrade() -> None:
    op.create_table("entry", sa.Column("id", sa.Uuid(), primary_key=True), sa.Column("title", sa.String()))
