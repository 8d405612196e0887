"""What a build tells while it works. The command line shows it; a program may pass its own."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Listens to a build. Calls come from one thread at a time."""

    def step(self, name: str, total: int) -> None:
        """A step begins: `total` pieces of work are to be done in it."""

    def advance(self, done: int = 1) -> None:
        """So many pieces of the current step are done."""

    def info(self, message: str) -> None:
        """Something worth a line."""

    def warn(self, message: str) -> None:
        """Something is odd, and the work goes on."""


Report = Progress


class Silent:
    """Says nothing."""

    def step(self, name: str, total: int) -> None: ...

    def advance(self, done: int = 1) -> None: ...

    def info(self, message: str) -> None: ...

    def warn(self, message: str) -> None: ...
