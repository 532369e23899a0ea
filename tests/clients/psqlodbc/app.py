"""The application with psqlODBC, which pyodbc drives: parameters in text, statements prepared. ODBC
takes braces for its own escapes, so the texts say WHERE, and INSERT INTO."""

import os
import re
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import pyodbc
from application import ROWS, SAMPLE, Skip, expect, text

DRIVER = "/usr/lib/x86_64-linux-gnu/odbc/psqlodbcw.so"
SENT = dict(SAMPLE, u=str(SAMPLE["u"]), t="12:34:56.789012", tz="2024-02-29 12:34:56.789012+00", i="2 days 03:04:05",
            ns="{1,-2,3}", ss='{a,"b,\\"c\\"",""}')


def braceless(name):
    """(x IS L {key: v}) as (x IS L WHERE x.key = v) in MATCH, as INSERT INTO "L" (key) VALUES (v)."""
    query = re.sub(r"\$\d+", "?", text(name))
    pattern = re.compile(r"\((\w*) ?IS (\w+) \{([^}]*)\}\)")
    if query.startswith("INSERT"):
        found = pattern.match(query, len("INSERT "))
        pairs = [pair.split(": ") for pair in found[3].split(", ")]
        keys, values = (", ".join(pair[i] for pair in pairs) for i in (0, 1))
        return f'INSERT INTO "{found[2]}" ({keys}) VALUES ({values})'
    query = pattern.sub(lambda m: f"({m[1]} IS {m[2]} WHERE " + re.sub(r"(\w+): ", rf"{m[1]}.\1 = ", m[3]) + ")", query)
    return query.replace("[IS KNOWS {since: 1843}]->(b)", "[k IS KNOWS]->(b) SET k.since = 1843")


def connection_text(password, port):
    return (f"DRIVER={DRIVER};SERVER=127.0.0.1;PORT={port};DATABASE=quiver;UID=app;PWD={password};SSLMODE=require")


class Program(application.Application):
    connection_string = connection_text("secret", 5455)
    Error = pyodbc.Error

    @property
    def version(self):
        connection = self.connect("secret")
        found = connection.getinfo(pyodbc.SQL_DRIVER_VER)
        connection.close()
        return found

    def connect(self, password):
        connection = pyodbc.connect(connection_text(password, os.environ["PGPORT"]), autocommit=True)
        connection.setencoding("utf-8")
        return connection

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        connection.execute(statement)

    def query(self, connection, name, *parameters):
        cursor = connection.execute(braceless(name), *parameters)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def begin(self, connection):
        connection.autocommit = False

    def begin_repeatable(self, connection):
        connection.set_attr(pyodbc.SQL_ATTR_TXN_ISOLATION, pyodbc.SQL_TXN_REPEATABLE_READ)
        connection.autocommit = False

    def commit(self, connection):
        connection.commit()
        connection.autocommit = True

    def rollback(self, connection):
        connection.rollback()
        connection.autocommit = True

    def code(self, error):
        return "28P01" if "password authentication failed" in str(error) else error.args[0]

    def load(self, connection):
        connection.autocommit = False
        connection.cursor().executemany(braceless("PERSON"), ROWS)
        self.commit(connection)

    def check_sample(self, binary):
        if binary:
            raise Skip("it knows only text")
        self.query(self.connection, "SAMPLE", *SENT.values())
        got = self.query(self.connection, "SAMPLE_READ", 1)[0]
        for value, (key, wanted) in zip(got, SENT.items()):
            # The driver gives booleans as characters, and times without their microseconds.
            if key not in ("flag", "t", "tz"):
                expect((key, str(value) if key == "u" else value), (key, wanted))
        expect(self.query(self.connection, "SAMPLE_TEXT")[0][0], text("SAMPLE_EXPECTED"))
        self.query(self.connection, "SAMPLE_DROP")

    def decode(self, row):
        import json
        return [json.loads(cell) for cell in row]

    def prepared(self, connection, number):
        if number == 1:
            self.cursor = connection.cursor()
        return self.cursor.execute(braceless("NAME"), number).fetchval()

    def pieces(self, connection):
        connection.autocommit = False
        connection.execute("DECLARE pieces CURSOR FOR " + text("IDS"))
        while rows := connection.execute("FETCH FORWARD 100 FROM pieces").fetchall():
            yield from (row[0] for row in rows)
        self.commit(connection)

    def cancel_step(self):
        cursor = self.connection.cursor()
        timer = threading.Timer(0.3, cursor.cancel)
        timer.start()
        expect(self.code_of(cursor.execute, text("LONG")) in ("57014", "HY008"), True)
        timer.join()
        expect(self.query(self.connection, "ONE")[0][0], 1)

    def notices(self, connection):
        raise Skip("pyodbc shows messages of results only")

    def error_step(self):
        for name, wanted in (("SYNTAX", "42601"), ("DUPLICATE", "23505")):
            expect(self.code_of(self.query, self.connection, name), wanted)


Program().run()
