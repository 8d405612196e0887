"""Who approved which build of a reel. No I/O."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Approval:
    """A sign-off: it belongs to one build, and rests when the reel is built anew. Withdrawn, never deleted."""

    number: int
    reel: str
    build: int
    built: str  # ISO 8601: when that build was made
    name: str
    made: str = ""  # ISO 8601
    withdrawn: str = ""  # ISO 8601, "" while it holds

    def of(self, reel: str, build: int, built: str) -> bool:
        """Whether it holds for this build."""
        return not self.withdrawn and (self.reel, self.build, self.built) == (reel, build, built)
