"""The commands that work by themselves: watch, schedule. Words in, lines and exit codes out."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from reelmaker.cli.app import command, main, problem_option, project_option
from reelmaker.cli.console import Talk

all_option = click.option("--all", "all_problems", is_flag=True, help="Every problem of the file, a chapter each.")


@main.command()
@problem_option
@all_option
@click.option(
    "--settle",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.2, 3600),
    metavar="SECONDS",
    help="How long a file must not change before it is taken in.",
)
@click.option("--polling", is_flag=True, help="For network folders: look every two seconds.")
@click.option("--once", "only_once", is_flag=True, help="Take in what has arrived, then stop.")
@click.option("--log", "logged", is_flag=True, help="Write to reelmaker.log, without names, and say only errors.")
@click.option("--notify", is_flag=True, help="Tell whom [notify] names when a reel changed.")
@project_option
@command
def watch(
    problems: tuple[str, ...],
    all_problems: bool,
    settle: float,
    polling: bool,
    only_once: bool,
    logged: bool,
    notify: bool,
    folder: Path,
    talk: Talk,
) -> int:
    """Keep reels up to date while answers arrive: the one asked for, else all that were built."""
    if problems and all_problems:
        raise click.UsageError("--problem and --all exclude each other.")
    from reelmaker.automation import watch as automation_watch
    from reelmaker.automation.run_log import Journal
    from reelmaker.cli.watch_display import Logging, Telling
    from reelmaker.project.config import open_project
    from reelmaker.publish import notify as publish_notify

    asked = automation_watch.Wanted(problems, all_problems, notify)
    folder = folder.expanduser().resolve()
    told: Telling
    if logged:  # whatever is wrong is written down too
        told = Logging(talk, Journal(folder), lambda: automation_watch.ids(folder))
    else:
        project = open_project(folder)
        automation_watch.wanted(project, asked)  # what is asked for wrongly is told at once
        if notify:
            publish_notify.check(project)
        told = Telling(talk)
    asked_to_end: list[int] = []

    def end(number: int, _: object) -> None:
        asked_to_end.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else whoever started it wants it ignored
        signal.signal(signal.SIGINT, end)
    try:
        if only_once:
            automation_watch.once(folder, asked, settle, told)
        else:
            automation_watch.watch(folder, asked, settle, told, polling=polling, ends=lambda: bool(asked_to_end))
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        told.close()
        if only_once or signal.SIGTERM not in asked_to_end:
            raise
        talk.info("Stopped, as asked. What was finished is kept.")
        # as in `command`: threads that still transcribe must not hold the process up
        sys.stdout.flush()
        os._exit(0)
    finally:
        told.close()
    return told.code
