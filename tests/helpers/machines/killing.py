"""Commands that are killed on purpose: `kill -9` of the whole group before the n-th change to the disk, or after a time.

Run as a program it is a stable from which commands are sent out: what is heavy is loaded once, each command runs in
a fork of its own, in a group of its own, and a listener stands in for the speech model. A line of JSON in: `{"words",
"at" (number of the change, null: not killed), "log", "cwd"}`; a line out: `{"code", "changes"}`. With `"full"` the disk is full from that change on, instead.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

SPOKEN = {
    "dora": ["I like cats.", "The payment page refused my card twice."],
    "emil": ["My card was refused at the payment page.", "The lamp is fine."],
    "finn": ["The payment failed and my card was charged.", "Goodbye now."],
}
# What the audit hooks of Python call the changes: renames, removals, links, folders, files opened for writing
CHANGES = {
    "os.rename",
    "os.remove",
    "os.link",
    "os.mkdir",
    "os.rmdir",
    "shutil.copyfile",
    "shutil.copymode",
}


class Stable:
    """The test's side of it."""

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self._process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"REELMAKER_TEST_MARK": self.mark, "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def __enter__(self) -> Stable:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def run(
        self,
        *words: str,
        at: int | None = None,
        after_s: float | None = None,
        log: Path | None = None,
        full: Path | None = None,
    ) -> dict[str, Any]:
        """Run a command of reelmaker; `at` kills it before that change, `after_s` after that time.

        `full`: it is not killed at that change, but the disk of this folder is full from then on.
        """
        assert self._process.stdin and self._process.stdout
        asked = {
            "words": words,
            "at": at,
            "after_s": after_s,
            "log": str(log or os.devnull),
            "full": str(full or ""),
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert isinstance(answer, dict)
        return answer

    def left(self) -> list[int]:
        """Processes that were started by a command and still run (Linux)."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                ours = self.mark.encode() in (entry / "environ").read_bytes()
            except OSError:
                continue
            if ours and int(entry.name) != self._process.pid:
                found.append(int(entry.name))
        return found


class Counter:
    """Counts the changes to the disk that this process makes; at the one that was named, its group is killed."""

    def __init__(self, at: int | None, full: str = "") -> None:
        self.changes, self._at, self._full, self._lock = 0, at, full, threading.Lock()

    def __call__(self) -> bool:
        """One more. True: it does not happen, for the disk is full."""
        with self._lock:
            self.changes += 1
            if self.changes == self._at and not self._full:
                os.killpg(0, signal.SIGKILL)
            return bool(self._full and self._at and self.changes >= self._at)

    def heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        written = event == "open" and isinstance(arguments[2], int) and arguments[2] & 3
        takes_room = written or event in ("os.mkdir", "os.link")
        if (event in CHANGES or written) and self() and takes_room and self._full in str(arguments[0]):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), arguments[0])

    def watch(self) -> None:
        """From now on. What Python tells no hook of, flushes and the library's statements, is wrapped."""
        flush, connect = os.fsync, sqlite3.connect
        count = self

        class Told(sqlite3.Connection):
            def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
                if not sql.lstrip().upper().startswith(("SELECT", "PRAGMA JOURNAL", "PRAGMA SYNC", "PRAGMA TEMP")):
                    full = count() and not sql.startswith("ROLLBACK")
                    if full:
                        raise sqlite3.OperationalError("database or disk is full")
                return super().execute(sql, *rest)

        def flushed(number: int) -> None:
            if self():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            flush(number)

        def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
            return connect(*arguments, factory=Told, **options)

        os.fsync, sqlite3.connect = flushed, connected  # type: ignore[assignment]
        sys.addaudithook(self.heard)


class Heard:
    """Stands in for the speech model: knows what is said in each file, and writes down what it was asked."""

    def __init__(self, log: str) -> None:
        self._log = log

    def transcribe(self, jobs: Any, progress: object = None) -> Iterator[Any]:
        from reelmaker.model import Sentence, Transcript, Word

        for response, sound in jobs:
            assert sound() is not None
            sentences = []
            for number, text in enumerate(SPOKEN[response.file.partition(".")[0]]):
                start = 2000 * number
                spoken = text.split()
                words = [
                    Word(word, start + 1600 * at // len(spoken), start + 1600 * (at + 1) // len(spoken))
                    for at, word in enumerate(spoken)
                ]
                sentences.append(Sentence(response.id, number, tuple(words)))
            with Path(self._log).open("a", encoding="utf-8") as log:
                log.write(f"{response.id}\n")
            yield response, Transcript(response.id, "en", "whisper base", tuple(sentences))

    def speaking(self, language: str) -> Heard:
        return self


def obey(asked: dict[str, Any], tell: Callable[[dict[str, Any]], None]) -> None:
    """In the fork: run the command."""
    from reelmaker.cli import app
    from reelmaker.publish import quality_check
    from reelmaker.transcribe.speech_model import SpeechModel

    os.setsid()
    count = Counter(asked["at"], asked["full"])
    SpeechModel.__call__ = lambda *_: Heard(asked["log"])  # type: ignore[method-assign, assignment, return-value]
    quality_check.check_words = lambda *_: []  # the stand-in cannot hear the clips again
    if asked["after_s"] is not None:
        late = threading.Timer(asked["after_s"], os.killpg, (0, signal.SIGKILL))
        late.daemon = True
        late.start()
    count.watch()
    try:
        app.main(asked["words"])
    except SystemExit as end:
        import atexit

        atexit._run_exitfuncs()
        tell({"code": end.code, "changes": count.changes})


def told_to(pipe: int, answer: dict[str, Any]) -> None:
    os.write(pipe, json.dumps(answer).encode())


def main() -> None:
    import av  # noqa: F401
    import docx  # noqa: F401
    import moviepy  # noqa: F401
    import numpy  # noqa: F401
    import PIL.ImageFont  # noqa: F401
    import pydub  # noqa: F401

    import reelmaker.automation.watch
    import reelmaker.build  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        ours, theirs = os.pipe()
        child = os.fork()
        if not child:
            os.close(ours)
            quiet = os.open(os.devnull, os.O_WRONLY)
            said = (
                os.open(asked["log"] + ".said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
                if asked["log"] != os.devnull
                else quiet
            )
            os.dup2(said, 1)
            os.dup2(said, 2)
            sys.stdin.close()
            try:
                obey(asked, partial(told_to, theirs))
            finally:
                os._exit(9)
        os.close(theirs)
        with os.fdopen(ours) as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        print(told or '{"code": null, "changes": 0}', flush=True)


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    main()
