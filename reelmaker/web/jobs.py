"""The work that takes long, such as a build: one command of reelmaker at a time, in a process of its own.

It holds the project's lock as every build does, so another one is told of it. What it reports is kept here for every
page that asks. It ends with the window, without loss: the next build goes on from there.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from reelmaker import media
from reelmaker.errors import AnotherBuild

MOST_LINES = 200
# What a step of the work is called for people who make slides
STEPS = {
    "Adding uploads": "Looking at the videos",
    "Transcribing": "Writing down what customers say",
    "Telling voices apart": "Telling voices apart",
    "Translating": "Translating",
    "Finding moments": "Finding moments",
    "Trimming": "Finding where to cut",
    "Looking at pictures": "Looking at the pictures",
    "Detecting faces": "Finding faces to blur",
    "Rendering": "Making the clips",
    "Joining": "Putting the reel together",
    "Checking": "Listening to the finished reel",
}
DONE, FAILED_SOME, NOTHING, BUSY = 0, 3, 4, 75
INTERRUPTED = (130, 143, -15, -2, 15)


@dataclass(slots=True)
class Job:
    """A command that runs or has run. `number` counts up; `version` counts what happened in it."""

    number: int
    kind: str  # "build", "draft" or "look"
    problem: str
    running: bool = True
    step: str = ""
    total: int = 0
    done: int = 0
    steps: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    error: str = ""
    code: int | None = None
    cancelled: bool = False
    version: int = 0

    def facts(self) -> dict[str, Any]:
        """What a page shows of it."""
        return {
            "number": self.number,
            "kind": self.kind,
            "problem": self.problem,
            "running": self.running,
            "step": STEPS.get(self.step, self.step),
            "steps": [STEPS.get(step, step) for step in self.steps],
            "total": self.total,
            "done": min(self.done, self.total),
            "warnings": self.warnings,
            "lines": self.lines,
            "error": self.error,
            "code": self.code,
            "result": "" if self.running else self.result(),
            "good": self.code in (DONE, FAILED_SOME),
            "version": self.version,
        }

    def result(self) -> str:
        """How it ended, in plain words."""
        if self.cancelled or self.code in INTERRUPTED:
            return "Stopped. What was finished is kept; the next build goes on from there."
        if self.code == DONE:
            return {"build": "The reel is ready.", "draft": "The draft is ready."}.get(self.kind, "Done.")
        if self.code == FAILED_SOME:
            ready = "The reel is ready" if self.kind != "look" else "Done"
            return f"{ready}, but some files could not be used. Home says which and why."
        if self.code == NOTHING:
            return "No answer is about this problem yet, so there is no reel."
        if self.code == BUSY:
            return "Another build of this project is running. Wait until it is done, then try again."
        return "This did not work. What was there before is untouched."


class Jobs:
    """The jobs of one window; a part of its workspace."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.job: Job | None = None
        self._command: media.OwnCommand | None = None

    @property
    def busy(self) -> bool:
        return self.job is not None and self.job.running

    def start(
        self, kind: str, problem: str, arguments: Sequence[str], after: Callable[[str], None] | None = None
    ) -> Job:
        """Start a command. `after` gets what it wrote to stdout, if it did its work.

        Raises:
            AnotherBuild: one of this window runs.
        """
        with self.changed:
            if self.busy:
                raise AnotherBuild("Something is being built in this window.", "Wait until it is done, or stop it.")
            job = self.job = Job((self.job.number if self.job else 0) + 1, kind, problem)
            self._command = media.OwnCommand(
                arguments, {"REELMAKER_PROGRESS": "json", "PYTHONUTF8": "1"}, lambda line: self._hear(job, line)
            )
            threading.Thread(target=self._wait, args=(job, self._command, after), daemon=True).start()
            self.changed.notify_all()
        return job

    def cancel(self) -> None:
        """End the running command; what it finished is kept."""
        with self.changed:
            if self.job and self.job.running and self._command:
                self.job.cancelled = True
                self._command.end()
                self._tell(self.job)

    def close(self) -> None:
        """The window is closed."""
        command = self._command
        if self.busy and command:
            self.cancel()
            command.wait()

    def facts(self) -> dict[str, Any] | None:
        with self.changed:
            return self.job.facts() if self.job else None

    def _hear(self, job: Job, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            return  # a library that prints
        if not isinstance(event, dict):
            return
        with self.changed:
            _take(job, event)
            self._tell(job)

    def _wait(self, job: Job, command: media.OwnCommand, after: Callable[[str], None] | None) -> None:
        code, output = command.wait()
        if after and code in (DONE, FAILED_SOME):
            after(output)
        with self.changed:
            job.running, job.code = False, code
            self._tell(job)

    def _tell(self, job: Job) -> None:
        job.version += 1
        self.changed.notify_all()


def _take(job: Job, event: dict[str, Any]) -> None:
    if "step" in event:
        job.step, job.total, job.done = str(event["step"]), int(event.get("total") or 0), 0
        if job.step not in job.steps:
            job.steps.append(job.step)
    elif "done" in event:
        job.done += int(event["done"])
    elif "error" in event:
        job.error = str(event["error"])
    elif "warning" in event and len(job.warnings) < MOST_LINES:
        job.warnings.append(str(event["warning"]))
    elif "info" in event and len(job.lines) < MOST_LINES:
        job.lines.append(str(event["info"]))
