"""The application with SQLAlchemy's core over psycopg: text() with :name, a connection from its pool."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import application
import sqlalchemy
from application import ROWS, SAMPLE, Skip, text
from sqlalchemy import event

URL = os.environ["APP_URL"].replace("postgres:", "postgresql+psycopg:")


class Program(application.Application):
    version = sqlalchemy.__version__
    connection_string = URL
    Error = sqlalchemy.exc.DBAPIError
    seen = []

    def connect(self, password):
        engine = sqlalchemy.create_engine(URL.replace("secret", password), isolation_level="AUTOCOMMIT")
        event.listen(engine, "connect", lambda driver, _: driver.add_notice_handler(lambda d: self.seen.append(d.sqlstate)))
        return engine.connect()

    def close(self, connection):
        connection.close()

    def query_text(self, connection, statement):
        connection.exec_driver_sql(statement)

    def query(self, connection, name, *parameters):
        result = connection.execute(sqlalchemy.text(text(name, ":p{}")), {f"p{i}": v for i, v in enumerate(parameters, 1)})
        return [tuple(row) for row in result] if result.returns_rows else []

    def begin(self, connection):
        self.level(connection, "READ COMMITTED")

    def begin_repeatable(self, connection):
        self.level(connection, "REPEATABLE READ")

    def level(self, connection, level):
        connection.commit()
        connection.execution_options(isolation_level=level)

    def commit(self, connection):
        connection.commit()
        self.level(connection, "AUTOCOMMIT")

    def rollback(self, connection):
        connection.rollback()
        self.level(connection, "AUTOCOMMIT")

    def code(self, error):
        return error.orig.sqlstate or ("28P01" if "password authentication failed" in str(error) else None)

    def diagnosis(self, error):
        diag = error.orig.diag
        return diag.sqlstate, diag.statement_position and int(diag.statement_position), diag.constraint_name

    def load(self, connection):
        connection.execute(sqlalchemy.text(text("PERSON", ":p{}")), [{"p1": i, "p2": name} for i, name in ROWS])

    def check_sample(self, binary):
        if binary:
            raise Skip("its dialect reads results in text")
        super().check_sample(binary)

    def prepared(self, connection, number):
        return self.query(connection, "NAME", number)[0][0]

    def pieces(self, connection):
        self.begin(connection)
        result = connection.execute(sqlalchemy.text(text("IDS")).execution_options(yield_per=100))
        for piece in result.partitions():
            yield from (row[0] for row in piece)
        self.commit(connection)

    def savepoint_step(self):
        connection = self.connection
        self.begin(connection)
        self.query(connection, "PERSON", 2003, "stays")
        inner = connection.begin_nested()
        application.expect(self.code_of(self.query, connection, "DUPLICATE"), "23505")
        inner.rollback()
        self.commit(connection)
        application.expect(len(self.query(connection, "NAME", 2003)), 1)

    def cancel(self, connection):
        connection.connection.driver_connection.cancel_safe()

    def notices(self, connection):
        self.query_text(connection, text("WARNING"))
        return self.seen


Program().run()
