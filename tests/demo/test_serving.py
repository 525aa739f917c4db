"""The demo's own server, as readers that hang up meet it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from threading import Event, Thread

import pytest
from flask import Flask, Response

from quanyi.demo_app.serving import server_of

RESET = struct.pack("ii", 1, 0)  # closing sends a reset instead of waiting for what is under way


class Answer:
    """A body that stays open until the reader has gone, and knows whether it was closed."""

    def __init__(self, hung_up: Event) -> None:
        self.closed = Event()
        self._hung_up = hung_up

    def __iter__(self) -> Iterator[bytes]:
        yield b"begun"
        self._hung_up.wait(10)

    def close(self) -> None:
        """Note it."""
        self.closed.set()


@pytest.mark.filterwarnings("error")
def test_an_answer_is_closed_when_its_reader_has_hung_up():
    """A reset connection leaves no file open behind it."""
    hung_up, answers = Event(), list[Answer]()
    app = Flask(__name__)

    @app.get("/")
    def home() -> Response:
        answers.append(Answer(hung_up))
        return Response(answers[-1], headers={"Content-Length": "5"}, direct_passthrough=True)

    server = server_of(app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with socket.create_connection(("127.0.0.1", server.server_port)) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert b"begun" in _until(reader, b"begun")
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    hung_up.set()
    closed = answers[0].closed.wait(3)
    server.shutdown()
    thread.join(10)
    server.server_close()

    assert closed


def _until(reader: socket.socket, mark: bytes) -> bytes:
    """What comes in until *mark* was among it."""
    said = b""
    while mark not in said:
        said += reader.recv(4096)
    return said
