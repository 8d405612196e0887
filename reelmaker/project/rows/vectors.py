"""Sentence vectors of the library, by key. In: an open database. Out: a mapping that is written in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from reelmaker.project import rows
from reelmaker.shapes import Misshapen

MOST_VECTOR = 1_000_000  # bytes; ours have some thousands


class Vectors(MutableMapping[str, bytes]):
    """Sentence vectors by key, read from the library at once and written in one go by `flush`."""

    def __init__(self, db: Any, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading
        self._new: dict[str, bytes] = {}

    def __getitem__(self, key: str) -> bytes:
        if key in self._new:
            return self._new[key]
        with self._reading("vectors"):
            row = self._db.execute("SELECT body FROM vectors WHERE key = ?", (key,)).fetchone()
            body = row[0] if row else b""
            if row and (not isinstance(body, bytes) or len(body) > MOST_VECTOR):
                raise Misshapen("no vector")
        if row is None:
            raise KeyError(key)
        return bytes(body)

    def __setitem__(self, key: str, body: bytes) -> None:
        self._new[key] = body

    def __delitem__(self, key: str) -> None:
        raise TypeError("vectors are kept")

    def __iter__(self) -> Iterator[str]:
        yield from self._new
        with self._reading("vectors"):
            stored = [row[0] for row in map(rows.texts, self._db.execute("SELECT key FROM vectors"))]
        yield from (key for key in stored if key not in self._new)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def flush(self) -> None:
        if self._new:
            with self._transaction():
                self._db.executemany("REPLACE INTO vectors VALUES (?, ?)", self._new.items())
            self._new.clear()
