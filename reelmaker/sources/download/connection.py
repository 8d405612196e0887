"""The connection of one request: who may be at its other end, and how long it may take, whatever is sent meanwhile.

Watches the events of the web client; ends the connection when its time is over, or raises an error before anything is
sent.
"""

from __future__ import annotations

import math
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any


class Watched:
    """Ends the connection of a request that takes too long.

    A timeout of reads does not notice a server that sends a byte now and then, in headers or between blocks. So a
    thread waits for the deadline, which every block moves, and then shuts the connection.
    """

    def __init__(self, allow: Callable[[str], None]) -> None:
        self.late = False  # whether it was ended
        self._allow = allow  # raises where the address that answers may not be asked
        self._deadline, self._ended = math.inf, False
        self._socket: socket.socket | None = None
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()

    def until(self, deadline: float) -> None:
        """Move the deadline, a time of `time.monotonic`."""
        with self._changed:
            if deadline < self._deadline:  # a later one is seen when the earlier one has passed
                self._changed.notify()
            self._deadline = deadline

    def heard(self, event: str, info: Mapping[str, Any]) -> None:
        """The client's `trace`: of a new connection the address is checked before the request is sent."""
        if not event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            return
        stream = info["return_value"]
        with self._changed:
            self._socket = stream.get_extra_info("socket")
        if event.endswith(".connect_tcp.complete"):
            try:
                self._allow(str(stream.get_extra_info("server_addr")[0]))
            except BaseException:
                stream.close()
                raise

    def _wait(self) -> None:
        with self._changed:
            while not self._ended:
                left = self._deadline - time.monotonic()
                if left <= 0 and self._socket is not None:
                    self.late = True
                    with suppress(OSError):  # it was closed just now
                        # not that of TLS, which another thread reads
                        socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                    return
                self._changed.wait(min(max(left, 0.05), 3600))
