"""What a user of the mapped classes does; prints what comes back."""

import datetime
import decimal

import sqlalchemy as sa
from models import Base, MatchDay, Player, Team, make_engine
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload, subqueryload

engine = make_engine()


def show(title, rows):
    print(f"-- {title}")
    for row in rows if isinstance(rows, list) else [rows]:
        print(f"   {row}")


def rows(session, statement):
    return [tuple(row) for row in session.execute(statement)]


def refused(session, title, work):
    try:
        with session.begin_nested():
            work()
            session.flush()
        show(title, "not refused")
    except DBAPIError as error:
        show(title, (type(error).__name__, error.orig.sqlstate, error.orig.diag.constraint_name))


def fill(session):
    reds = session.scalars(select(Team).where(Team.name == "Reds")).one()
    blues = session.scalars(select(Team).filter_by(name="Blues")).one()
    ann = Player(nick="ann", team=reds, score=decimal.Decimal("12.50"), traits={"foot": "left", "caps": 7}, numbers=[1, 9],
                 joined=datetime.datetime(2020, 2, 29, 12, tzinfo=datetime.timezone.utc))
    bob = Player(nick="bob", team=reds, captain=ann, numbers=[])
    cyd = Player(nick="cyd", team=blues, captain=ann, traits={"foot": "right"}, score=3)
    session.add_all([ann, bob, cyd, Player(nick="dan", captain=bob)])
    session.flush()
    session.add_all(MatchDay(home=reds, guest=blues, day=datetime.date(2024, 3, n), goals=n) for n in range(1, 6))
    session.add(MatchDay(home=blues, guest=reds, day=datetime.date(2024, 4, 1), goals=2))
    session.commit()
    show("ids", [(p.id, p.nick) for p in session.scalars(select(Player).order_by(Player.id))])


