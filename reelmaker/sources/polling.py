"""Fetching during a watch: at its start, and whenever `fetch_every` has passed. No failure here ends the watch."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

from reelmaker.errors import AnotherBuild, ReelmakerError
from reelmaker.progress import Progress
from reelmaker.project.config import Project, open_project
from reelmaker.sources import fetch
from reelmaker.sources import settings as source_settings
from reelmaker.sources.fetch import Fetched

LOOK_S = 60.0  # how often the settings are read
BUSY_S = 5.0  # while another build is running


class Listener(Progress, Protocol):
    """Receives the results of fetching."""

    def fetched(self, what: Fetched) -> None:
        """Sources were fetched."""


class Visits:
    """When each source was fetched last."""

    def __init__(self, folder: Path, listener: Listener) -> None:
        self._folder, self._listener = folder, listener
        self._last: dict[str, float] = {}
        self._next = 0.0

    def make(self) -> bool:
        """Fetch from the sources that are due. Returns whether anything new or changed arrived."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + LOOK_S
        try:
            project = open_project(self._folder)
        except ReelmakerError:
            return False  # the builds say so
        due = [
            source.name
            for source in source_settings.of(project)
            if now - self._last.get(source.name, float("-inf")) >= source.fetch_every * 60
        ]
        return bool(due) and self._visit(project, due, now)

    def _visit(self, project: Project, due: list[str], now: float) -> bool:
        try:
            result = fetch.fetch(project, due, report=self._listener)
        except AnotherBuild:
            self._next = now + BUSY_S
            return False
        except ReelmakerError as problem:
            self._listener.warn(f"Fetching: {problem}")
            self._last.update(dict.fromkeys(due, now))
            return False
        except Exception as problem:  # noqa: BLE001 - as in `watch`: an unexpected error must not end it
            self._listener.warn(
                f"Fetching: unexpected error ({type(problem).__name__}); run `reelmaker fetch -v` for details."
            )
            self._last.update(dict.fromkeys(due, now))
            return False
        self._last.update(dict.fromkeys(due, now))
        self._listener.fetched(result)
        return any(outcome.came or outcome.narrowed for outcome in result.outcomes)
