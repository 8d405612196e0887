"""What a clock that jumps may do: it erases nobody, and no consent that has ended comes back.

In: the time of this machine, and the days on which something was done with the project. Out: the day that counts for
consents, and whether the machine's day is so late that nothing may be erased by it unasked.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from reelmaker.project.library import Library

FAR = timedelta(days=366)  # whoever has not built for longer is asked before anything is erased by date
SURE = "If the date of this machine is right, build once with --date-is-right."


def now() -> str:
    """This moment, as it is written down: ISO 8601 to the second, with the zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def for_consents(library: Library, today: date) -> date:
    """The day by which consents are looked at: never earlier than the last build of a reel.

    A day more or less comes from time zones and is none.
    """
    built = _newest(str(row.get("built", "")) for row in library.reels().values())
    return built if built and built - timedelta(1) > today else today


def behind(today: date, counts: date) -> str:
    """What to say where that made a difference."""
    return (
        f"This machine says it is {today}, but a reel was built on {counts}: consents are looked at as on that day. "
        f"{SURE}"
    )


def far_ahead(library: Library, today: date) -> date | None:
    """The last day on which anything was done or came in, where today is more than a year after it; else None."""
    days = [
        *(str(row.get("built", "")) for row in library.reels().values()),
        *(when for one in library.decisions() for when in (one.made, one.withdrawn)),
        *library.erasure().marks().values(),
        *(datetime.fromtimestamp(one.mtime_ns / 1e9).isoformat() for one in library.uploads().values()),
    ]
    last = _newest(days)
    return last if last and last + FAR < today else None


def ahead(today: date, last: date, due: int) -> str:
    """What to say where answers are due that are not erased for it."""
    what = "1 answer is" if due == 1 else f"{due} answers are"
    return (
        f"{what} due to be erased by their date ([privacy]), but this machine says it is {today}, more than a year "
        f"after anything was done here ({last}): nothing was erased for it. {SURE}"
    )


def set_right(library: Library, today: date) -> None:
    """The machine's day is right, says the team: reels that were built later than that were built today."""
    for name, row in library.reels().items():
        built = _newest([str(row.get("built", ""))])
        if built and built > today:
            now = datetime.combine(today, datetime.min.time()).astimezone()
            library.store_reel(name, {**row, "built": now.isoformat(timespec="seconds")})


def _newest(times: Iterable[str]) -> date | None:
    """The last day among ISO 8601 times; what is none is passed over."""
    days = []
    for text in times:
        try:
            days.append(date.fromisoformat(text[:10]))
        except ValueError:
            continue
    return max(days, default=None)