def read(session):
    show("get", session.get(Player, 100).nick)
    show("lazy", [(t.name, [p.nick for p in t.players]) for t in session.scalars(select(Team).order_by(Team.name))])
    for how in (joinedload, selectinload, subqueryload):
        session.expunge_all()
        found = session.scalars(select(Team).options(how(Team.players)).order_by(Team.name)).unique()
        show(how.__name__, [(t.name, [p.nick for p in t.players]) for t in found])
    captain = aliased(Player)
    show("aliased", rows(session, select(Player.nick, captain.nick).join(captain, Player.captain).order_by(Player.nick)))
    show("outer join", rows(session, select(Player.nick, Team.name).outerjoin(Player.team).order_by(Player.nick)))
    show("contains_eager", [p.team.name for p in session.scalars(
        select(Player).join(Player.team).options(contains_eager(Player.team)).order_by(Player.nick))])
    show("group", rows(session, select(Team.name, func.count(Player.id), func.sum(Player.score)).join(Team.players).group_by(
        Team.id).having(func.count() >= 1).order_by(Team.name)))
    show("any, has", rows(session, select(Team.name).where(Team.players.any(Player.nick.like("a%")))) +
         rows(session, select(Player.nick).where(Player.team.has(Team.name == "Blues"))))
    show("json", rows(session, select(Player.nick, Player.traits["foot"].astext, Player.traits["caps"].as_integer()).where(
        Player.traits.has_key("foot"), Player.traits.contains({"foot": "left"}))))
    show("array", rows(session, select(Player.nick, Player.numbers[2]).where(Player.numbers.any(9))) +
         rows(session, select(Player.nick).where(Player.numbers == [])))
    show("case", rows(session, select(Player.nick, sa.case((Player.score > 10, "good"), (Player.score > 0, "fair"), else_="new")).order_by(
        Player.nick)))
    show("window", rows(session, select(MatchDay.day, func.sum(MatchDay.goals).over(
        partition_by=MatchDay.home_id, order_by=MatchDay.day), func.row_number().over(order_by=MatchDay.day.desc())).order_by(
        MatchDay.day)))
    tree = select(Player.id, Player.nick, sa.literal(0).label("depth")).where(Player.captain_id.is_(None)).cte("tree", recursive=True)
    tree = tree.union_all(select(Player.id, Player.nick, tree.c.depth + 1).join(tree, Player.captain_id == tree.c.id))
    show("recursive", rows(session, select(tree.c.nick, tree.c.depth).order_by(tree.c.depth, tree.c.nick)))
    latest = select(MatchDay.day).where(MatchDay.home_id == Team.id).order_by(MatchDay.day.desc()).limit(2).lateral("latest")
    show("lateral", rows(session, select(Team.name, latest.c.day).join(latest, sa.true()).order_by(Team.name, latest.c.day)))
    show("union", rows(session, select(Team.name).union(select(Player.nick)).order_by("name")))
    show("exists", session.scalar(select(sa.exists().where(Player.nick == "zoe"))))
    show("scalar subquery", rows(session, select(Team.name, select(func.max(MatchDay.goals)).where(
        MatchDay.home_id == Team.id).scalar_subquery()).order_by(Team.name)))
    show("dates", rows(session, select(sa.extract("month", MatchDay.day), func.count()).group_by(sa.extract("month", MatchDay.day)).order_by(
        sa.extract("month", MatchDay.day))) + [session.scalar(
            select(func.date_trunc("month", Player.joined)).where(Player.nick == "ann")).isoformat()])
    show("string_agg", rows(session, select(func.string_agg(Player.nick, sa.literal(",")), func.array_agg(Player.nick)).where(
        Player.team_id.is_not(None)).group_by(Player.team_id).order_by(Player.team_id)))
    show("distinct", rows(session, select(sa.distinct(MatchDay.home_id)).order_by(MatchDay.home_id)))
    show("tuples", rows(session, select(MatchDay.goals).where(sa.tuple_(MatchDay.home_id, MatchDay.goals).in_([(1, 2), (2, 2)])).order_by(
        MatchDay.home_id)))
    show("pages", [p.nick for p in session.scalars(select(Player).order_by(Player.nick).limit(2).offset(1))])
    show("in pieces", [len(part) for part in session.scalars(select(MatchDay).execution_options(yield_per=4)).partitions()])
    show("values", rows(session, select(sa.values(sa.column("a", sa.Integer), sa.column("b", sa.String), name="v").data(
        [(1, "x"), (2, "y")]))))


def change(session):
    ann = session.get(Player, 100)
    ann.score += 1
    ann.traits = {**ann.traits, "caps": 8}
    session.commit()
    show("refreshed", (ann.score, ann.traits))
    show("returning", rows(session, sa.update(Player).where(Player.score < 5).values(score=Player.score * 2).returning(
        Player.nick, Player.score)))
    upsert = insert(Team).values([{"name": "Reds", "since": 2001, "city": "Leeds"}, {"name": "Greens", "since": 2020, "city": "Rome"}])
    show("upsert", rows(session, upsert.on_conflict_do_update(index_elements=[Team.name], set_={"since": upsert.excluded.since}).returning(
        Team.name, Team.since, Team.city)))
    show("nothing", session.execute(insert(Team).values(name="Reds", city="x").on_conflict_do_nothing()).rowcount)
    show("many", [p.nick for p in session.scalars(sa.insert(Player).returning(Player, sort_by_parameter_order=True),
                                                  [{"nick": f"p{n}"} for n in range(5)])])
    show("delete", session.execute(sa.delete(Player).where(Player.nick.startswith("p"))).rowcount)
    show("update from", session.execute(sa.update(Player).where(Player.team_id == Team.id, Team.name == "Blues").values(
        score=Player.score + Team.since)).rowcount)
    show("locked", session.scalars(select(Player.nick).where(Player.nick == "bob").with_for_update(skip_locked=True)).all())
    show("locked, of", session.execute(select(Player.nick, Team.name).join(Player.team).where(Player.nick == "bob").with_for_update(
        of=Player, key_share=True)).all())
    session.commit()


