"""What the channels share: beside `doctor --fetch` the only door to the network, and only where configured.

In: `[notify]` and a message. Out: one line for each addressee that could not be reached; it never raises for one.
Contract: a channel is called with (settings, message, folder, timeout_s) and raises `Undelivered` where it failed.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from reelmaker import registry
from reelmaker.project.notify_settings import Notify
from reelmaker.registry import Entry

# Fact: `setting` of `[notify]` by which it is wanted
REGISTRY = {
    "webhook": Entry("reelmaker.publish.notify.webhook:send", setting="webhook"),
    "mail": Entry("reelmaker.publish.notify.email:send", setting="email_to"),
    "command": Entry("reelmaker.publish.notify.command:send", setting="command"),
}
WAITS_S = (1.0, 2.0, 4.0)  # before each of the three further tries
TIMEOUT_S = 10.0  # without a byte from the other side


class Undelivered(Exception):
    """One addressee did not get the message; `passing`: another try may help."""

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
    """Tell everybody of `[notify]`.

    Args:
        message: plain values for JSON; `subject` and `text` are those of a mail.
        folder: the project's, in which the command runs.
        wait: waits so many seconds before another try.
        timeout_s: how long a server may be silent.

    Returns:
        For each addressee that was not reached one line, without secrets.
    """
    lines = []
    for name, channel in REGISTRY.items():
        if getattr(settings, channel.setting):
            try:
                _tried(partial(registry.load(channel), settings, message, folder, timeout_s), wait)
            except Undelivered as problem:
                lines.append(f"{name} was not notified: {problem}. The reel itself is finished.")
    return lines


def _tried(way: Callable[[], None], wait: Callable[[float], None]) -> None:
    for pause in (*WAITS_S, None):
        try:
            way()
            return
        except Undelivered as problem:
            if pause is None or not problem.passing:
                raise
            wait(pause)


def secret(variable: str) -> bytes:
    """What an environment variable holds; settings name it only."""
    found = os.environ.get(variable, "")
    if not found:
        raise Undelivered(f"the environment variable {variable} is not set")
    return found.encode()


def as_json(value: Any) -> bytes:
    """Plain values, as they are sent."""
    return json.dumps(value, ensure_ascii=False).encode()


def reason(problem: Exception) -> str:
    """What went wrong, without the address: it may hold a key."""
    inner = getattr(problem, "reason", None)
    problem = inner if isinstance(inner, Exception) else problem
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    return getattr(problem, "strerror", None) or type(problem).__name__
