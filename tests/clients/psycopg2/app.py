"""The sample application with psycopg2: the driver puts parameters into the text itself."""

import datetime
import io
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import psycopg2
import psycopg2.extras
import steps

tap = steps.Tap("psycopg2")
ADA = dict(id=1, name="Ada O'Hara \\ %", height=1.65, is_member=True, born=datetime.date(1815, 12, 10))
INSERT = ("INSERT (IS Person {id: %(id)s, name: %(name)s, height: %(height)s, is_member: %(is_member)s,"
          " born: %(born)s})")
SELECT = "MATCH (p IS Person {id: %s}) RETURN p.id, p.name, p.height, p.is_member, p.born"


def one(cursor, query, parameters=None):
    cursor.execute(query, parameters)
    return cursor.fetchone()


def failure_of(cursor, query):
    try:
        cursor.execute(query)
    except psycopg2.Error as error:
        return error.pgcode
    return None


def main():
    connection = psycopg2.connect("")
    connection.autocommit = True
    tap.ok(connection.server_version > 0, "connects")
    cursor = connection.cursor()
    for statement in steps.CREATE:
        cursor.execute(statement)
    tap.ok(True, "creates labels")
    cursor.execute(INSERT, ADA)
    tap.equal(cursor.rowcount, 1, "inserts with parameters")
    cursor.execute("INSERT (IS Person {id: %s, name: %s})", (2, "Grace"))
    cursor.execute("MATCH (a IS Person {id: %s}), (b IS Person {id: %s})"
                   " INSERT (a)-[IS KNOWS {since: %s}]->(b)", (1, 2, 1843))
    for got, (key, expected) in zip(one(cursor, SELECT, (1,)), ADA.items()):
        tap.equal(got, expected, f"reads {key} as {type(expected).__name__}")
    row = one(cursor, "MATCH (p IS Person {id: 1})-[k IS KNOWS]->(q) RETURN k.since, q")
    tap.equal(row[0], 1843, "reads an edge's property")
    tap.equal(row[1]["properties"]["name"], "Grace", "a node comes as a dict")

    connection.autocommit = False
    cursor.execute("INSERT (IS Person {id: 10, name: 'gone'})")
    connection.rollback()
    tap.equal(one(cursor, "MATCH (p IS Person) RETURN count(*)"), (2,), "rolls back")
    cursor.execute("INSERT (IS Person {id: 11, name: 'stays'})")
    connection.commit()
    tap.equal(one(cursor, "MATCH (p IS Person) RETURN count(*)"), (3,), "commits")
    connection.rollback()

    tap.equal(failure_of(cursor, "MATCH (p IS Person RETURN p"), "42601", "a syntax error is 42601")
    tap.equal(failure_of(cursor, "RETURN 1"), "25P02", "a failed transaction takes nothing more")
    connection.rollback()
    tap.equal(failure_of(cursor, "INSERT (IS Person {id: 1})"), "23505", "a duplicate key is 23505")
    connection.rollback()
    connection.autocommit = True

    threading.Timer(0.2, connection.cancel).start()
    start = time.monotonic()
    tap.equal(failure_of(cursor, steps.LONG_QUERY), "57014", "cancels a long query")
    tap.ok(time.monotonic() - start < 2, "the cancel is quick")
    tap.equal(one(cursor, "RETURN 1"), (1,), "the session goes on after a cancel")

    cursor.copy_expert("COPY Person (id, name) FROM STDIN WITH (FORMAT csv)",
                       io.StringIO('100,Katherine\n101,"Mary, W."\n'))
    tap.equal(one(cursor, "MATCH (p IS Person {id: 101}) RETURN p.name"), ("Mary, W.",), "loads CSV with COPY")
    psycopg2.extras.execute_batch(cursor, "INSERT (IS Person {id: %s})", [(i,) for i in range(200, 250)])
    tap.equal(one(cursor, "MATCH (p IS Person) WHERE p.id >= 200 RETURN count(*)"), (50,),
              "runs many statements in one string")
    connection.close()


main()
tap.finish()
