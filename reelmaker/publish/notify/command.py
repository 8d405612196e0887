"""Passes the message to the program in `[notify]`, as JSON on its standard input."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmaker import media
from reelmaker.errors import ReelmakerError
from reelmaker.project.notify_settings import Notify
from reelmaker.publish.notify.delivery import Undelivered, as_json, reason

COMMAND_S = 60.0


def send(settings: Notify, message: Mapping[str, Any], folder: Path, timeout_s: float) -> None:
    """Run the program in the project's folder."""
    try:
        code = media.command(settings.command, as_json(message), folder, COMMAND_S)
    except FileNotFoundError:
        raise Undelivered(f'there is no program "{settings.command[0]}"') from None
    except (OSError, ReelmakerError) as problem:
        raise Undelivered(reason(problem)) from None
    if code is None:
        raise Undelivered(f"it ran longer than {COMMAND_S:.0f} s and was stopped")
    if code:
        raise Undelivered(f"it failed with {code}")
