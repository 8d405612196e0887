"""The library: results of finished work, stored by content in SQLite.

Together with the other `library_…` files this is the only use of sqlite3: one writer,
plain SQL, ordered migrations. The journal is SQLite's ordinary one, not WAL: it also works on network folders, leaves
no second file behind, and a build with nothing to do changes no byte.
"""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from reelmaker import atomic
from reelmaker.errors import DiskFull, ProjectError, ReelmakerError
from reelmaker.model import Transcript, Upload
from reelmaker.model.decision import Decision
from reelmaker.project import rows as library_rows
from reelmaker.project.library_corrections import Corrections
from reelmaker.project.library_draws import Draws
from reelmaker.project.library_erasure import Erasure
from reelmaker.project.library_fetches import Fetched
from reelmaker.project.migrations import MIGRATIONS
from reelmaker.project.rows.approvals import Approvals
from reelmaker.project.rows.vectors import Vectors

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
# What `sqlite3` raises; the second where it cannot read SQLite's own message, which names a damaged part of the file
FAULTS = (sqlite3.Error, UnicodeDecodeError)
# The tables behind the answers; rows named by content are known by their names
WORDS_COME_FROM = (
    "SELECT * FROM uploads ORDER BY file",
    "SELECT key FROM transcripts ORDER BY key",
    "SELECT * FROM failures ORDER BY response, step",
    "SELECT key FROM results ORDER BY key",
    "SELECT * FROM corrections ORDER BY number",
    "SELECT mark FROM forgotten ORDER BY mark",
    "SELECT name, body FROM reels ORDER BY name",
)
MOST_VERSIONS = 1000  # a higher number is no version of ours, but damage


