"""One shape for everything that comes in several kinds: transcribers, taggers, outputs, schedulers, channels.

A package that has kinds holds a `REGISTRY`: name -> `Entry`, the usual one first. A new kind is one file and one line there.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


class Entry:
    """Where a kind is made ("module:function", or a whole "module"), and what is true of it; a fact not given is False."""

    __slots__ = ("facts", "target")
    target: str
    facts: Mapping[str, Any]

    def __init__(self, target: str, **facts: Any) -> None:
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "facts", dict(facts))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in self.__slots__:
            raise AttributeError(name)
        return self.facts.get(name, False)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"an entry cannot be changed: {name}")

    def __repr__(self) -> str:
        return f"Entry({self.target!r}, {self.facts})"


def load(entry: Entry | str) -> Any:
    """What an entry, or one of its facts, names: its module is imported only now."""
    module, _, name = (entry if isinstance(entry, str) else entry.target).partition(":")
    found = import_module(module)
    return getattr(found, name) if name else found


def of(package: str) -> Mapping[str, Entry]:
    """The registry of a package of reelmaker ("tag"), for those below it that must know its names and nothing else."""
    entries: Mapping[str, Entry] = import_module(f"reelmaker.{package}").REGISTRY
    return entries


def usual(package: str) -> str:
    """The kind that is taken where nobody names one."""
    return next(iter(of(package)))
