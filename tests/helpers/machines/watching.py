"""Watching what is opened and what is asked for, for tests that nothing outside is read or fetched (Linux)."""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

IN_OPEN, IN_ACCESS = 0x20, 0x1  # <sys/inotify.h>
IN_NONBLOCK = 0o4000


@contextmanager
def opened(*paths: Path) -> Iterator[list[str]]:
    """The names under these files and folders that any process opens or reads meanwhile."""
    libc = ctypes.CDLL(None, use_errno=True)
    watch = libc.inotify_init1(IN_NONBLOCK)
    assert watch >= 0, os.strerror(ctypes.get_errno())
    names = {}
    for path in paths:
        number = libc.inotify_add_watch(watch, os.fsencode(path), IN_OPEN | IN_ACCESS)
        assert number >= 0, (path, os.strerror(ctypes.get_errno()))
        names[number] = path
    seen: list[str] = []
    try:
        yield seen
        while select.select([watch], [], [], 0.05)[0]:
            raw, at = os.read(watch, 65_536), 0
            while at < len(raw):
                number, _, _, length = struct.unpack_from("iIII", raw, at)
                name = raw[at + 16 : at + 16 + length].rstrip(b"\0").decode("utf-8", "replace")
                seen.append(str(names[number] / name) if name else str(names[number]))
                at += 16 + length
    finally:
        os.close(watch)


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what is sent to it meanwhile."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    asked: list[bytes] = []
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                connection.settimeout(1)
                try:
                    asked.append(connection.recv(1000))
                    connection.sendall(b"HTTP/1.0 404 Not Found\r\n\r\n")
                except OSError:
                    asked.append(b"")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1], asked
    finally:
        over.set()
        thread.join()
        server.close()


linux = pytest.mark.skipif(sys.platform != "linux", reason="watched and limited as Linux does it")
