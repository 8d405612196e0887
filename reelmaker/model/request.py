"""A build request, from whatever starts it: the command line, a watch, a schedule, an erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One reel to make, and settings that replace those in reelmaker.toml (None: as in the file)."""

    problems: tuple[str, ...] = ()  # short names; several make one reel with a chapter each
    all_problems: bool = False  # every problem of the file instead
    dry_run: bool = False  # choose the clips, render nothing
    draft: bool = False  # small and fast, next to the real reel
    check: bool = True  # transcribe the finished clips again and compare them with the captions
    only_if_changed: bool = False  # keep the current reel unless `[reel] refresh_when` is met
    notify: bool = False  # notify the recipients in `[notify]` if the reel changed
    date_is_right: bool = False  # this machine's date is correct, even if far from the last build's
    model: str | None = None  # a Whisper model's name or folder
    language: str | None = None  # ISO 639-1, or "auto"
    where: Mapping[str, Sequence[str]] | None = None  # column of responses.csv -> values
    size: str | None = None  # such as "9:16"
    audience: str | None = None  # "internal" or "external"

    @property
    def name(self) -> str:
        """The reel's name without the suffixes for its audience or a draft."""
        return "all" if self.all_problems else "+".join(dict.fromkeys(self.problems))
