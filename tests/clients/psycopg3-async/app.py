"""The application with psycopg 3's asynchronous side; bulk load and samples in pipeline mode."""

import asyncio
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import psycopg
from application import ROWS, SAMPLE, expect, text

loop = asyncio.new_event_loop()
wait = loop.run_until_complete


async def load(connection):
    async with connection.cursor().copy(text("COPY")) as copy:
        for row in ROWS:
            await copy.write_row(row)


async def write_in_pipeline(connection, binary):
    async with connection.pipeline():
        await connection.execute(text("SAMPLE", "%b" if binary else "%t"), list(SAMPLE.values()))
        cursors = [await connection.execute(text("NAME", "%s"), (i,)) for i in range(1, 21)]
    expect([(await c.fetchone())[0] for c in cursors], [f"n{i}" for i in range(1, 21)])
    try:
        async with connection.pipeline():
            await connection.execute(text("PERSON", "%s"), (3000, "gone"))
            await connection.execute(text("DUPLICATE"))
            await connection.execute(text("PERSON", "%s"), (3001, "gone"))
        raise AssertionError("a failed pipeline succeeded")
    except psycopg.errors.UniqueViolation:
        pass
    expect(len(await fetch(connection, "NAME", 3000)) + len(await fetch(connection, "NAME", 3001)), 0)


async def fetch(connection, name, *parameters):
    cursor = await connection.execute(text(name, "%s") if parameters else text(name), parameters or None)
    return await cursor.fetchall() if cursor.description else []


async def read(connection, binary):
    cursor = await connection.cursor(binary=binary).execute(text("SAMPLE_READ", "%s"), (1,))
    return await cursor.fetchone()


async def prepared(connection, number):
    return (await (await connection.execute(text("NAME", "%s"), (number,), prepare=True)).fetchone())[0]


async def pieces(connection):
    ids = []
    async with connection.transaction(), connection.cursor("pieces", binary=True) as cursor:
        await cursor.execute(text("IDS"))
        while rows := await cursor.fetchmany(100):
            ids += [row[0] for row in rows]
    return ids


class Program(application.Application):
    version = psycopg.__version__
    connection_string = os.environ["APP_URL"]
    Error = psycopg.Error

    def connect(self, password):
        return wait(psycopg.AsyncConnection.connect(os.environ["APP_URL"], password=password, autocommit=True))

    def close(self, connection):
        wait(connection.close())

    def query_text(self, connection, statement):
        wait(connection.execute(statement))

    def query(self, connection, name, *parameters):
        return wait(fetch(connection, name, *parameters))

    def begin(self, connection):
        wait(connection.execute("BEGIN"))

    def commit(self, connection):
        wait(connection.commit())

    def rollback(self, connection):
        wait(connection.rollback())

    def code(self, error):
        return error.sqlstate or ("28P01" if "password authentication failed" in str(error) else None)

    def diagnosis(self, error):
        position = error.diag.statement_position
        return error.sqlstate, position and int(position), error.diag.constraint_name

    def load(self, connection):
        wait(load(connection))

    def sample_write(self, connection, binary):
        wait(write_in_pipeline(connection, binary))

    def sample_read(self, connection, binary):
        return wait(read(connection, binary))

    def prepared(self, connection, number):
        return wait(prepared(connection, number))

    def pieces(self, connection):
        return wait(pieces(connection))

    def cancel(self, connection):
        connection.cancel()

    def notices(self, connection):
        seen = []
        connection.add_notice_handler(lambda diag: seen.append(diag.sqlstate))
        wait(connection.execute(text("WARNING")))
        return seen


Program().run()
