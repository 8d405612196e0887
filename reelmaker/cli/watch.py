"""The command `watch`: rebuilds reels while answers arrive."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from reelmaker.cli.app import command, main, problem_option, project_option
from reelmaker.cli.console import Talk

all_option = click.option(
    "--all", "all_problems", is_flag=True, help="All problems in reelmaker.toml, one chapter each."
)


@main.command()
@problem_option
@all_option
@click.option(
    "--settle",
    default=5.0,
    show_default=True,
    type=click.FloatRange(0.2, 3600),
    metavar="SECONDS",
    help="How long a new file must stay unchanged before it is added.",
)
@click.option("--polling", is_flag=True, help="For network folders: check every two seconds.")
@click.option("--once", "only_once", is_flag=True, help="Add what has arrived, then stop.")
@click.option("--log", "logged", is_flag=True, help="Write to reelmaker.log, without names; print only errors.")
@click.option("--notify", is_flag=True, help="Notify the recipients in [notify] when a reel changed.")
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
    """Keep reels up to date while answers arrive: the named one, or all that have been built."""
    if problems and all_problems:
        raise click.UsageError("Use either --problem or --all, not both.")
    from reelmaker.automation import watch as automation_watch
    from reelmaker.automation.run_log import Journal
    from reelmaker.cli.watch_display import Logging, Telling
    from reelmaker.project.config import open_project
    from reelmaker.publish import notify as publish_notify

    asked = automation_watch.Wanted(problems, all_problems, notify)
    folder = folder.expanduser().resolve()
    told: Telling
    if logged:  # errors go into the log too
        told = Logging(talk, Journal(folder), lambda: automation_watch.ids(folder))
    else:
        project = open_project(folder)
        automation_watch.wanted(project, asked)  # wrong requests are reported at once
        if notify:
            publish_notify.check(project)
        told = Telling(talk)
    asked_to_end: list[int] = []

    def end(number: int, _: object) -> None:
        asked_to_end.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # otherwise the parent process wants it ignored
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
        talk.info("Stopped. Finished work is kept.")
        # as in `command`: threads that still transcribe must not hold the process up
        sys.stdout.flush()
        os._exit(0)
    finally:
        told.close()
    return told.code
