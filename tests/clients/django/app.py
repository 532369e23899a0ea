"""The application with Django's database connections, over psycopg."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import django
import psycopg
from application import ROWS, Skip, expect, text
from django.conf import settings
from django.db import Error, connections, transaction

DATABASE = {"ENGINE": "django.db.backends.postgresql", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"],
            "NAME": "quiver", "USER": "app", "PASSWORD": "secret", "OPTIONS": {"sslmode": "require"}}
settings.configure(USE_TZ=True, TIME_ZONE="UTC", DATABASES={
    "default": DATABASE, "other": dict(DATABASE), "refused": dict(DATABASE, PASSWORD="wrong"),
    "repeatable": dict(DATABASE, OPTIONS=dict(DATABASE["OPTIONS"], isolation_level=psycopg.IsolationLevel.REPEATABLE_READ))})
django.setup()


class Program(application.Application):
    version = django.get_version()
    connection_string = 'DATABASES = {"default": ' + str(dict(DATABASE, PORT=5455)) + "}"
    Error = Error

    def connect(self, password):
        name = "refused" if password == "wrong" else "default" if self.connection is None else "other"
        connections[name].ensure_connection()
        return connections[name]

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def query(self, connection, name, *parameters):
        with connection.cursor() as cursor:
            cursor.execute(text(name, "%s") if parameters else text(name), parameters or None)
            return cursor.fetchall() if cursor.description else []

    def begin(self, connection):
        connection.set_autocommit(False)

    def commit(self, connection):
        connection.commit()
        connection.set_autocommit(True)

    def rollback(self, connection):
        if connection.get_autocommit():
            return
        connection.rollback()
        connection.set_autocommit(True)

    def code(self, error):
        return error.__cause__.sqlstate or ("28P01" if "password authentication failed" in str(error) else None)

    def diagnosis(self, error):
        diag = error.__cause__.diag
        return diag.sqlstate, diag.statement_position and int(diag.statement_position), diag.constraint_name

    def load(self, connection):
        with connection.cursor() as cursor, cursor.copy(text("COPY")) as copy:
            for row in ROWS:
                copy.write_row(row)

    def check_sample(self, binary):
        if binary:
            raise Skip("it reads results in text")
        super().check_sample(binary)

    def prepared(self, connection, number):
        return self.query(connection, "NAME", number)[0][0]

    def decode(self, row):
        import json
        return [cell if isinstance(cell, dict) else json.loads(cell) for cell in row]

    def retry_step(self):
        repeatable, failures = connections["repeatable"], []
        for attempt in range(3):
            try:
                with transaction.atomic("repeatable"):
                    self.query(repeatable, "VISITS")
                    if attempt == 0:
                        self.query(self.connection, "VISIT")
                    self.query(repeatable, "VISIT")
                break
            except Error as error:
                failures.append(self.code(error))
        expect(failures, ["40001"])
        expect(self.query(self.connection, "VISITS")[0][0], 2)

    def savepoint_step(self):
        with transaction.atomic():
            self.query(self.connection, "PERSON", 2003, "stays")
            try:
                with transaction.atomic():
                    self.query(self.connection, "DUPLICATE")
            except Error as error:
                expect(self.code(error), "23505")
        expect(len(self.query(self.connection, "NAME", 2003)), 1)

    def pieces(self, connection):
        with transaction.atomic(), connection.chunked_cursor() as cursor:
            cursor.execute(text("IDS"))
            while rows := cursor.fetchmany(100):
                yield from (row[0] for row in rows)

    def cancel(self, connection):
        connection.connection.cancel_safe()

    def notices(self, connection):
        seen = []
        connection.connection.add_notice_handler(lambda diag: seen.append(diag.sqlstate))
        self.query_text(connection, text("WARNING"))
        return seen

    def reconnect_step(self):
        self.query_text(self.connection, text("IDLE"))
        import time
        time.sleep(0.5)
        expect(self.code_of(self.query, self.connection, "ONE") is not False, True)
        self.connection.close_if_unusable_or_obsolete()
        expect(self.query(self.connection, "ONE")[0][0], 1)


Program().run()
