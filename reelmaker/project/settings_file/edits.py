"""What is changed in the text of reelmaker.toml: the texts of a problem, a new problem, the vocabulary. Pure.

Each edit is checked: read again, the text holds what it held before and the new values, and nothing else changed.
"""

from __future__ import annotations

import copy
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, Array

from reelmaker.errors import ProjectError
from reelmaker.model import Problem
from reelmaker.project.toml_writer import quoted

# key in the file -> field of `Problem`; in the order in which a new problem is written
ONE = {"statement": "statement", "outcome": "outcome", "describe": "describe", "kind": "kind"}
SEVERAL = {"question": "question", "phrases": "phrases", "not": "near_misses"}
KEYS = ("statement", "question", "outcome", "describe", "phrases", "not", "kind")
PROBLEM = re.compile(r"^[ \t]*\[\s*problems\s*\.[^\]\n]*\][^\n]*\n", re.MULTILINE)
HEADER = re.compile(r"^[ \t]*\[", re.MULTILINE)
Value = str | tuple[str, ...]
Values = Mapping[str, Value]


def values_of(problem: Problem) -> dict[str, Value]:
    """The texts of a problem by their keys in the file."""
    return {key: getattr(problem, {**ONE, **SEVERAL}[key]) for key in KEYS}


def problem(text: str, current: Problem, values: Values) -> str:
    """The file with these texts of a problem; what is the same stays as it is written.

    Raises:
        ProjectError: the file is written in a way that cannot be changed safely.
    """
    before = values_of(current)
    new = {key: value for key, value in values.items() if key in KEYS and value != before[key]}
    return _set(text, ("problems", current.slug), new) if new else text


def added(text: str, slug: str, values: Values) -> str:
    """The file with one more problem, after the others.

    Raises:
        ProjectError: there is a problem of that name, or the file cannot be changed safely.
    """
    data = tomllib.loads(text)
    if slug in data.get("problems", {}):
        raise ProjectError(f'There is a problem "{slug}" already.', "Choose another short name.")
    given = {key: _plain(values[key]) for key in KEYS if values.get(key) and (key, values[key]) != ("kind", "pain")}
    expected = copy.deepcopy(data)
    expected.setdefault("problems", {})[slug] = given
    lines = [f"[problems.{slug}]", *(f"{key} = {_written(value)}" for key, value in given.items())]
    section = "\n".join(lines) + "\n"
    for candidate in (_after_others(text, section), f"{text.rstrip()}\n\n{section}".lstrip()):
        if _holds(candidate, expected):
            return candidate
    raise _unsafe(f"[problems.{slug}]")


def vocabulary(text: str, names: Sequence[str]) -> str:
    """The file with these names as the vocabulary of speech recognition.

    Raises:
        ProjectError: the file cannot be changed safely.
    """
    return _set(text, ("transcribe",), {"vocabulary": tuple(names)})


def _set(text: str, section: Sequence[str], new: Values) -> str:
    expected = tomllib.loads(text)
    table = expected
    for name in section:
        table = table.setdefault(name, {})
    for key, value in new.items():
        if key in table or value:
            table[key] = _plain(value, table.get(key))
    try:
        document = tomlkit.parse(text)
        place: Any = document
        for name in section:
            if name not in place:
                place[name] = tomlkit.table()
            place = place[name]
        for key, value in new.items():
            _put(place, key, _plain(value, place.get(key)))
        changed = tomlkit.dumps(document)
    except (TOMLKitError, AttributeError, TypeError, ValueError):
        raise _unsafe(f"[{'.'.join(section)}]") from None
    if not _holds(changed, expected):
        raise _unsafe(f"[{'.'.join(section)}]")
    return changed


def _plain(value: Value, old: Any = None) -> str | list[str]:
    """As the file holds it: one text alone where there was one."""
    if isinstance(value, str):
        return value
    return value[0] if len(value) == 1 and isinstance(old, str) else list(value)


def _put(table: Any, key: str, value: str | list[str]) -> None:
    old = table.get(key)
    if isinstance(old, Array) and isinstance(value, list):
        _adjust(old, value)
    elif key in table:
        table[key] = value
    elif value:
        rest = _cut_rest(table)
        table[key] = value
        for item in rest:
            table.append(None, item)


def _adjust(array: Array, texts: Sequence[str]) -> None:
    """Change only the entries that differ, so that comments between the others stay."""
    matcher = difflib.SequenceMatcher(None, [str(entry) for entry in array], list(texts), autojunk=False)
    for kind, first, stop, new_first, new_stop in reversed(matcher.get_opcodes()):
        if kind == "equal":
            continue
        for place in reversed(range(first, stop)):
            del array[place]
        for text in reversed(texts[new_first:new_stop]):
            array.insert(first, text)


def _cut_rest(table: Any) -> list[Any]:
    """Take what follows the last key of a section out of it: comments there belong to the next section."""
    body = table.value.body if isinstance(table, AbstractTable) else []
    rest: list[Any] = []
    while body and body[-1][0] is None:
        rest.insert(0, body.pop()[1])
    return rest


def _after_others(text: str, section: str) -> str:
    """The text with a section after the last one of a problem, or before the first of all."""
    headers = list(PROBLEM.finditer(text))
    following = HEADER.search(text, headers[-1].end() if headers else 0)
    end = len(text)
    if following:
        lines = text[: following.start()].splitlines(keepends=True)
        while lines and lines[-1].lstrip().startswith("#"):  # what stands directly above belongs to what follows
            lines.pop()
        end = len("".join(lines))
    return f"{text[:end].rstrip()}\n\n{section}{_spaced(text[end:])}".lstrip("\n")


def _spaced(rest: str) -> str:
    stripped = rest.lstrip("\n")
    return f"\n{stripped}" if stripped else ""


def _holds(text: str, expected: Mapping[str, Any]) -> bool:
    try:
        return tomllib.loads(text) == expected
    except (tomllib.TOMLDecodeError, RecursionError):
        return False


def _written(value: str | list[str]) -> str:
    if isinstance(value, str):
        return quoted(value)
    if len(value) == 1:
        return f"[{quoted(value[0])}]"
    return "[\n" + "".join(f"  {quoted(text)},\n" for text in value) + "]"


def _unsafe(section: str) -> ProjectError:
    return ProjectError(
        f"reelmaker.toml: {section} is written in a way that cannot be changed here without harm.",
        "Change it in an editor; the window shows it at once.",
    )
