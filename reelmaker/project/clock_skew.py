"""Guards against a wrong system clock: nothing is erased because of it, and no expired consent becomes valid again.

In: the machine's date, and the dates of earlier work on the project. Out: the date to check consents by, and whether
the machine's date is so late that nothing may be erased by it without confirmation.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from reelmaker.project.library import Library

FAR = timedelta(days=366)  # after a longer pause, erasing by date needs confirmation
SURE = "If this machine's date is correct, build once with --date-is-right."


def now() -> str:
    """The current time as stored: ISO 8601 to the second, with the time zone."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def for_consents(library: Library, today: date) -> date:
    """The date by which consents are checked: never earlier than the last build of a reel.

    A difference of one day can come from time zones and is ignored.
    """
    built = _newest(str(row.get("built", "")) for row in library.reels().values())
    return built if built and built - timedelta(1) > today else today


def behind(today: date, counts: date) -> str:
    """The warning for when that makes a difference."""
    return (
        f"This machine's date is {today}, but a reel was built on {counts}: consents are checked as of that day. {SURE}"
    )


def far_ahead(library: Library, today: date) -> date | None:
    """The last day of any work on the project, if today is more than a year later; else None."""
    days = [
        *(str(row.get("built", "")) for row in library.reels().values()),
        *(when for one in library.decisions() for when in (one.made, one.withdrawn)),
        *library.erasure().marks().values(),
        *(datetime.fromtimestamp(one.mtime_ns / 1e9).isoformat() for one in library.uploads().values()),
    ]
    last = _newest(days)
    return last if last and last + FAR < today else None


def ahead(today: date, last: date, due: int) -> str:
    """The warning about answers that are due but not erased."""
    what = "1 answer is" if due == 1 else f"{due} answers are"
    return (
        f"{what} due to be erased ([privacy]), but this machine's date is {today}, more than a year "
        f"after the last work on this project ({last}), so nothing was erased. {SURE}"
    )


def set_right(library: Library, today: date) -> None:
    """Accept today's date: reels recorded as built in the future get today's date."""
    for name, row in library.reels().items():
        built = _newest([str(row.get("built", ""))])
        if built and built > today:
            now = datetime.combine(today, datetime.min.time()).astimezone()
            library.store_reel(name, {**row, "built": now.isoformat(timespec="seconds")})


def _newest(times: Iterable[str]) -> date | None:
    """The last day among ISO 8601 times; other text is skipped."""
    days = []
    for text in times:
        try:
            days.append(date.fromisoformat(text[:10]))
        except ValueError:
            continue
    return max(days, default=None)
