"""
A gate in Redis, without any SQL row: the key, one per user and the stock in one Lua script.

The server is a second one of its own, with an append-only file that is synced every second: a crash may lose
what was sold in the last one. A connection per thread, spoken to in Redis' own protocol.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL

from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.contest import Absent
from tests.bench.servers import STOCK, scratch

__all__ = ["RedisGate"]

SCRIPT = """
if redis.call('exists', KEYS[2]) == 1 then return 'replay' end
if redis.call('sismember', 'users', ARGV[1]) == 1 then return 'limit' end
if tonumber(redis.call('get', 'stock')) < 1 then return 'out' end
redis.call('decr', 'stock')
redis.call('sadd', 'users', ARGV[1])
redis.call('set', KEYS[2], ARGV[1])
redis.call('xadd', 'orders', '*', 'user', ARGV[1], 'key', KEYS[2])
return 'ok'
"""
_PATIENCE = 10.0


class RedisGate:
    """One claim is one call of the script."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.lines: list[Line] = []
        self.admin = self.connect()
        self.admin.ask("set", "stock", str(STOCK))
        self.script = str(self.admin.ask("script", "load", SCRIPT))

    @staticmethod
    @contextmanager
    def server() -> Iterator[URL]:
        """A server of its own, ended with the block."""
        program = shutil.which("redis-server")
        if program is None:
            raise Absent("there is no redis-server on this machine")
        with scratch() as folder, socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            probe.close()
            told = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder.resolve()), "--save", ""]
            kept = ["--appendonly", "yes", "--appendfsync", "everysec"]
            process = subprocess.Popen([program, *told, *kept], stdout=subprocess.DEVNULL)
            try:
                yield URL.create("redis", host="127.0.0.1", port=port)
            finally:
                process.terminate()
                process.wait(_PATIENCE)

    def connect(self) -> Line:
        line = Line(str(self.url.host), int(self.url.port or 0))
        self.lines.append(line)
        return line

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim_on(self.connect()) for _ in range(threads)]

    def claim_on(self, line: Line) -> Claim:
        def claim(user: str, key: str) -> Verdict:
            return line.ask("evalsha", self.script, "2", "stock", key, user)

        return claim

    def books(self) -> dict[str, int]:
        ask = self.admin.ask
        keys = int(ask("dbsize")) - len(("stock", "users", "orders"))
        sold = STOCK - int(ask("get", "stock"))
        return {"sold": sold, "users": int(ask("scard", "users")), "rows": int(ask("xlen", "orders")), "keys": keys}

    def close(self) -> None:
        for line in self.lines:
            line.close()


class Line:
    """A connection that speaks as much of the protocol as the gate needs: one answer for one request."""

    def __init__(self, host: str, port: int) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                self.socket = socket.create_connection((host, port), timeout=60)
                break
            except ConnectionRefusedError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = self.socket.makefile("rb")

    def ask(self, *words: str) -> str:
        """A whole answer; an error of the server is raised."""
        parts = [word.encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(p), p) for p in parts))
        head = self.answers.readline()
        sort, rest = head[:1], head[1:].strip()
        if sort == b"$":
            return self.answers.read(int(rest) + 2)[:-2].decode()
        if sort in (b"+", b":"):
            return rest.decode()
        raise RuntimeError(f"redis: {head!r}")

    def close(self) -> None:
        self.answers.close()
        self.socket.close()
