"""A small web server of this machine that behaves as badly as it is told to, and counts what it sent."""

from __future__ import annotations

import gzip
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock

PIECE = 16_384


@dataclass
class Film:
    """What lies at a path, and how it is sent."""

    body: bytes = b""
    kind: str = "video/mp4"
    etag: str = '"first"'
    modified: str = ""
    ranges: bool = True
    first: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # answers before the film, one each
    always: tuple[int, dict[str, str]] | None = None  # this and nothing else
    breaks_after: list[int] = field(default_factory=list)  # bytes after which the connection is reset, one a request
    then: Film | None = None  # what lies there after the first break
    says: int | None = None  # another length than the true one
    no_length: bool = False
    packed: bool = False
    pause_s: float = 0.0  # between pieces
    piece: int = PIECE
    headers: dict[str, str] = field(default_factory=dict)
    off_by: int = 0  # the part that is sent starts so much elsewhere
    at_most: int = 0  # bytes of a part, 0 for all


@dataclass
class Served:
    """A running server."""

    url: str
    films: dict[str, Film] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)  # bytes of bodies, by path

    def put(self, path: str, body: bytes = b"", **how: Any) -> str:
        self.films[path] = Film(body, **how)
        return self.url + path


@contextmanager
def serving() -> Iterator[Served]:
    """A server at a free port, until the block ends."""
    served = Served("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            served.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            film = served.films.get(path)
            if film is None:
                self._plain(404, {})
            elif film.always:
                self._plain(*film.always)
            elif film.first:
                self._plain(*film.first.pop(0))
            else:
                self._film(path, film)

        def _plain(self, code: int, headers: dict[str, str]) -> None:
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _film(self, path: str, film: Film) -> None:
            body, start, code = film.body, 0, 200
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            same = self.headers.get("If-Range") in (None, film.etag, film.modified)
            if asked and film.ranges and same:
                start, code = int(asked[1]) + film.off_by, 206
                if int(asked[1]) >= len(body):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(body)}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
            if film.packed:
                body = gzip.compress(body)
            part = body[start:]
            if code == 206 and film.at_most:
                part = part[: film.at_most]
            self.send_response(code)
            self.send_header("Content-Type", film.kind)
            if film.etag:
                self.send_header("ETag", film.etag)
            if film.modified:
                self.send_header("Last-Modified", film.modified)
            if film.packed:
                self.send_header("Content-Encoding", "gzip")
            if code == 206:
                self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(body)}")
            if film.no_length:
                self.send_header("Connection", "close")
                self.close_connection = True
            else:
                self.send_header("Content-Length", str(len(part) if film.says is None else film.says))
            for name, value in film.headers.items():
                self.send_header(name, value)
            self.end_headers()
            stop = film.breaks_after.pop(0) if film.breaks_after else None
            at = 0
            try:
                while at < len(part) and (stop is None or at < stop):
                    piece = part[at : min(at + film.piece, len(part) if stop is None else stop)]
                    self.wfile.write(piece)
                    at += len(piece)
                    served.sent[path] = served.sent.get(path, 0) + len(piece)
                    if film.pause_s:
                        time.sleep(film.pause_s)
            except OSError:
                self.close_connection = True
                return
            if stop is not None:
                if film.then:
                    served.films[path] = film.then
                time.sleep(0.1)  # so that the other side has read what was sent
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
            elif film.says is not None and film.says > len(part):
                self.close_connection = True

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    own = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # whatever proxy this machine has
    try:
        with mock.patch.dict(os.environ, own):
            yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
