"""The application with psycopg2: parameters are put into the text by the driver."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import psycopg2
import psycopg2.extensions
import psycopg2.extras
from application import ROWS, Skip, text

psycopg2.extras.register_uuid()


class Program(application.Application):
    version = psycopg2.__version__.split()[0]
    connection_string = os.environ["APP_URL"]
    Error = psycopg2.Error

    def connect(self, password):
        connection = psycopg2.connect(os.environ["APP_URL"], password=password)
        connection.autocommit = True
        return connection

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        connection.cursor().execute(statement)

    def query(self, connection, name, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(text(name, "%s") if parameters else text(name), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def begin(self, connection):
        connection.autocommit = False

    def commit(self, connection):
        connection.commit()
        connection.autocommit = True

    def rollback(self, connection):
        connection.rollback()
        connection.autocommit = True

    def begin_repeatable(self, connection):
        connection.autocommit = False
        connection.set_session(isolation_level="REPEATABLE READ")

    def code(self, error):
        return error.pgcode or ("28P01" if "password authentication failed" in str(error) else None)

    def diagnosis(self, error):
        position = error.diag.statement_position
        return error.pgcode, position and int(position), error.diag.constraint_name

    def load(self, connection):
        import io
        data = io.StringIO("".join(f"{i}\t{name}\n" for i, name in ROWS))
        connection.cursor().copy_expert(text("COPY"), data)

    def check_sample(self, binary):
        if binary:
            raise Skip("it knows only text")
        super().check_sample(binary)

    def prepared(self, connection, number):
        with connection.cursor() as cursor:
            if number == 1:
                cursor.execute("PREPARE by_id AS " + text("NAME"))
            cursor.execute("EXECUTE by_id(%s)", (number,))
            return cursor.fetchone()[0]

    def pieces(self, connection):
        connection.autocommit = False
        with connection.cursor("pieces") as cursor:
            cursor.itersize = 100
            cursor.execute(text("IDS"))
            yield from (row[0] for row in cursor)
        self.commit(connection)

    def cancel(self, connection):
        connection.cancel()

    def notices(self, connection):
        connection.cursor().execute(text("WARNING"))
        return ["25P01" for notice in connection.notices if "there is no transaction in progress" in notice]


Program().run()
