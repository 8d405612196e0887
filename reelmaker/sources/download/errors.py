"""Why a video was not brought here."""

from __future__ import annotations


class Unfetched(Exception):
    """One video did not come. `passing`: another try may help; `after_s`: the server says when."""

    def __init__(self, reason: str, *, passing: bool = False, after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.passing, self.after_s = reason, passing, after_s
