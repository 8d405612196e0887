"""Runs jobs in parallel and yields each result as soon as it is ready.

The work is done by code that releases the interpreter lock (ffmpeg in its own process,
ctranslate2 and numpy outside the lock), so threads fill the cores and a model is loaded once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")


def cores() -> int:
    """The number of processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def do(
    work: Callable[[Job], Result],
    jobs: Iterable[Job],
    workers: int | None = None,
    stop: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Job, Result | Exception]]:
    """Yield each job with its result or the exception it raised, in the order they finish.

    Jobs are taken from the iterable only when a worker is free, so a long list is never in memory at once.
    Leaving the loop early (an error, Ctrl-C) starts no further job, calls `stop`, which should make running jobs
    end soon, and waits for them, so that none is still running afterwards.
    """
    workers = workers or cores()
    queue = iter(jobs)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="reelmaker")
    running: dict[Future[Result], Job] = {}
    done = False
    try:
        while True:
            for job in islice(queue, workers + 1 - len(running)):
                running[pool.submit(work, job)] = job
            if not running:
                done = True
                return
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                problem = future.exception()
                if problem is None:
                    yield job, future.result()
                elif isinstance(problem, Exception):
                    yield job, problem
                else:
                    raise problem
    finally:
        if not done:
            stop()
        pool.shutdown(wait=True, cancel_futures=True)


def within(limit_s: float, work: Callable[[], Result]) -> Result:
    """The result of work that others may hold up, such as a share or a server, if it is there in time.

    What comes too late is left to itself in a thread that ends with the program.

    Raises:
        TimeoutError: it is not done after `limit_s` seconds.
    """
    outcome: list[Result] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as problem:  # noqa: BLE001 - raised where the result is waited for
            problems.append(problem)

    thread = threading.Thread(target=run, daemon=True, name="reelmaker-within")
    thread.start()
    thread.join(limit_s)
    if problems:
        raise problems[0]
    if not outcome:
        raise TimeoutError
    return outcome[0]