def refuse(session):
    refused(session, "unique", lambda: session.add(Team(name="Reds", city="x")))
    refused(session, "unique of two", lambda: session.add(Player(nick="ann", team_id=1)))
    refused(session, "not null", lambda: session.execute(sa.insert(Team).values(name="N", city=None)))
    refused(session, "check", lambda: session.add(Team(name="Old", since=1066, city="x")))
    refused(session, "foreign key", lambda: session.add(Player(nick="x", team_id=99)))
    refused(session, "too long", lambda: session.add(Player(nick="x" * 21)))
    refused(session, "no table", lambda: session.execute(sa.text("SELECT * FROM nothing")))
    refused(session, "no column", lambda: session.execute(sa.text("SELECT nothing FROM team")))
    session.rollback()
    session.add(Player(id=1000, nick="late", captain_id=1001))
    session.flush()
    session.add(Player(id=1001, nick="later"))
    session.commit()
    show("deferred", session.get(Player, 1000).captain.nick)
    session.add(Player(nick="never", captain_id=5))
    session.flush()
    try:
        session.commit()
    except DBAPIError as error:
        show("refused at the commit", (error.orig.sqlstate, error.orig.diag.constraint_name))
        session.rollback()
    session.delete(session.scalars(select(Team).where(Team.name == "Blues")).one())
    session.commit()
    show("cascades", (session.scalar(select(func.count()).select_from(MatchDay)), session.scalar(
        select(Player.team_id).where(Player.nick == "cyd"))))


def reflect():
    inspector = sa.inspect(engine)
    show("schemas", inspector.get_schema_names())
    show("tables", sorted(inspector.get_table_names()))
    show("views", inspector.get_view_names())
    for table in ("player", "team", "match_day"):
        show(f"columns of {table}", [{k: str(v) for k, v in c.items()} for c in inspector.get_columns(table)])
        show(f"primary key of {table}", inspector.get_pk_constraint(table))
        show(f"foreign keys of {table}", sorted(inspector.get_foreign_keys(table), key=lambda k: k["name"]))
        show(f"indexes of {table}", sorted(inspector.get_indexes(table), key=lambda k: k["name"]))
        show(f"unique keys of {table}", sorted(inspector.get_unique_constraints(table), key=lambda k: k["name"]))
        show(f"checks of {table}", [(c["name"]) for c in inspector.get_check_constraints(table)])
        show(f"comment of {table}", inspector.get_table_comment(table))
    reflected = sa.MetaData()
    reflected.reflect(engine)
    show("reflected", [(t.name, sorted(c.name for c in t.columns)) for t in reflected.sorted_tables])
    other = sa.MetaData()
    sa.Table("made", other, sa.Column("id", sa.Integer, sa.Sequence("made_seq", start=5), primary_key=True),
             sa.Column("kind", sa.Boolean, index=True), sa.Column("at", sa.Time), sa.Column("of", sa.Uuid), sa.Column("raw", sa.LargeBinary),
             sa.Column("span", sa.Interval), sa.Column("real", sa.Float), sa.Column("wide", sa.Double), sa.Column("json", sa.JSON))
    other.create_all(engine)
    show("create_all", inspector.has_table("made") or sa.inspect(engine).has_table("made"))
    show("sequences", sorted(sa.inspect(engine).get_sequence_names()))
    with engine.begin() as connection:
        show("a sequence's number", connection.execute(sa.insert(other.tables["made"]).values(
            kind=True, at=datetime.time(1, 2, 3), span=datetime.timedelta(days=1, seconds=2), raw=b"\0\xff", json={"a": [1, None]},
            real=0.5, wide=1e300)).inserted_primary_key[0])
        show("its row", connection.execute(sa.select(other.tables["made"])).one())
    other.drop_all(engine)
    show("drop_all", sa.inspect(engine).has_table("made"))


with Session(engine) as session:
    fill(session)
    read(session)
    change(session)
    refuse(session)
reflect()
