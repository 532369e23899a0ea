"""The application with asyncpg: everything prepared, everything in binary."""

import asyncio
import json
import os
import ssl
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import asyncpg
from application import ROWS, SAMPLE, Skip, expect, text

loop = asyncio.new_event_loop()
wait = loop.run_until_complete


async def pieces(connection):
    async with connection.transaction():
        return [row[0] async for row in connection.cursor(text("IDS"), prefetch=100)]


class Program(application.Application):
    version = asyncpg.__version__
    connection_string = os.environ["APP_URL"]
    Error = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)

    def connect(self, password):
        return wait(asyncpg.connect(os.environ["APP_URL"], password=password))

    def close(self, connection):
        wait(connection.close())

    def query_text(self, connection, statement):
        wait(connection.execute(statement))

    def query(self, connection, name, *parameters):
        return wait(connection.fetch(text(name), *parameters))

    def begin(self, connection):
        self.query_text(connection, "BEGIN")

    def commit(self, connection):
        self.query_text(connection, "COMMIT")

    def rollback(self, connection):
        self.query_text(connection, "ROLLBACK")

    def code(self, error):
        return error.sqlstate

    def diagnosis(self, error):
        return error.sqlstate, error.position and int(error.position), error.constraint_name

    def load(self, connection):
        wait(connection.copy_records_to_table("Person", columns=["id", "name"], records=ROWS))

    def check_sample(self, binary):
        if not binary:
            raise Skip("it knows only binary")
        super().check_sample(binary)

    def decode(self, row):
        return [json.loads(cell) for cell in row]

    def prepared(self, connection, number):
        if number == 1:
            self.by_id = wait(connection.prepare(text("NAME")))
        return wait(self.by_id.fetchval(number))

    def pieces(self, connection):
        return wait(pieces(connection))

    def cancel_step(self):
        try:
            wait(self.connection.fetch(text("LONG"), timeout=0.3))
            raise AssertionError("the query was not cancelled")
        except asyncio.TimeoutError:
            expect(self.query(self.connection, "ONE")[0][0], 1)

    def notices(self, connection):
        seen = []
        connection.add_log_listener(lambda _, message: seen.append(message.sqlstate))
        self.query_text(connection, text("WARNING"))
        wait(asyncio.sleep(0.05))
        return seen


Program().run()
