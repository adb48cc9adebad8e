"""Where the app uploads to: an HTTP server on this machine that keeps only size and digest."""

from __future__ import annotations

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash

_TARGET = re.compile(r"/up\?offset=(\d{1,15})")
_LENGTH = re.compile(r"\d{1,12}")
_BLOCK = 65_536


class Sink:
    """A server on 127.0.0.1, on a *port* that the system picks; it runs until :meth:`stop`.

    ``POST /up?offset=N`` appends the body at N and answers with the bytes received so far.
    Offset 0 starts anew; any other offset but the present size is refused (409).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hash: _Hash = hashlib.sha256()
        self._size = 0
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="cachelife-sink", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def received(self) -> tuple[int, str]:
        """Size (bytes) and SHA-256 of the last content that came, as far as it came."""
        with self._lock:
            return self._size, self._hash.hexdigest()

    def stop(self) -> None:
        """Stop listening; what was received stays readable."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def begin(self, offset: int) -> bool:
        """Whether a chunk may come at *offset*; 0 forgets what came before."""
        with self._lock:
            if offset == 0:
                self._hash, self._size = hashlib.sha256(), 0
            return offset == self._size

    def take(self, block: bytes) -> None:
        """Add the next bytes of a chunk."""
        with self._lock:
            self._hash.update(block)
            self._size += len(block)


class _Server(ThreadingTCPServer):
    daemon_threads = True
    # A run must not wait for a connection that a killed process left half open.
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing: whoever sends learns of it from the broken connection."""


def _handler(sink: Sink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        timeout = 30

        def do_POST(self) -> None:
            target = _TARGET.fullmatch(self.path)
            length = self.headers.get("Content-Length", "")
            if target is None or not _LENGTH.fullmatch(length):
                self._answer(400 if target else 404, close=True)
            elif not sink.begin(int(target[1])):
                self._answer(409, close=True)
            else:
                self._receive(int(length))

        def _receive(self, length: int) -> None:
            while length:
                block = self.rfile.read(min(length, _BLOCK))
                if not block:
                    self.close_connection = True
                    return
                sink.take(block)
                length -= len(block)
            self._answer(200)

        def _answer(self, status: int, *, close: bool = False) -> None:
            body = str(sink.received[0]).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if close:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the terminal belongs to the command."""

    return Handler
