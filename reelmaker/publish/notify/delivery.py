"""Delivers messages. Besides fetching, this is the only access to the network, and only if configured.

A recipient that cannot be reached yields one line; it is never an error. Contract of a channel: it is called with
(settings, message, folder, timeout_s) and raises `Undelivered` if it fails.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reelmaker import parallel, registry
from reelmaker.project.notify_settings import Notify
from reelmaker.registry import Entry

# Fact: the `setting` of `[notify]` that enables it
REGISTRY = {
    "webhook": Entry("reelmaker.publish.notify.webhook:send", setting="webhook"),
    "mail": Entry("reelmaker.publish.notify.email:send", setting="email_to"),
    "command": Entry("reelmaker.publish.notify.command:send", setting="command"),
}
WAITS_S = (1.0, 2.0, 4.0)  # before each of the three retries
TIMEOUT_S = 10.0  # without a byte from the server
LONGEST_S = 90.0  # of one try, however much the server sends


class Undelivered(Exception):
    """A recipient did not get the message; `passing`: a retry may help."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def send(
    settings: Notify,
    message: Mapping[str, Any],
    folder: Path,
    *,
    wait: Callable[[float], None] = time.sleep,
    timeout_s: float = TIMEOUT_S,
) -> list[str]:
    """Send the message to every recipient in `[notify]`.

    Args:
        message: plain values for JSON; `subject` and `text` are those of a mail.
        folder: the project's, in which the command runs.
        wait: waits that many seconds before a retry.
        timeout_s: how long a server may be silent.

    Returns:
        One line, without secrets, for each recipient that was not reached.
    """
    lines = []
    for name, channel in REGISTRY.items():
        if getattr(settings, channel.setting):
            try:
                _with_retries(partial(registry.load(channel), settings, message, folder, timeout_s), wait)
            except Undelivered as problem:
                lines.append(f"{name} was not notified: {problem}. The reel itself is finished.")
    return lines


def _with_retries(deliver: Callable[[], None], wait: Callable[[float], None]) -> None:
    for pause in (*WAITS_S, None):
        try:
            parallel.within(LONGEST_S, deliver)
            return
        except TimeoutError:
            raise Undelivered(f"no answer in {LONGEST_S:.0f} s") from None
        except Undelivered as problem:
            if pause is None or not problem.passing:
                raise
            wait(pause)


def secret(variable: str) -> bytes:
    """The value of an environment variable; settings contain only its name."""
    value = os.environ.get(variable, "")
    if not value:
        raise Undelivered(f"the environment variable {variable} is not set")
    return value.encode()


def as_json(value: Any) -> bytes:
    """The value as JSON, encoded for sending."""
    return json.dumps(value, ensure_ascii=False).encode()


def reason(problem: Exception) -> str:
    """What went wrong, without the address, which may contain a key."""
    cause = getattr(problem, "reason", None)
    problem = cause if isinstance(cause, Exception) else problem
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    return getattr(problem, "strerror", None) or type(problem).__name__
