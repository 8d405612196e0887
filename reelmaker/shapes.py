"""The shape of what our own files hold: a file or row that was damaged, edited or replaced is noticed where it is read.

In: a JSON file, or a value of JSON, and its shape. Out: the value, or `Misshapen`. A shape is a function that takes a
value and raises for a wrong one; `record`, `list_of` and `optional` make shapes of shapes. Keys that a shape does not
name may hold anything.
"""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

MOST_BYTES = 200_000_000  # of a file; a manifest of ten thousand moments has some MB
DEEPEST = 40  # lists and records inside each other; ours have at most nine
FARTHEST = 1 << 62  # of whole numbers: milliseconds, bytes, nanoseconds

Shape = Callable[[Any], object]


class Misshapen(ValueError):
    """It is not what we write."""


def read(path: Path, shape: Shape) -> Any:
    """The value of a JSON file of ours.

    Raises:
        Misshapen: it is no JSON, of another shape, too large, or no ordinary file.
        OSError: it cannot be read.
    """
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(number, "rb") as file:
        facts = os.fstat(file.fileno())
        if not stat.S_ISREG(facts.st_mode) or facts.st_size > MOST_BYTES:
            raise Misshapen("no ordinary file, or too large")
        raw = file.read(MOST_BYTES + 1)
    return loaded(raw, shape)


def loaded(raw: bytes | str, shape: Shape) -> Any:
    """The value of JSON.

    Raises:
        Misshapen: it is no JSON, of another shape, or nested too deeply.
    """
    try:
        value = json.loads(raw, parse_constant=_refused)
    except (ValueError, RecursionError) as problem:
        raise Misshapen(type(problem).__name__) from None
    shallow(value)
    shape(value)
    return value


def shallow(value: Any) -> None:
    """A value whose lists and records are not nested more deeply than ours, and whose texts can be written."""
    waiting = [(value, 0)]
    while waiting:
        inner, depth = waiting.pop()
        if depth > DEEPEST:
            raise Misshapen("nested too deeply")
        if isinstance(inner, dict):
            waiting += [(part, depth + 1) for pair in inner.items() for part in pair]
        elif isinstance(inner, list):
            waiting += [(part, depth + 1) for part in inner]
        elif isinstance(inner, str):
            text(inner)
        elif isinstance(inner, float):
            number(inner)


def text(value: Any) -> None:
    """Text without halves of characters."""
    if not isinstance(value, str) or not (value.isascii() or _whole(value)):
        raise Misshapen("no text")


def whole(value: Any) -> None:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > FARTHEST:
        raise Misshapen("no whole number")


def natural(value: Any) -> None:
    """A whole number from 0."""
    whole(value)
    if value < 0:
        raise Misshapen("below 0")


def number(value: Any) -> None:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise Misshapen("no number")


def flag(value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise Misshapen("neither true nor false")


def anything(value: Any) -> None:
    """Whatever it is."""


def optional(shape: Shape) -> Shape:
    """That, or null."""

    def check(value: Any) -> None:
        if value is not None:
            shape(value)

    return check


def list_of(shape: Shape, exactly: int | None = None) -> Shape:
    """A list of such values."""

    def check(value: Any) -> None:
        if not isinstance(value, list) or (exactly is not None and len(value) != exactly):
            raise Misshapen("no list")
        for part in value:
            shape(part)

    return check


def table_of(shape: Shape) -> Shape:
    """A record whose values are all such."""

    def check(value: Any) -> None:
        if not isinstance(value, dict):
            raise Misshapen("no record")
        for part in value.values():
            shape(part)

    return check


def record(needed: Mapping[str, Shape], usual: Mapping[str, Shape] | None = None) -> Shape:
    """A record with the needed keys, and values of the usual keys that have their shape where they are there."""

    def check(value: Any) -> None:
        if not isinstance(value, dict) or not needed.keys() <= value.keys():
            raise Misshapen("no record, or a key is missing")
        for key, shape in {**needed, **(usual or {})}.items():
            if key in value:
                shape(value[key])

    return check


def _refused(constant: str) -> None:
    raise Misshapen(constant)


def _whole(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
