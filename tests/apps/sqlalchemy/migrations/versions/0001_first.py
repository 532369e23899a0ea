"""first tables"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("founded", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
        comment="who plays together",
    )
    op.create_table(
        "player",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False, start=100), nullable=False),
        sa.Column("nick", sa.String(20), nullable=False, comment="what the others call them"),
        sa.Column("team_id", sa.Integer()),
        sa.Column("joined", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("score", sa.Numeric(10, 2), server_default="0", nullable=False),
        sa.Column("traits", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.Integer())),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_player")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_player_team_id_team"), ondelete="SET NULL"),
    )
    op.create_index(op.f("ix_player_nick"), "player", ["nick"], unique=True)
    op.bulk_insert(sa.table("team", sa.column("name", sa.String), sa.column("founded", sa.Integer)),
                   [{"name": "Reds", "founded": 1999}, {"name": "Blues", "founded": 2004}])


def downgrade():
    op.drop_index(op.f("ix_player_nick"), table_name="player")
    op.drop_table("player")
    op.drop_table("team")
