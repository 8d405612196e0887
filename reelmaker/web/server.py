"""The server of the review window: on 127.0.0.1 alone, on a free port, until 30 minutes after the last request."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from reelmaker import permissions
from reelmaker.web import app
from reelmaker.web.security import Gate
from reelmaker.web.workspace import Workspace

IDLE_S = 30 * 60.0
LOOK_EVERY_S = 1.0
HOST = "127.0.0.1"


class Server:
    """A server for one project folder. `gate.start_address` opens it, once."""

    def __init__(self, folder: Path, idle_s: float = IDLE_S) -> None:
        self.workspace, self.idle_s = Workspace(folder), idle_s
        self.gate: Gate = app.gated(self.workspace)
        logging.getLogger("uvicorn").setLevel(logging.CRITICAL)  # it would log addresses, which name moments
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                self.gate,
                host=HOST,
                port=0,
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=2,
            )
        )
        self._socket = self._uvicorn.config.bind_socket()
        self._socket.listen(64)  # a browser that is faster than the server waits
        self.gate.port = self._socket.getsockname()[1]

    def run(self) -> None:
        """Answer until nobody has asked for `idle_s` seconds, or until the process is told to end."""
        watch = threading.Thread(target=self._end_when_idle, daemon=True)
        watch.start()
        try:
            with permissions.restricted():  # for every thread: each changes the mask of the whole process
                self.workspace.prepare()
                self._uvicorn.run(sockets=[self._socket])
        finally:
            self._uvicorn.should_exit = True
            self.workspace.close()

    def stop(self) -> None:
        self._uvicorn.should_exit = True

    def _end_when_idle(self) -> None:
        while not self._uvicorn.should_exit:
            time.sleep(min(LOOK_EVERY_S, self.idle_s / 4))
            if self.workspace.busy:
                self.gate.last_request = time.monotonic()
            elif time.monotonic() - self.gate.last_request > self.idle_s:
                self.stop()


@contextmanager
def in_background(folder: Path, idle_s: float = IDLE_S) -> Iterator[Server]:
    """A server in a thread of this process, until the block ends; for tests and pictures."""
    server = Server(folder, idle_s)
    ended: list[BaseException] = []
    thread = threading.Thread(target=_kept(server.run, ended), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(15)
    if ended:
        raise ended[0]


def _kept(run: Callable[[], None], ended: list[BaseException]) -> Callable[[], None]:
    def runner() -> None:
        try:
            run()
        except BaseException as problem:  # noqa: BLE001 - it is raised in the thread that waits
            ended.append(problem)

    return runner
