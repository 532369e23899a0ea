"""The sample application with psycopg 3: server-side parameters, text and binary results."""

import datetime
import os
import sys
import threading
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import psycopg
import steps

tap = steps.Tap("psycopg 3")
ADA = dict(id=1, name="Ada", height=1.65, is_member=True, born=datetime.date(1815, 12, 10),
           seen=datetime.datetime(2024, 2, 29, 12, 30, 0, 123456, datetime.timezone.utc),
           token=uuid.UUID("12345678-1234-5678-1234-567812345678"), photo=b"\x00\xff'\\")

INSERT = ("INSERT (IS Person {id: %(id)s, name: %(name)s, height: %(height)s, is_member: %(is_member)s,"
          " born: %(born)s, seen: %(seen)s, token: %(token)s, photo: %(photo)s})")
SELECT = ("MATCH (p IS Person {id: %s}) RETURN p.id, p.name, p.height, p.is_member, p.born, p.seen,"
          " p.token, p.photo")


def failure_of(connection, query):
    try:
        connection.execute(query)
    except psycopg.Error as error:
        return error.sqlstate
    return None


def main():
    connection = psycopg.connect(autocommit=True)
    tap.ok(connection.info.server_version > 0, "connects")
    for statement in steps.CREATE:
        connection.execute(statement)
    tap.ok(True, "creates labels")
    tap.equal(connection.execute(INSERT, ADA).rowcount, 1, "inserts with parameters")
    connection.execute("INSERT (IS Person {id: %s, name: %s})", (2, "Grace"))
    connection.execute("MATCH (a IS Person {id: %s}), (b IS Person {id: %s})"
                       " INSERT (a)-[IS KNOWS {since: %s}]->(b)", (1, 2, 1843))
    for binary in (False, True):
        row = connection.cursor(binary=binary).execute(SELECT, (1,)).fetchone()
        form = "binary" if binary else "text"
        for got, (key, expected) in zip(row, ADA.items()):
            tap.equal(got, expected, f"reads {key} as {type(expected).__name__} ({form})")
    row = connection.execute("MATCH (p IS Person {id: 1})-[k IS KNOWS]->(q) RETURN k.since, q").fetchone()
    tap.equal(row[0], 1843, "reads an edge's property")
    tap.equal(row[1]["properties"]["name"], "Grace", "a node comes as a dict")
    rows = connection.execute("MATCH (p IS Person) WHERE p.id IN %s RETURN p.name ORDER BY p.id",
                              ([1, 2],)).fetchall()
    tap.equal(rows, [("Ada",), ("Grace",)], "takes a list")
    many = [connection.execute("MATCH (p IS Person {id: %s}) RETURN p.name", (1,), prepare=True).fetchone()
            for _ in range(10)]
    tap.equal(many, [("Ada",)] * 10, "prepares and runs again")

    connection.autocommit = False
    connection.execute("INSERT (IS Person {id: 10, name: 'gone'})")
    connection.rollback()
    tap.equal(connection.execute("MATCH (p IS Person) RETURN count(*)").fetchone()[0], 2, "rolls back")
    connection.execute("INSERT (IS Person {id: 11, name: 'stays'})")
    connection.commit()
    tap.equal(connection.execute("MATCH (p IS Person) RETURN count(*)").fetchone()[0], 3, "commits")
    connection.rollback()

    tap.equal(failure_of(connection, "MATCH (p IS Person RETURN p"), "42601", "a syntax error is 42601")
    tap.equal(failure_of(connection, "RETURN 1"), "25P02", "a failed transaction takes nothing more")
    connection.rollback()
    tap.equal(failure_of(connection, "INSERT (IS Person {id: 1})"), "23505", "a duplicate key is 23505")
    connection.rollback()
    connection.autocommit = True

    threading.Timer(0.2, connection.cancel).start()
    start = time.monotonic()
    tap.equal(failure_of(connection, steps.LONG_QUERY), "57014", "cancels a long query")
    tap.ok(time.monotonic() - start < 2, "the cancel is quick")
    tap.equal(connection.execute("RETURN 1").fetchone(), (1,), "the session goes on after a cancel")

    with connection.cursor().copy("COPY Person (id, name) FROM STDIN") as copy:
        for row in ((100, "Katherine"), (101, "tab\tand\nline")):
            copy.write_row(row)
    tap.equal(connection.execute("MATCH (p IS Person {id: 101}) RETURN p.name").fetchone(),
              ("tab\tand\nline",), "loads rows with COPY")
    with connection.pipeline():
        cursors = [connection.execute("MATCH (p IS Person {id: %s}) RETURN p.name", (1,)) for _ in range(5)]
    tap.equal([c.fetchone() for c in cursors], [("Ada",)] * 5, "pipelines queries")
    connection.close()


main()
tap.finish()
