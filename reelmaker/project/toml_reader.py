"""Reads one section of reelmaker.toml key by key: checks types, ranges and unknown keys.

Errors name the line, the key and the nearest valid one.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.text.cleaning import clean

LONGEST_LINE = 700  # characters of a message about the file
MOST_BYTES = 5_000_000  # of reelmaker.toml


def _no_line(section: str, key: str, what: str) -> ProjectError:
    return ProjectError(what)


@dataclass(frozen=True, slots=True)
class RawTables:
    """Tables that another package reads when needed, so that a mistake in them affects nothing else."""

    tables: tuple[Mapping[str, Any], ...] = ()
    complain: Callable[[str, str, str], ProjectError] = field(default=_no_line, compare=False)


class Reader:
    """Reads typed values from one TOML table and refuses unknown keys."""

    def __init__(self, table: Any, where: str, complain: Callable[[str, str, str], ProjectError]) -> None:
        if not isinstance(table, dict):
            raise complain(where, "", f"{where} must be a section, starting with [{where}]")
        self.table, self.where, self.complain = table, where, complain
        self.known: list[str] = []

    def get(self, key: str, kind: type | tuple[type, ...], default: Any, what: str = "") -> Any:
        self.known.append(key)
        if key not in self.table:
            return default
        value = self.table[key]
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            names = {str: "text in quotes", bool: "true or false", list: "a list", dict: "a section"}
            expected = what or names.get(kinds[0], "a number")
            raise self.complain(self.where, key, f"{key} must be {expected}, not {value_text(value)}")
        return clean(value) if isinstance(value, str) else value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self.get(key, (int, float), default)
        if not low <= value <= high:
            raise self.complain(self.where, key, f"{key} must be between {low:g} and {high:g}, not {value_text(value)}")
        return float(value)

    def choice(self, key: str, default: str, allowed: tuple[str, ...]) -> str:
        value = str(self.get(key, str, default))
        if value not in allowed:
            hint = nearest(value, allowed)
            raise self.complain(
                self.where,
                key,
                f'{key} must be one of {", ".join(allowed)}, not "{value}". {hint}'.rstrip(),
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.get(key, (list, str), [], "text in quotes, or a list of them")
        values = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) for item in values):
            raise self.complain(self.where, key, f"{key} may only contain text in quotes")
        return tuple(text for item in values if (text := clean(item).strip()))

    def finish(self) -> None:
        for key in self.table:
            if key not in self.known:
                hint = nearest(key, self.known) or f"Settings here: {', '.join(self.known)}."
                raise self.complain(self.where, key, f'there is no setting "{key}" here. {hint}')


def read_text(path: Path) -> str:
    """The text of a settings file.

    Raises:
        ProjectError: it cannot be read, is too large or no text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ProjectError(f"{path}: larger than {MOST_BYTES // 1_000_000} MB.", "Shorten it.")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = path.read_bytes()[: problem.start].count(b"\n") + 1
        raise ProjectError(f"{path}, line {line}: not UTF-8 text.", "Save the file as UTF-8.") from None
    except OSError as problem:
        raise ProjectError(f"{path}: cannot be read ({problem.strerror}).", "Check its permissions.") from None


def short(what: str) -> str:
    """What is wrong in one line that can be read, whatever stands in the file."""
    line = " ".join(what.split())
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} …"


def nearest(word: str, known: Any) -> str:
    """A hint with the closest known word; "" if none is close."""
    matches = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f'Did you mean "{matches[0]}"?' if matches else ""


def value_text(value: Any) -> str:
    """A value for messages, never too long."""
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)[:60]


def toml_trouble(text: str, message: str) -> str:
    """tomllib's message as `line 7, key length: what is wrong`, with what a word processor probably did to the line."""
    match = re.search(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", message)
    if not match:
        return message
    number = int(match[2]) if match[2] else text.count("\n") + 1
    lines = ["", *text.split("\n"), ""]
    if not lines[min(number, len(lines) - 1)].strip() and _usual_fault(lines[number - 1]):
        number -= 1  # a quotation mark that is not closed is noticed at the end of its line
    line = lines[number] if number < len(lines) else ""
    key = re.match(r"\s*([\w.\"-]+)\s*=", line)
    place = f"line {number}{f', key {key[1]}' if key else ''}"
    return f"{place}: {_usual_fault(line) or match[1].rstrip('.').lower()}."


def _usual_fault(line: str) -> str:
    """What people usually do wrong in such a line; "" if it is something else."""
    code = re.sub(r"\s#.*$", "", line)
    value = code.partition("=")[2].strip()
    if re.search("[“”„‟«»‘’‚‛″]", code) and not re.fullmatch(r"\"[^\"]*\"|'[^']*'", value):
        return 'typographic quotation marks: write straight ones, "like this"'
    if re.search(r'"[^"]*\\[^"]*"', code):
        return "a backslash in quotation marks: write / instead, or put a path between single quotes, 'C:\\Users'"
    if re.fullmatch(r"\s*[\w.-]+\s*:\s+.*", code):
        return "a colon after the name of a setting: write an equals sign"
    if re.fullmatch(r"\s*\[[^\]]*", code) or re.fullmatch(r"\s*\[\[[^\]]*\]\s*", code):
        return "the bracket of the section's name is not closed"
    if value and not re.match(r"[\"'\[{\d+.-]|true\b|false\b|inf\b|nan\b", value):
        wrong = {"yes": "true", "no": "false", "on": "true", "off": "false"}
        small = value.lower()
        if small in ("true", "false") or small in wrong:
            return f"write {wrong.get(small, small)} instead of {value[:20]}"
        return f'text needs quotation marks: "{value[:40]}"'
    if value.count('"') % 2 or (value.count("'") % 2 and '"' not in value):
        return "a quotation mark is missing"
    if re.fullmatch(r"-?\d+,\d+", value):
        return "write a decimal point instead of the comma"
    return ""


def line_of(text: str, section: str, key: str) -> int:
    """The line number of `key` in `section` (or of the section itself); 0 if it does not exist.

    Sections with the same name in double brackets are numbered: "source 1", "source 2".
    """
    current_section, section_line = "", 0
    repetitions: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), start=1):
        header = re.match(r"\s*(\[{1,2})\s*([^\[\]]+?)\s*\]", line)
        if header:
            current_section = re.sub(r"[\"' ]", "", header[2])
            if header[1] == "[[":
                repetitions[current_section] += 1
                current_section = f"{current_section} {repetitions[current_section]}"
            section_line = number if current_section == section and not section_line else section_line
        elif current_section == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line) and key:
            return number
    return section_line
