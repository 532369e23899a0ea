"""all that a table may have to go through"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    op.add_column("team", sa.Column("city", sa.Text(), server_default="nowhere", nullable=False))
    op.alter_column("team", "name", type_=sa.String(60), existing_type=sa.String(30))
    op.alter_column("team", "founded", new_column_name="since", existing_type=sa.Integer())
    op.alter_column("team", "city", server_default=None)
    op.create_check_constraint(op.f("ck_team_since"), "team", "since >= 1800")
    op.add_column("player", sa.Column("captain_id", sa.BigInteger()))
    op.create_foreign_key(op.f("fk_player_captain_id_player"), "player", "player", ["captain_id"], ["id"],
                          deferrable=True, initially="DEFERRED")
    op.drop_index(op.f("ix_player_nick"), table_name="player")
    op.create_unique_constraint("uq_player_team_nick", "player", ["team_id", "nick"])
    op.create_table(
        "meeting",
        sa.Column("home_id", sa.Integer(), sa.ForeignKey("team.id", ondelete="CASCADE", name="fk_meeting_home_id_team")),
        sa.Column("guest_id", sa.Integer(), sa.ForeignKey("team.id", ondelete="CASCADE", name="fk_meeting_guest_id_team")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("goals", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("home_id", "guest_id", "day", name="pk_meeting"),
    )
    op.rename_table("meeting", "match_day")
    op.execute("UPDATE team SET city = 'London' WHERE name = 'Reds'")
    op.execute("ALTER INDEX pk_meeting RENAME TO pk_match_day")


def downgrade():
    op.drop_table("match_day")
    op.drop_constraint("uq_player_team_nick", "player", type_="unique")
    op.create_index(op.f("ix_player_nick"), "player", ["nick"], unique=True)
    op.drop_constraint(op.f("fk_player_captain_id_player"), "player", type_="foreignkey")
    op.drop_column("player", "captain_id")
    op.drop_constraint(op.f("ck_team_since"), "team", type_="check")
    op.alter_column("team", "since", new_column_name="founded", existing_type=sa.Integer())
    op.alter_column("team", "name", type_=sa.String(30), existing_type=sa.String(60))
    op.drop_column("team", "city")
