"""Guards against a wrong system clock: nothing is erased because of it, and no expired consent becomes valid again.

The machine's date is compared with the dates of earlier work on the project. The result is the date by which to check
consents, and whether erasing by the machine's date needs confirmation.
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


def behind(today: date, consent_day: date) -> str:
    """The warning if consents are checked as of another day than the machine's date."""
    return f"This machine's date is {today}, but a reel was built on {consent_day}: consents are checked as of that day. {SURE}"


def far_ahead(library: Library, today: date) -> date | None:
    """The last day of any work on the project, if today is more than a year later; else None."""
    days = [
        *(str(row.get("built", "")) for row in library.reels().values()),
        *(time for record in library.decisions() for time in (record.made, record.withdrawn)),
        *library.erasure().marks().values(),
        *(datetime.fromtimestamp(record.mtime_ns / 1e9).isoformat() for record in library.uploads().values()),
    ]
    last_day = _newest(days)
    return last_day if last_day and last_day + FAR < today else None


def ahead(today: date, last_day: date, due: int) -> str:
    """The warning about answers that are due but not erased."""
    answers = "1 answer is" if due == 1 else f"{due} answers are"
    return (
        f"{answers} due to be erased ([privacy]), but this machine's date is {today}, more than a year "
        f"after the last work on this project ({last_day}), so nothing was erased. {SURE}"
    )


def set_right(library: Library, today: date) -> None:
    """Accept today's date: reels recorded as built in the future get today's date."""
    for name, row in library.reels().items():
        built = _newest([str(row.get("built", ""))])
        if built and built > today:
            today_midnight = datetime.combine(today, datetime.min.time()).astimezone()
            library.store_reel(name, {**row, "built": today_midnight.isoformat(timespec="seconds")})


def _newest(times: Iterable[str]) -> date | None:
    """The last day among ISO 8601 times; other text is skipped."""
    days = []
    for text in times:
        try:
            days.append(date.fromisoformat(text[:10]))
        except ValueError:
            continue
    return max(days, default=None)
