"""Servers that never end: whatever they send meanwhile, a transfer has its time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reelmaker.errors import ProjectError
from reelmaker.sources.download import PartialFile, Rules, Unfetched, Web

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n"
QUICK = Rules(1_000_000, inside=True, silence_s=0.3, window_s=0.4, window_bytes=10_000)


@contextmanager
def speaking(say: Callable[[Callable[[bytes], None]], None]) -> Iterator[str]:
    """A server that answers each connection by what `say` sends, byte for byte."""
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def talk(connection: socket.socket) -> None:
        def send(raw: bytes) -> None:
            if ended.is_set():
                raise OSError
            connection.sendall(raw)

        with connection, suppress(OSError):
            connection.recv(65_536)
            say(send)

    def serve() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=talk, args=(server.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/a.mp4"
    finally:
        ended.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()


def forever(send: Callable[[bytes], None], raw: bytes) -> None:
    while True:
        send(raw)
        time.sleep(0.05)


def headers(send: Callable[[bytes], None]) -> None:
    send(b"HTTP/1.1 200 OK\r\nX-A: ")
    forever(send, b"a")


def status(send: Callable[[bytes], None]) -> None:
    for letter in b"HTTP/1.1 200 " + b"O" * 5000:
        send(bytes([letter]))
        time.sleep(0.05)


def hints(send: Callable[[bytes], None]) -> None:
    forever(send, b"HTTP/1.1 103 Early Hints\r\n\r\n")


def chunk_extension(send: Callable[[bytes], None]) -> None:
    send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;a=")
    forever(send, b"a")


def trailers(send: Callable[[bytes], None]) -> None:
    send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: ")
    forever(send, b"a")


def body_without_length(send: Callable[[bytes], None]) -> None:
    send(HEAD + b"\r\n")
    forever(send, b"a")


def silent(send: Callable[[bytes], None]) -> None:
    send(HEAD + b"Content-Length: 500000\r\n\r\n")
    time.sleep(10)


@pytest.mark.slow
@pytest.mark.parametrize("say", [headers, status, hints, chunk_extension, trailers, body_without_length, silent])
def test_a_server_that_sends_for_ever_is_left_and_nothing_of_it_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[[Callable[[bytes], None]], None]
) -> None:
    monkeypatch.setattr("reelmaker.sources.download.http.CONNECT_S", 0.2)
    monkeypatch.setattr("reelmaker.sources.download.http.WAITS_S", (1.0,))
    waits: list[float] = []
    began = time.monotonic()
    with speaking(say) as link:
        web = Web(QUICK, wait=waits.append)
        with pytest.raises(Unfetched) as told:
            web.fetch(link, PartialFile(tmp_path, "0"))
        web.close()
    assert told.value.passing and "127.0.0.1" not in told.value.reason and waits == [1.0]
    assert time.monotonic() - began < 2 * (QUICK.silence_s + QUICK.window_s) + 5
    assert threading.active_count() < 30


def test_one_file_has_its_time_however_steadily_it_comes(tmp_path: Path) -> None:
    def steadily(send: Callable[[bytes], None]) -> None:
        send(HEAD + b'Content-Length: 500000000\r\nETag: "1"\r\n\r\n')
        forever(send, b"a" * 20_000)

    waits: list[float] = []
    with speaking(steadily) as link:
        web = Web(Rules(1_000_000_000, inside=True, silence_s=5.0, longest_s=0.7), wait=waits.append)
        with pytest.raises(Unfetched, match="the next run continues") as told:
            web.fetch(link, PartialFile(tmp_path, "0"))
        web.close()
    assert told.value.passing and waits == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 500,
        b"HTTP/9.9 999999 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 40_000 + b"\r\n",
        HEAD + b"Content-Length: -5\r\n\r\nhello",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        HEAD + b"Content-Encoding: gzip, br, zstd, deflate, x\r\nContent-Length: 5\r\n\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nhello",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a:99999/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://" + b"a" * 9000 + b"/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 x\r\nRetry-After: " + b"9" * 5000 + b"\r\nContent-Length: 0\r\n\r\n",
        HEAD + b"Content-Disposition: attachment; filename*=bogus''%ff\r\nContent-Length: 9\r\n\r\nshort",
        HEAD + b"Content-Range: bytes " + b"9" * 5000 + b"-/\r\nContent-Length: 9\r\n\r\nshort",
    ],
)
def test_whatever_a_server_answers_belongs_to_its_link(tmp_path: Path, raw: bytes) -> None:
    with speaking(lambda send: send(raw)) as link:
        web = Web(QUICK, wait=lambda _: None)
        with pytest.raises(Unfetched) as told:
            web.fetch(link, PartialFile(tmp_path, "0"))
        web.close()
    assert told.value.reason and "\n" not in told.value.reason and "127.0.0.1" not in told.value.reason


def test_a_proxy_that_is_none_is_one_line_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://user:pa55word@127.0.0.1:1")
    with pytest.raises(ProjectError) as told:
        Web(QUICK)
    assert "pa55word" not in str(told.value) and "HTTPS_PROXY" in told.value.remedy
