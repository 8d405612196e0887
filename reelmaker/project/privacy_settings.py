"""`[privacy]` of reelmaker.toml: retention, what a withdrawn consent erases, where copies were published."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from reelmaker import permissions

RETENTION = re.compile(r"(\d{1,4})\s*(day|month|year)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long an answer is kept, in days and months; both 0: forever."""

    days: int = 0
    months: int = 0

    def __bool__(self) -> bool:
        return bool(self.days or self.months)

    def ends(self, given: date) -> date:
        """The first day on which an answer given on that day is no longer kept."""
        month = given.month - 1 + self.months
        year, month = given.year + month // 12, month % 12 + 1
        if year > date.max.year:
            return date.max
        day = min(given.day, monthrange(year, month)[1])
        return date(year, month, day) + timedelta(self.days)


@dataclass(frozen=True, slots=True)
class Privacy:
    """`[privacy]`."""

    erase_withdrawn: bool = True  # erase all data derived from an answer whose consent was withdrawn or has expired
    erase_uploads: bool = False  # also erase the file itself
    retention: Retention = Retention()
    access: str = permissions.OWNER  # who on this machine may read what the program writes
    published: tuple[str, ...] = ()  # where copies of reels were published, in the team's own words

    @property
    def erases(self) -> bool:
        """Whether builds may have to erase something."""
        return self.erase_withdrawn or bool(self.retention)


def read(reader: Any) -> Privacy:
    """Read the section; `reader` is the one that `config` opened."""
    text = str(reader.get("retention", str, "")).strip()
    match = RETENTION.fullmatch(text)
    number = int(match[1]) if match else 0
    if text and not number:
        raise reader.complain(
            "privacy",
            "retention",
            f'retention must be a number of days, months or years, such as "24 months", not "{text}"',
        )
    unit = match[2].lower() if match else "day"
    settings = Privacy(
        erase_withdrawn=reader.get("erase_withdrawn", bool, True),
        erase_uploads=reader.get("erase_uploads", bool, False),
        access=reader.choice("access", permissions.OWNER, permissions.ACCESS),
        retention=Retention(number if unit == "day" else 0, {"day": 0, "month": number, "year": 12 * number}[unit]),
        published=reader.texts("published"),
    )
    reader.finish()
    return settings
