"""Jobs at once: every one comes back, with its result or its error; the list is drawn from as needed."""

from __future__ import annotations

import threading

import pytest

from reelmaker.parallel import cores, do


def test_each_job_comes_back_with_its_result_or_its_own_error() -> None:
    def work(number: int) -> int:
        if number % 7 == 0:
            raise ValueError(str(number))
        return number * 2

    results = dict(do(work, range(50), 4))
    assert len(results) == 50
    for number, result in results.items():
        assert str(result) == str(number) if number % 7 == 0 else result == number * 2


def test_so_many_run_at_once_and_no_more() -> None:
    gate = threading.Barrier(3, timeout=20)
    list(do(lambda _: gate.wait(), range(3), 3))
    running, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        with lock:
            running -= 1

    list(do(work, range(40), 2))
    assert most <= 2


def test_a_long_list_is_not_drawn_at_once() -> None:
    drawn = []

    def jobs() -> object:
        for number in range(1000):
            drawn.append(number)
            yield number

    results = do(lambda number: number, jobs(), 2)  # type: ignore[arg-type, var-annotated]
    for _ in range(5):
        next(results)
    assert len(drawn) < 20
    results.close()  # type: ignore[attr-defined]


def test_leaving_early_stops_what_runs_and_waits_for_it() -> None:
    stopped, ended = threading.Event(), []

    def work(number: int) -> int:
        if number:
            assert stopped.wait(30)
            ended.append(number)
        return number

    def fails_at_the_first() -> None:
        for _ in do(work, range(3), 2, stopped.set):
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        fails_at_the_first()
    assert ended and 1 in ended


def test_ctrl_c_in_a_job_is_not_an_ordinary_error() -> None:
    def work(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(do(work, [1], 1))


def test_cores_is_what_this_process_may_use() -> None:
    assert cores() >= 1
