"""What a build is asked for, whoever starts it: the command line, a watch, a schedule, an erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """One reel to make, and what is wanted otherwise than reelmaker.toml says (None: as the file says)."""

    problems: tuple[str, ...] = ()  # short names; several make one reel with a chapter each
    all_problems: bool = False  # every problem of the file instead
    dry_run: bool = False  # choose the clips, render nothing
    draft: bool = False  # small and fast, beside the real reel
    check: bool = True  # transcribe the finished clips again and compare them with the captions
    only_if_changed: bool = False  # the old reel stays, as `[reel] refresh_when` says
    notify: bool = False  # notify the recipients in `[notify]` if the reel changed
    date_is_right: bool = False  # this machine's date is correct, however far it is from that of the last build
    model: str | None = None  # a Whisper model's name or folder
    language: str | None = None  # ISO 639-1, or "auto"
    where: Mapping[str, Sequence[str]] | None = None  # column of responses.csv -> values
    size: str | None = None  # such as "9:16"
    audience: str | None = None  # "internal" or "external"

    @property
    def name(self) -> str:
        """The reel's name without what its audience or a draft adds."""
        return "all" if self.all_problems else "+".join(dict.fromkeys(self.problems))
