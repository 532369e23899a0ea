"""The application with psycopg 3, its synchronous side."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import psycopg
from application import ROWS, SAMPLE, text


class Program(application.Application):
    version = psycopg.__version__
    connection_string = os.environ["APP_URL"]
    Error = psycopg.Error

    def connect(self, password):
        return psycopg.connect(os.environ["APP_URL"], password=password, autocommit=True)

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        connection.execute(statement)

    def query(self, connection, name, *parameters):
        cursor = connection.execute(text(name, "%s") if parameters else text(name), parameters or None)
        return cursor.fetchall() if cursor.description else []

    def begin(self, connection):
        connection.execute("BEGIN")

    def commit(self, connection):
        connection.commit()

    def rollback(self, connection):
        connection.rollback()

    def code(self, error):
        return error.sqlstate or ("28P01" if "password authentication failed" in str(error) else None)

    def diagnosis(self, error):
        position = error.diag.statement_position
        return error.sqlstate, position and int(position), error.diag.constraint_name

    def load(self, connection):
        with connection.cursor().copy(text("COPY_BINARY")) as copy:
            copy.set_types(["int8", "text"])
            for row in ROWS:
                copy.write_row(row)

    def sample_write(self, connection, binary):
        connection.execute(text("SAMPLE", "%b" if binary else "%t"), list(SAMPLE.values()))

    def sample_read(self, connection, binary):
        return connection.cursor(binary=binary).execute(text("SAMPLE_READ", "%s"), (1,)).fetchone()

    def prepared(self, connection, number):
        return connection.execute(text("NAME", "%s"), (number,), prepare=True).fetchone()[0]

    def pieces(self, connection):
        with connection.transaction(), connection.cursor("pieces") as cursor:
            cursor.execute(text("IDS"))
            while rows := cursor.fetchmany(100):
                yield from (row[0] for row in rows)

    def cancel(self, connection):
        connection.cancel_safe()

    def notices(self, connection):
        seen = []
        connection.add_notice_handler(lambda diag: seen.append(diag.sqlstate))
        connection.execute(text("WARNING"))
        return seen


if __name__ == "__main__":
    Program().run()