def key_of(*parts: Any) -> str:
    """The key of a piece of work: SHA-256 over the keys of its inputs, its settings and its version."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Library:
    """The project's SQLite store. Every `store_…` is on disk when it returns."""

    def __init__(self, path: Path) -> None:
        self.path, self.warning = path, ""  # a warning about a repair while opening it
        try:
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as problem:
            raise self._error_of(problem) from None
        try:
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA temp_store=MEMORY")
            self._leave_wal_mode()
            self._migrate()
        except BaseException as problem:
            self._db.close()
            if isinstance(problem, (*FAULTS, OSError, TypeError)):
                raise self._error_of(problem) from None
            raise

    def close(self) -> None:
        self._db.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(self, _: object, problem: BaseException | None, __: object) -> None:
        self.close()
        if isinstance(problem, sqlite3.Error):
            raise self._error_of(problem) from None

    # uploads

    def uploads(self) -> dict[str, Upload]:
        with self._reading("uploads"):
            rows = self._db.execute("SELECT file, body FROM uploads ORDER BY file")
            return {file: library_rows.upload(file, json.loads(body)) for file, body in rows}

    def store_uploads(self, uploads: Mapping[str, Upload]) -> None:
        """Replace the table's content; unchanged rows are not written."""
        stored = self.uploads()
        if stored == dict(uploads):
            return
        with self._transaction():
            for file in stored.keys() - uploads.keys():
                self._db.execute("DELETE FROM uploads WHERE file = ?", (file,))
            for file, upload in uploads.items():
                if stored.get(file) != upload:
                    self._db.execute("REPLACE INTO uploads VALUES (?, ?)", (file, _upload_json(upload)))

    # transcripts

    def transcript(self, key: str) -> Transcript | None:
        with self._reading("transcripts"):
            row = self._db.execute("SELECT body FROM transcripts WHERE key = ?", (key,)).fetchone()
            return library_rows.transcript(_unpacked(row[0])) if row else None

    def transcripts_of(self, response: str) -> list[Transcript]:
        """Every stored transcript of a response, including those of earlier settings."""
        with self._reading("transcripts"):
            rows = self._db.execute("SELECT body FROM transcripts WHERE response = ? ORDER BY key", (response,))
            return [library_rows.transcript(_unpacked(body)) for (body,) in rows]

    def store_transcript(self, key: str, transcript: Transcript) -> None:
        body = zlib.compress(_json(_transcript_lists(transcript)).encode())
        with self._transaction():
            self._db.execute("REPLACE INTO transcripts VALUES (?, ?, ?)", (key, transcript.response, body))
            self._db.execute("DELETE FROM failures WHERE response = ? AND step = 'transcribe'", (transcript.response,))

    # failures

    def failures(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(response, step) -> (key of the work, reason)."""
        with self._reading("failures"):
            rows = self._db.execute("SELECT response, step, key, reason FROM failures ORDER BY response, step")
            return {(row[0], row[1]): (row[2], row[3]) for row in map(library_rows.texts, rows)}

    def store_failure(self, response: str, step: str, key: str, reason: str) -> None:
        if self.failures().get((response, step)) == (key, reason):
            return
        with self._transaction():
            self._db.execute("REPLACE INTO failures VALUES (?, ?, ?, ?)", (response, step, key, reason))

    # results of small steps, by key

    def result(self, key: str) -> Any | None:
        """None also where the row is damaged: a result can be worked out again."""
        try:
            row = self._db.execute("SELECT body FROM results WHERE key = ?", (key,)).fetchone()
            return _unpacked(row[0]) if row else None
        except library_rows.DAMAGE:
            return None

    def store_results(self, results: Mapping[str, Any]) -> None:
        with self._transaction():
            self._db.executemany(
                "REPLACE INTO results VALUES (?, ?)",
                [(key, zlib.compress(_json(value).encode())) for key, value in results.items()],
            )

    # reels

    def reel(self, name: str) -> dict[str, Any] | None:
        with self._reading("reels"):
            row = self._db.execute("SELECT body FROM reels WHERE name = ?", (name,)).fetchone()
            return library_rows.reel(json.loads(row[0])) if row else None

    def reels(self) -> dict[str, dict[str, Any]]:
        with self._reading("reels"):
            rows = self._db.execute("SELECT name, body FROM reels ORDER BY name")
            return {library_rows.name(name): library_rows.reel(json.loads(body)) for name, body in rows}

    def store_reel(self, name: str, body: Mapping[str, Any]) -> None:
        with self._transaction():
            self._db.execute("REPLACE INTO reels VALUES (?, ?)", (name, _json(body)))

    # decisions

    def decisions(self) -> list[Decision]:
        """Every decision ever made, including withdrawn ones, in the order they were made."""
        with self._reading("decisions"):
            rows = self._db.execute(
                "SELECT number, response, start_ms, end_ms, problem, verdict, note, made, withdrawn, from_ms, to_ms,"
                " exact, rank FROM decisions ORDER BY number"
            )
            return [library_rows.decision(row) for row in rows]

    def store_decisions(self, new: Sequence[Decision]) -> list[Decision]:
        """Add decisions in one transaction; returns them with their new, consecutive numbers."""
        with self._transaction():
            return [replace(decision, number=self._add(decision)) for decision in new]

    def _add(self, decision: Decision) -> int:
        span, shown = decision.span, decision.shown
        row = self._db.execute(
            "INSERT INTO decisions (response, start_ms, end_ms, problem, verdict, note, made, withdrawn, from_ms, to_ms,"
            " exact, rank) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (
                span.response,
                span.start_ms,
                span.end_ms,
                decision.problem,
                decision.verdict,
                decision.note,
                decision.made,
                decision.withdrawn,
                shown.start_ms if shown else -1,
                shown.end_ms if shown else -1,
                decision.exact,
                decision.rank,
            ),
        ).fetchone()
        return int(row[0])

    def withdraw(self, numbers: Sequence[int], when: str) -> None:
        """Mark decisions as withdrawn (ISO 8601 time); their rows stay."""
        with self._transaction():
            for number in numbers:
                self._db.execute("UPDATE decisions SET withdrawn = ? WHERE number = ?", (when, number))

    # corrections of misheard words

    def corrections(self) -> Corrections:
        return Corrections(self._db, self._transaction, self._reading)

    # sign-offs

    def approvals(self) -> Approvals:
        return Approvals(self._db, self._transaction, self._reading)

    # audits

    def draws(self) -> Draws:
        return Draws(self._db, self._transaction, self._reading)

    def words_mark(self) -> str:
        """Changes with all that the answers and their words come from; decisions, audits and judgements do not change it."""
        digest = hashlib.sha256()
        with self._reading("the library"):
            for question in WORDS_COME_FROM:
                for row in self._db.execute(question):
                    digest.update(repr(row).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    # vectors

    def vectors(self) -> Vectors:
        return Vectors(self._db, self._transaction, self._reading)

    # forgetting

    def erasure(self) -> Erasure:
        return Erasure(self._db, self._transaction, self._reading)

    # fetching

    def fetched(self) -> Fetched:
        return Fetched(self._db, self._transaction, self._reading)

    def _leave_wal_mode(self) -> None:
        """Switch a library that another tool left in write-ahead-log mode back to its ordinary journal."""
        if self._one("PRAGMA journal_mode") == "wal":
            self._one("PRAGMA journal_mode=DELETE")
            self.warning = (
                f"{self.path.name} had been switched to a write-ahead log by another program; it now uses its "
                "ordinary journal again, which also works on network folders."
            )

    def _migrate(self) -> None:
        """Migrate an older library in one transaction; a backup copy is kept."""
        version = self._version()
        if version == len(MIGRATIONS):
            return
        if version:
            self._back_up(version + 1)
        with self._transaction():
            for script in MIGRATIONS[self._version() :]:  # another process may have migrated it meanwhile
                for statement in script.split(";"):
                    if statement.strip():
                        self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

    def _version(self) -> int:
        version = int(self._one("PRAGMA user_version"))
        if version < 0 or version > MOST_VERSIONS:
            raise self._damaged("its version")
        if version > len(MIGRATIONS):
            raise ProjectError(
                f"{self.path}: made by a newer version of reelmaker.", "Install that version, or a newer one."
            )
        return version

    def _one(self, question: str) -> Any:
        return self._db.execute(question).fetchone()[0]

    def _back_up(self, number: int) -> None:
        target = self.path.with_name(f"library.before-{number}.db")
        with atomic.staged(target) as staging, closing(sqlite3.connect(staging)) as copy:
            self._db.backup(copy)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except FAULTS as problem:
            raise self._error_of(problem) from None

    @contextmanager
    def _reading(self, table: str) -> Iterator[None]:
        """Read rows: what is no row as it was written ends in one clear error."""
        try:
            yield
        except library_rows.DAMAGE:
            raise self._damaged(f"a row of {table}") from None

    def _damaged(self, what: str) -> ProjectError:
        return ProjectError(
            f"{self.path}: the library is damaged ({what} cannot be read).",
            "Restore a backup of this file. Without one, move it elsewhere: the next build transcribes again, but "
            "decisions and the list of forgotten persons are lost.",
        )

    def _error_of(self, problem: BaseException) -> ReelmakerError:
        """The error to raise for a failed database operation, with its remedy."""
        message = str(problem) if isinstance(problem, (sqlite3.Error, OSError)) else "its structure is damaged"
        message = " ".join(message.split())
        if "full" in message or (isinstance(problem, OSError) and problem.errno in NO_ROOM):
            return DiskFull(f"{self.path}: no space is left on the disk.", "Free some space and run the build again.")
        if "locked" in message or "busy" in message:
            return ProjectError(
                f"{self.path}: another program is using the library ({message}).",
                "Close it and try again; on a network folder, make sure that only one computer works there.",
            )
        if "readonly" in message or isinstance(problem, OSError):
            return ProjectError(f"{self.path}: the library cannot be written ({message}).", "Check its permissions.")
        if "disk I/O" in message or "unable to open" in message or "locking protocol" in message:
            return ProjectError(
                f"{self.path}: the disk cannot read or write the library ({message}).",
                "Check the disk, or the connection to the network folder, and try again.",
            )
        return ProjectError(
            f"{self.path}: the library cannot be opened or read ({message}).",
            "Restore a backup, or move this file elsewhere: the next build creates a new one and transcribes again.",
        )


def _unpacked(body: Any) -> Any:
    return json.loads(zlib.decompress(body))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _upload_json(upload: Upload) -> str:
    facts = upload.facts
    return _json(
        {
            "size": upload.size,
            "mtime_ns": upload.mtime_ns,
            "response": upload.response,
            "trouble": upload.trouble,
            "facts": astuple(facts) if facts else None,
            "probed": upload.probed,
        }
    )


def _transcript_lists(transcript: Transcript) -> list[Any]:
    return [
        transcript.response,
        transcript.language,
        transcript.source,
        transcript.notes,
        [
            [
                sentence.unreliable,
                # `glued` is stored only if true, so that other words are stored as before this field existed
                [[w.text, w.start_ms, w.end_ms, w.confidence, *([True] * w.glued)] for w in sentence.words],
                *([True] if sentence.asked else []),  # older rows do not have it
            ]
            for sentence in transcript.sentences
        ],
    ]
