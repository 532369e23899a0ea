"""The application with pg8000, written in Python alone: parameters in text, the DB-API's %s. (Its
native interface takes every colon for a parameter, those of {key: value} too.)"""

import io
import os
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import pg8000
import pg8000.dbapi
from application import ROWS, Skip, text

context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


class Program(application.Application):
    version = pg8000.__version__
    connection_string = ('pg8000.dbapi.connect(user="app", password="secret", host="127.0.0.1", port=5455,'
                         ' database="quiver", ssl_context=…)')
    Error = (pg8000.dbapi.Error,)

    def connect(self, password):
        connection = pg8000.dbapi.connect(user="app", password=password, host=os.environ["PGHOST"],
                                          port=int(os.environ["PGPORT"]), database="quiver", ssl_context=context)
        connection.autocommit = True
        return connection

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        connection.cursor().execute(statement)

    def query(self, connection, name, *parameters):
        cursor = connection.cursor()
        cursor.execute(text(name, "%s") if parameters else text(name), parameters)
        return cursor.fetchall() if cursor.description else []

    def begin(self, connection):
        connection.autocommit = False

    def begin_repeatable(self, connection):
        self.query_text(connection, text("REPEATABLE"))

    def commit(self, connection):
        connection.commit()
        connection.autocommit = True

    def rollback(self, connection):
        connection.rollback()
        connection.autocommit = True

    def code(self, error):
        return error.args[0].get("C") if isinstance(error.args[0], dict) else None

    def diagnosis(self, error):
        fields = error.args[0]
        return fields["C"], int(fields["P"]) if "P" in fields else None, fields.get("n")

    def load(self, connection):
        data = io.StringIO("".join(f"{i}\t{name}\n" for i, name in ROWS))
        connection.cursor().execute(text("COPY"), stream=data)

    def check_sample(self, binary):
        if binary:
            raise Skip("it knows only text")
        super().check_sample(binary)

    def prepared(self, connection, number):
        if number == 1:
            self.query_text(connection, "PREPARE by_id AS " + text("NAME"))
        cursor = connection.cursor()
        cursor.execute(f"EXECUTE by_id({number})")
        return cursor.fetchone()[0]

    def pieces(self, connection):
        self.begin(connection)
        cursor = connection.cursor()
        cursor.execute("DECLARE pieces CURSOR FOR " + text("IDS"))
        while True:
            cursor.execute("FETCH FORWARD 100 FROM pieces")
            rows = cursor.fetchall()
            if not rows:
                break
            yield from (row[0] for row in rows)
        self.commit(connection)

    def cancel_step(self):
        raise Skip("it has no way to cancel")

    def notices(self, connection):
        self.query_text(connection, text("WARNING"))
        return [notice[b"C"].decode() for notice in connection.notices]


Program().run()
