"""The mapped classes as they are after the last migration."""

import datetime
import decimal
import os
from typing import Any, Optional

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


def make_engine(**options):
    url = sa.URL.create("postgresql+psycopg", os.environ["PGUSER"], database=os.environ["PGDATABASE"],
                        query={"host": os.environ["PGHOST"], "port": os.environ["PGPORT"]})
    return sa.create_engine(url, **options)


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s", "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s", "pk": "pk_%(table_name)s"})


class Team(Base):
    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), unique=True)
    since: Mapped[Optional[int]] = mapped_column(sa.CheckConstraint("since >= 1800", name="since"))
    city: Mapped[str] = mapped_column(sa.Text, default="nowhere")
    players: Mapped[list["Player"]] = relationship(back_populates="team", order_by="Player.nick")
    __table_args__ = {"comment": "who plays together"}


class Player(Base):
    __tablename__ = "player"
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=100), primary_key=True)
    nick: Mapped[str] = mapped_column(sa.String(20), comment="what the others call them")
    team_id: Mapped[Optional[int]] = mapped_column(sa.ForeignKey("team.id", ondelete="SET NULL"))
    joined: Mapped[datetime.datetime] = mapped_column(sa.DateTime(timezone=True), server_default=sa.func.now())
    score: Mapped[decimal.Decimal] = mapped_column(sa.Numeric(10, 2), server_default="0")
    traits: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    numbers: Mapped[Optional[list[int]]] = mapped_column(ARRAY(sa.Integer))
    captain_id: Mapped[Optional[int]] = mapped_column(
        sa.BigInteger, sa.ForeignKey("player.id", deferrable=True, initially="DEFERRED"))
    team: Mapped[Optional[Team]] = relationship(back_populates="players")
    captain: Mapped[Optional["Player"]] = relationship(remote_side=[id], back_populates="crew")
    crew: Mapped[list["Player"]] = relationship(back_populates="captain", order_by="Player.nick")
    __table_args__ = (sa.UniqueConstraint("team_id", "nick", name="uq_player_team_nick"),)


class MatchDay(Base):
    __tablename__ = "match_day"
    home_id: Mapped[int] = mapped_column(
        sa.ForeignKey("team.id", ondelete="CASCADE", name="fk_meeting_home_id_team"), primary_key=True)
    guest_id: Mapped[int] = mapped_column(
        sa.ForeignKey("team.id", ondelete="CASCADE", name="fk_meeting_guest_id_team"), primary_key=True)
    day: Mapped[datetime.date] = mapped_column(primary_key=True)
    goals: Mapped[int] = mapped_column(sa.SmallInteger)
    home: Mapped[Team] = relationship(foreign_keys=[home_id])
    guest: Mapped[Team] = relationship(foreign_keys=[guest_id])
