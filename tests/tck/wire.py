# SPDX-License-Identifier: PostgreSQL
"""The PostgreSQL protocol, as much of it as the TCK needs: one connection over a Unix socket,
trusted, text format, the extended protocol with one statement at a time.

It refuses what it does not know with WireError, and says of each error in which phase of a
statement the server raised it: that is what the TCK's "compile time" and "runtime" are held to.
"""
import socket
import struct

PARSE, BIND, EXECUTE = "parse", "bind", "execute"


class WireError(Exception):
    """The connection is of no use any more: the server went away or spoke out of turn."""


class ServerError:
    """An ErrorResponse: its SQLSTATE, its message and the phase it came in."""

    def __init__(self, fields, phase):
        self.code = fields.get("C", "")
        self.message = fields.get("M", "")
        self.phase = phase

    def __str__(self):
        return "%s at %s: %s" % (self.code, self.phase, self.message)


class Result:
    """What one statement answered: columns as (name, type OID), rows of text or None."""

    def __init__(self):
        self.columns = []
        self.rows = []
        self.error = None
        self.tag = ""


class Connection:
    def __init__(self, path, timeout):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.input = self.socket.makefile("rb")
        body = struct.pack("!i", 196608)
        for word in ("user", "tester", "database", "quiver", "client_encoding", "UTF8"):
            body += word.encode() + b"\0"
        self.send_raw(struct.pack("!i", len(body) + 5) + body + b"\0")
        result = Result()
        self.read_until_ready(result)
        if result.error:
            raise WireError("no session: %s" % result.error)

    def close(self):
        self.input.close()
        self.socket.close()

    def send_raw(self, data):
        try:
            self.socket.sendall(data)
        except OSError as why:
            raise WireError("the server went away: %s" % why) from why

    def read_message(self):
        try:
            head = self.input.read(5)
            if len(head) < 5:
                raise WireError("the server closed the connection")
            kind, length = struct.unpack("!ci", head)
            return kind, self.input.read(length - 4)
        except OSError as why:
            raise WireError("no answer: %s" % why) from why

    def run(self, text, parameters=()):
        """Parse, Bind, Describe, Execute, Sync; parameters are (type OID, text or None)."""
        oids = b"".join(struct.pack("!I", oid) for oid, _ in parameters)
        values = b"".join(
            struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value
            for value in (None if v is None else v.encode() for _, v in parameters))
        count = struct.pack("!H", len(parameters))
        self.send_raw(
            message(b"P", b"\0" + text.encode() + b"\0" + count + oids)
            + message(b"B", b"\0\0" + struct.pack("!H", 0) + count + values + struct.pack("!H", 0))
            + message(b"D", b"P\0") + message(b"E", b"\0" + struct.pack("!i", 0))
            + message(b"S", b""))
        result = Result()
        self.read_until_ready(result)
        return result

    def read_until_ready(self, result):
        phase = PARSE
        while True:
            kind, body = self.read_message()
            if kind == b"1":
                phase = BIND
            elif kind == b"2":
                phase = EXECUTE
            elif kind == b"T":
                result.columns = read_columns(body)
            elif kind == b"D":
                result.rows.append(read_row(body))
            elif kind == b"C":
                result.tag = body[:-1].decode()
            elif kind == b"E":
                result.error = ServerError(read_fields(body), phase)
            elif kind == b"R":
                if struct.unpack("!i", body[:4])[0] != 0:
                    raise WireError("the server asks for a password")
            elif kind == b"Z":
                return
            elif kind not in (b"N", b"S", b"K", b"n", b"I", b"A"):
                raise WireError("unexpected message %r" % kind)


def message(kind, body):
    return kind + struct.pack("!i", len(body) + 4) + body


def read_columns(body):
    columns = []
    at = 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        end = body.index(b"\0", at)
        columns.append((body[at:end].decode(), struct.unpack("!I", body[end + 7:end + 11])[0]))
        at = end + 19
    return columns


def read_row(body):
    row = []
    at = 2
    for _ in range(struct.unpack("!H", body[:2])[0]):
        length = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        row.append(None if length < 0 else body[at:at + length].decode())
        at += max(length, 0)
    return row


def read_fields(body):
    fields = {}
    for field in body.split(b"\0"):
        if field:
            fields[chr(field[0])] = field[1:].decode(errors="replace")
    return fields
