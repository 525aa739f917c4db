"""
A small supplier that speaks as `wave.yaml` says; it shares no code with the connector.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

__all__ = ["KEY", "Wave", "callback_body", "stamp", "wave_sign"]

KEY = "wave-tests-77"


def wave_sign(fields: dict[str, str], key: str = KEY) -> str:
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name] and name != "sign")
    return hashlib.md5(f"{text}&key={key}".encode()).hexdigest().upper()


def stamp(away: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + away).astimezone(timezone(timedelta(hours=8))).strftime("%Y%m%d%H%M%S")


def callback_body(key: str = KEY, **fields: str) -> bytes:
    """A call-back as the supplier sends it."""
    said = {"time": stamp(), **fields}
    return urlencode({**said, "sign": wave_sign(said, key)}).encode()


class Wave:
    """Answers the next orders and queries by what `says` has; else it takes them, in the state 1."""

    def __init__(self) -> None:
        self.orders: dict[str, dict[str, Any]] = {}
        self.says: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        wave = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
                wave.asked.append(fields)
                said = json.dumps(wave.answer(self.path, fields)).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/api"
        self._thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def answer(self, path: str, fields: dict[str, str]) -> dict[str, Any]:
        if fields.get("sign") != wave_sign(fields):
            return {"code": 1002, "msg": "sign"}
        if self.says:
            return self.says.pop(0)
        number = fields["out_no"]
        if path.endswith("/find"):
            return {"code": 0, "data": self.orders[number]} if number in self.orders else {"code": 1404}
        found = {"out_no": number, "order_no": len(self.orders) + 9000, "status": 1, "price": 9700, "cards": ""}
        return {"code": 0, "data": self.orders.setdefault(number, found)}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()
