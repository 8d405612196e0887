"""A web server and a mail server on this machine that keep what they get, and can be told to misbehave."""

from __future__ import annotations

import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Web(ThreadingHTTPServer):
    """Answers as told, one code after the other, and keeps what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.slow_s = 0.0
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Answer)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?key=s3cret-key"

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up early is what some tests are about."""


class _Answer(BaseHTTPRequestHandler):
    server: Web

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.command, self.path, dict(self.headers.items()), body))
        time.sleep(self.server.slow_s)
        code = self.server.codes.pop(0) if self.server.codes else 200
        self.send_response(code)
        if 300 <= code < 400:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST

    def log_message(self, *_: object) -> None: ...


class Mail(socketserver.ThreadingTCPServer):
    """Speaks enough SMTP to take mails in; `answers` are given instead of the usual ones."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, list[str]] = {}
        self.heard: list[str] = []
        self.mails: list[bytes] = []
        self.tls: ssl.SSLContext | None = None
        self.secure = False
        super().__init__(("127.0.0.1", 0), _Postman)

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up early is what some tests are about."""


class _Postman(socketserver.StreamRequestHandler):
    server: Mail

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline():
            word = line.split()[0].decode("ascii", "replace").upper()
            self.server.heard.append(line.decode("ascii", "replace").strip())
            own = self.server.answers.get(word, [])
            if own:
                self.say(own.pop(0))
            elif word == "EHLO" and self.server.tls and not isinstance(self.request, ssl.SSLSocket):
                self.say("250-here\r\n250 STARTTLS")
            elif word == "EHLO" and self.server.tls:
                self.say("250-here\r\n250 AUTH PLAIN")
            elif word == "STARTTLS":
                self.say("220 go")
                assert self.server.tls
                try:
                    self.request = self.server.tls.wrap_socket(self.request, server_side=True)
                except OSError:
                    return  # the other side does not trust the certificate
                self.setup()
            elif word == "AUTH":
                self.server.secure = isinstance(self.request, ssl.SSLSocket)
                self.say("235 welcome")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.mails.append(b"".join(lines))
                self.say("250 taken")
            else:
                self.say("221 bye" if word == "QUIT" else "250 fine")

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()  # the server knows only of the plain one

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


def served(server: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
