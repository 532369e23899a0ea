"""The sample application with asyncpg: everything prepared, everything binary."""

import asyncio
import datetime
import json
import os
import sys
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import asyncpg
import steps

tap = steps.Tap("asyncpg")
ADA = dict(id=1, name="Ada", height=1.65, is_member=True, born=datetime.date(1815, 12, 10),
           seen=datetime.datetime(2024, 2, 29, 12, 30, 0, 123456, datetime.timezone.utc),
           token=uuid.UUID("12345678-1234-5678-1234-567812345678"), photo=b"\x00\xff'\\")
INSERT = ("INSERT (IS Person {id: $1, name: $2, height: $3, is_member: $4,"
          " born: $5, seen: $6, token: $7, photo: $8})")
SELECT = ("MATCH (p IS Person {id: $1}) RETURN p.id AS id, p.name AS name, p.height AS height,"
          " p.is_member AS is_member, p.born AS born, p.seen AS seen, p.token AS token, p.photo AS photo")


async def failure_of(connection, query):
    try:
        await connection.fetch(query)
    except asyncpg.PostgresError as error:
        return error.sqlstate
    return None


async def main():
    connection = await asyncpg.connect(host=os.environ["PGHOST"])
    tap.ok(connection.get_server_version().major > 0, "connects")
    for statement in steps.CREATE:
        await connection.execute(statement)
    tap.ok(True, "creates labels")
    tap.equal(await connection.execute(INSERT, *ADA.values()), "INSERT 0 1", "inserts with parameters")
    await connection.execute("INSERT (IS Person {id: $1, name: $2})", 2, "Grace")
    await connection.execute("MATCH (a IS Person {id: $1}), (b IS Person {id: $2})"
                             " INSERT (a)-[IS KNOWS {since: $3}]->(b)", 1, 2, 1843)
    row = await connection.fetchrow(SELECT, 1)
    for key, expected in ADA.items():
        got = row[key]
        if key == "token":
            got = uuid.UUID(str(got))
        tap.equal(got, expected, f"reads {key} as {type(expected).__name__}")
    row = await connection.fetchrow("MATCH (p IS Person {id: 1})-[k IS KNOWS]->(q) RETURN k.since, q")
    tap.equal(row[0], 1843, "reads an edge's property")
    tap.equal(json.loads(row[1])["properties"]["name"], "Grace", "a node comes as JSON")

    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("INSERT (IS Person {id: 10, name: 'gone'})")
    await transaction.rollback()
    tap.equal(await connection.fetchval("MATCH (p IS Person) RETURN count(*)"), 2, "rolls back")
    async with connection.transaction():
        await connection.execute("INSERT (IS Person {id: 11, name: 'stays'})")
        names = [r["name"] async for r in connection.cursor(
            "MATCH (p IS Person) RETURN p.name AS name ORDER BY p.id", prefetch=1)]
    tap.equal(names, ["Ada", "Grace", "stays"], "a cursor fetches row by row")
    tap.equal(await connection.fetchval("MATCH (p IS Person) RETURN count(*)"), 3, "commits")

    tap.equal(await failure_of(connection, "MATCH (p IS Person RETURN p"), "42601", "a syntax error is 42601")
    tap.equal(await failure_of(connection, "INSERT (IS Person {id: 1})"), "23505", "a duplicate key is 23505")

    start = time.monotonic()
    try:
        await connection.fetch(steps.LONG_QUERY, timeout=0.3)
        tap.ok(False, "cancels a long query")
    except asyncio.TimeoutError:
        tap.ok(True, "cancels a long query")
    tap.equal(await connection.fetchval("RETURN 1"), 1, "the session goes on after a cancel")
    tap.ok(time.monotonic() - start < 3, "the cancel is quick")
    await connection.executemany("INSERT (IS Person {id: $1, name: $2})", [(i, f"n{i}") for i in range(200, 250)])
    tap.equal(await connection.fetchval("MATCH (p IS Person) WHERE p.id >= 200 RETURN count(*)"), 50,
              "runs one statement for many rows")
    await connection.close()


asyncio.run(main())
tap.finish()
