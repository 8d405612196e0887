"""Progress callbacks of a build. The command line shows them; a program may pass its own."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives the progress of a build, from one thread at a time."""

    def step(self, name: str, total: int) -> None:
        """A step begins with `total` pieces of work."""

    def advance(self, done: int = 1) -> None:
        """`done` more pieces of the current step are finished."""

    def info(self, message: str) -> None:
        """An informational line."""

    def warn(self, message: str) -> None:
        """A warning; the work continues."""


class Silent:
    """Ignores everything."""

    def step(self, name: str, total: int) -> None: ...

    def advance(self, done: int = 1) -> None: ...

    def info(self, message: str) -> None: ...

    def warn(self, message: str) -> None: ...


class Warned(Silent):
    """Keeps the warnings, and ignores the rest."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def warn(self, message: str) -> None:
        self.lines.append(message)
