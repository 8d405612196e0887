"""The erasure part of the library: rows are removed so that no page of the file contains them any more.

Only a keyed hash of a person remains, which merely says that this person was forgotten.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from reelmaker.project import rows
from reelmaker.shapes import Misshapen

KEY_BYTES = 32
_OF_ANSWERS = ("transcripts", "decisions", "corrections", "failures", "drawn")  # tables with a column `response`


class Erasure:
    """Tombstones, the erasure in progress, and the removal of rows; all on disk when a call returns."""

    def __init__(self, db: sqlite3.Connection, transaction: Callable[[], Any], reading: Callable[[str], Any]) -> None:
        self._db, self._transaction, self._reading = db, transaction, reading

    # tombstones

    def mark(self, kind: str, text: str) -> str:
        """The keyed hash of a text; `kind` separates answers, respondents and files. "" before the first erasure."""
        with self._reading("erasing"):
            row = self._db.execute("SELECT key FROM erasing").fetchone()
            return _mark(_key(row), kind, text) if row else ""

    def marks(self) -> dict[str, str]:
        """Every tombstone with the time it was set (ISO 8601)."""
        with self._reading("forgotten"):
            found = self._db.execute("SELECT mark, made FROM forgotten")
            return {row[0]: row[1] for row in map(rows.texts, found)}

    def add(self, tombstones: Iterable[tuple[str, str]], made: str) -> None:
        """Set tombstones for pairs of kind and text."""
        with self._transaction():
            self._add(tombstones, made)

    def _add(self, tombstones: Iterable[tuple[str, str]], made: str) -> None:
        row = self._db.execute("SELECT key FROM erasing").fetchone()
        if row is None:
            row = (secrets.token_bytes(KEY_BYTES),)
            self._db.execute("INSERT INTO erasing VALUES (1, ?, '')", row)
        self._db.executemany(
            "INSERT OR IGNORE INTO forgotten VALUES (?, ?)",
            [(_mark(_key(row), kind, text), made) for kind, text in tombstones],
        )

    # the erasure in progress

    def job(self) -> dict[str, Any] | None:
        """The unfinished erasure; None if there is none."""
        with self._reading("erasing"):
            row = self._db.execute("SELECT job FROM erasing").fetchone()
            return rows.erasure(json.loads(row[0])) if row and row[0] else None

    def begin(self, job: Mapping[str, Any], tombstones: Iterable[tuple[str, str]], made: str) -> None:
        """Record what will be erased and set the tombstones, in one transaction."""
        with self._transaction():
            self._add(tombstones, made)
            self._store(job)

    def store(self, job: Mapping[str, Any] | None) -> None:
        """Record the progress of the erasure; None: it is complete."""
        with self._erased():
            self._store(job)

    def _store(self, job: Mapping[str, Any] | None) -> None:
        text = json.dumps(job, ensure_ascii=False) if job else ""
        self._db.execute("UPDATE erasing SET job = ?", (text,))

    # rows

    def answers(self) -> set[str]:
        """Checksums of every answer that occurs in any row."""
        with self._reading("answers"):
            found = [row for table in _OF_ANSWERS for row in self._db.execute(f"SELECT response FROM {table}")]
            return {row[0] for row in map(rows.texts, found)}

    def sentences(self, answers: Collection[str]) -> set[str]:
        """Every sentence of the transcripts of these answers."""
        texts: set[str] = set()
        with self._reading("transcripts"):
            for answer in answers:
                bodies = self._db.execute("SELECT body FROM transcripts WHERE response = ?", (answer,))
                for (body,) in bodies:
                    transcript = rows.transcript(json.loads(zlib.decompress(body)))
                    texts |= {sentence.text for sentence in transcript.sentences}
        return texts

    def fetched(
        self, answers: Collection[str], files: Collection[str], respondents: Collection[str]
    ) -> set[tuple[str, str]]:
        """The source and row of every fetched or still pending video of these answers."""
        return {(row[0], row[1]) for row in self._fetched_rows(answers, files, respondents)}

    def _fetched_rows(
        self, answers: Collection[str], files: Collection[str], respondents: Collection[str]
    ) -> list[tuple[str, str, str]]:
        every = self._db.execute("SELECT source, row, part, answer, file, respondent FROM fetched").fetchall()
        mine = {row[:2] for row in every if row[3] in answers or row[4] in files or (row[5] and row[5] in respondents)}
        return [row[:3] for row in every if row[:2] in mine]

    def count(
        self,
        answers: Collection[str],
        files: Collection[str],
        reels: Collection[str],
        respondents: Collection[str] = (),
    ) -> dict[str, int]:
        """How many rows `wipe` would remove, by kind; nothing is written."""
        return {
            **{table: self._many(table, "response", answers) for table in _OF_ANSWERS},
            "uploads": self._many("uploads", "file", files),
            "reels": self._many("reels", "name", reels),
            "fetched": len(self._fetched_rows(answers, files, respondents)),
            "results": self._all("results"),
            "vectors": self._all("vectors"),
        }

    def wipe(
        self,
        answers: Collection[str],
        files: Collection[str],
        reels: Collection[str],
        keep: Collection[str],
        job: Mapping[str, Any],
        respondents: Collection[str] = (),
    ) -> dict[str, int]:
        """Remove the rows of these answers, files and reels, all embeddings, and all results except those with keys in
        `keep`.

        Embeddings and results are stored under hashes and concern several people at once: they are computed again when
        needed. `job` is recorded in the same transaction.
        """
        removed = self.count(answers, files, reels, respondents)
        fetched = self._fetched_rows(answers, files, respondents)
        keys_to_keep = {(key,) for key in keep}
        with self._erased():
            for table, column, values in (
                *((table, "response", answers) for table in _OF_ANSWERS),
                ("uploads", "file", files),
                ("reels", "name", reels),
            ):
                self._db.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(v,) for v in values])
            self._db.executemany(
                "DELETE FROM fetched WHERE source = ? AND row = ? AND part = ?",
                [row[:3] for row in fetched],
            )
            self._db.execute("DELETE FROM vectors")
            all_keys = set(self._db.execute("SELECT key FROM results"))
            self._db.executemany("DELETE FROM results WHERE key = ?", list(all_keys - keys_to_keep))
            self._store(job)
        return {**removed, "results": len(all_keys - keys_to_keep)}

    def compact(self) -> None:
        """Rewrite the file so that no freed page is left in it, and no log next to it."""
        self._db.execute("PRAGMA secure_delete = ON")
        self._db.execute("VACUUM")
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _erased(self) -> Any:
        self._db.execute("PRAGMA secure_delete = ON")  # removed data is overwritten with zeros
        return self._transaction()

    def _many(self, table: str, column: str, values: Collection[str]) -> int:
        counts = (
            self._db.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (value,)).fetchone()
            for value in values
        )
        return sum(row[0] for row in counts)

    def _all(self, table: str) -> int:
        return int(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _key(row: Sequence[Any]) -> bytes:
    """The key of the marks: with another one nobody who was forgotten would be known again."""
    if not isinstance(row[0], bytes) or len(row[0]) != KEY_BYTES:
        raise Misshapen("no key")
    return row[0]


def _mark(key: bytes, kind: str, text: str) -> str:
    return hmac.new(key, f"{kind}\0{text}".encode(), hashlib.sha256).hexdigest()
