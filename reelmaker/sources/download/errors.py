"""Why a download failed."""

from __future__ import annotations


class Unfetched(Exception):
    """One video could not be downloaded. `passing`: a retry may help; `after_s`: the server's wait time."""

    def __init__(self, reason: str, *, passing: bool = False, after_s: float = 0.0) -> None:
        super().__init__(reason)
        self.reason, self.passing, self.after_s = reason, passing, after_s
