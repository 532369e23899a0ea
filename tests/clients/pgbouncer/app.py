"""The application with psycopg 3 through PgBouncer, which speaks TLS and SCRAM to the server: its steps
with session pooling, then many clients on few connections with transaction and statement pooling."""

import os
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "psycopg3"))
import app as direct
import application
import psycopg
from application import expect, text

POOLER = os.environ["APP_SOURCE_PROGRAM"]
CLIENTS, ROUNDS = 20, 10


class Pooler:
    """A PgBouncer of its own on a socket in a folder of its own."""

    def __init__(self, mode):
        self.folder = tempfile.mkdtemp()
        settings = os.path.join(self.folder, "pgbouncer.ini")
        with open(os.path.join(self.folder, "users"), "w") as users:
            users.write('"app" "secret"\n')
        with open(settings, "w") as out:
            out.write(f"""[databases]
quiver = host=127.0.0.1 port={os.environ['PGPORT']} dbname=quiver user=app password=secret
[pgbouncer]
pool_mode = {mode}
listen_addr =
unix_socket_dir = {self.folder}
listen_port = 6432
auth_type = scram-sha-256
auth_file = {self.folder}/users
server_tls_sslmode = require
default_pool_size = 2
max_prepared_statements = 100
logfile = {self.folder}/log
""")
        self.user = ["-u", "nobody"] if os.getuid() == 0 else []
        if self.user:
            subprocess.run(["chown", "-R", "nobody", self.folder], check=True)
        self.process = subprocess.Popen([POOLER, "-q", *self.user, settings])
        self.url = f"host={self.folder} port=6432 dbname=quiver user=app sslmode=disable"
        for _ in range(100):
            if os.path.exists(os.path.join(self.folder, ".s.PGSQL.6432")):
                break
            time.sleep(0.05)

    def connect(self, password="secret"):
        return psycopg.connect(self.url, password=password, autocommit=True)

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Program(direct.Program):
    version = os.path.basename(POOLER).split("-")[-1]
    connection_string = "psycopg.connect(\"host=… port=6432 dbname=quiver user=app\"), server_tls_sslmode = require"

    def __init__(self):
        super().__init__()
        self.pooler = Pooler("session")

    def connect(self, password):
        return self.pooler.connect(password)

    def code(self, error):
        return super().code(error) or ("28P01" if "SASL authentication failed" in str(error) else None)

    def reset_step(self):
        self.connection.close()
        session_is_reset(self.pooler)
        self.pooler.stop()

    def transactions_step(self):
        many("transaction", transactions).stop()

    def statements_step(self):
        pooler = many("statement", statements)
        try:
            with pooler.connect() as connection:
                connection.execute("BEGIN")
            raise AssertionError("a block was allowed")
        except psycopg.Error:
            pooler.stop()


def transactions(pooler, number, seen):
    """Named prepared statements and blocks, on whatever server connection there is."""
    with pooler.connect() as connection:
        for i in range(ROUNDS):
            with connection.transaction():
                row = connection.execute(text("NAME", "%s"), (number,), prepare=True).fetchone()
                connection.execute("SET LOCAL statement_timeout = '10s'")
                again = connection.execute(text("NAME", "%s"), (number,), prepare=True).fetchone()
            seen.append(row == again == (f"n{number}",))


def statements(pooler, number, seen):
    with pooler.connect() as connection:
        for _ in range(ROUNDS):
            seen.append(connection.execute(text("NAME", "%s"), (number,)).fetchone() == (f"n{number}",))


def many(mode, work):
    pooler, seen = Pooler(mode), []
    threads = [threading.Thread(target=work, args=(pooler, n, seen)) for n in range(1, CLIENTS + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    try:
        expect((len(seen), all(seen)), (CLIENTS * ROUNDS, True))
        return pooler
    except BaseException:
        pooler.stop()
        raise


def session_is_reset(pooler):
    """What one client leaves behind, DISCARD ALL clears before the next gets the connection."""
    for attempt in range(6):
        with pooler.connect() as connection:
            expect(connection.execute("SHOW application_name").fetchone(), ("",))
            connection.execute("SET application_name = 'left behind'")
            connection.execute("PREPARE left_behind AS " + text("ONE"))


application.STEPS.update(reset="resets sessions between clients", transactions="pools transactions, with prepared statements",
                         statements="pools statements")
Program().run()
