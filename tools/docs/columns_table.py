"""The table of the columns of responses.csv that reelmaker knows."""

from __future__ import annotations

from meanings import MEANINGS

from reelmaker.ingest.responses_csv import COLUMNS

MORE = ("promised",)  # read by one output only; any column that is not known is kept as well


def columns() -> tuple[str, ...]:
    """Every column with a meaning of its own."""
    return tuple(dict.fromkeys((*COLUMNS, *MORE)))


def render() -> str:
    """A line a column."""
    lines = ["| column | meaning |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{name}` | {MEANINGS['columns'].get(name, '')} |" for name in columns())])
