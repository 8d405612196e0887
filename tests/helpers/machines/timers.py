"""Folders with every odd sign, a plan for them, and what tests of the schedulers share."""

from __future__ import annotations

import re
from pathlib import Path

from reelmaker.automation.schedulers import Plan, plan, when

FOLDERS = [
    "/srv/my survey",
    "/srv/100% süß",
    "/srv/%h %%n %Y",
    '/srv/it\'s "here"',
    "/srv/$HOME ${X} `id`",
    "/srv/a;b & c | d <e>",
    "/srv/Größe – 調査",
    "/srv/#1 [x] {y} *?",
    "/srv/-rf",
    "/srv/a\u00a0b",
]


def planned(folder: str, every: str = "day", at: str = "06:30", problems: tuple[str, ...] = ("checkout",)) -> Plan:
    return plan(Path(folder), when(every, at), problems)


CRONTAB = """
case "$1" in
-l) [ -f table ] || { echo "no crontab for me" >&2; exit 1; }; cat table;;
-) cat > table;;
esac
"""


def command_of_cron(line: str) -> tuple[list[str], str]:
    """The five fields and the command as cron hands it to the shell: an unescaped % would end it."""
    *fields, command = line.split(" ", 5)
    assert not re.search(r"(?<!\\)%", command), command
    return fields, command.replace("\\%", "%")
