"""Registries for everything that comes in several kinds: transcribers, taggers, outputs, schedulers, channels.

A package that has kinds defines a `REGISTRY`: name -> `Entry`, the default first. A new kind is one file and one line.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any


class Entry:
    """Where a kind is implemented ("module:function", or a "module"), and facts about it; a missing fact is False."""

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
    """The object that an entry, or one of its facts, names; its module is imported only now."""
    module, _, name = (entry if isinstance(entry, str) else entry.target).partition(":")
    imported = import_module(module)
    return getattr(imported, name) if name else imported


def of(package: str) -> Mapping[str, Entry]:
    """The registry of a package of reelmaker ("tag"), for lower layers that need its names and nothing else."""
    entries: Mapping[str, Entry] = import_module(f"reelmaker.{package}").REGISTRY
    return entries


def usual(package: str) -> str:
    """The kind that is used if none is named."""
    return next(iter(of(package)))
