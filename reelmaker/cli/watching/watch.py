"""The command `watch`: rebuilds reels while answers arrive."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from reelmaker.cli.app import command, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress

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
    console: ConsoleProgress,
) -> int:
    """Keep reels up to date while answers arrive: the named one, or all that have been built."""
    if problems and all_problems:
        raise click.UsageError("Use either --problem or --all, not both.")
    from reelmaker.automation import watch as automation_watch
    from reelmaker.automation.run_log import Journal
    from reelmaker.cli.watching.display import WatchDisplay, WatchLog
    from reelmaker.project.config import open_project
    from reelmaker.publish import notify as publish_notify

    requested = automation_watch.Wanted(problems, all_problems, notify)
    folder = folder.expanduser().resolve()
    display: WatchDisplay
    if logged:  # errors go into the log too
        display = WatchLog(console, Journal(folder), lambda: automation_watch.ids(folder))
    else:
        project = open_project(folder)
        automation_watch.requested_reels(project, requested)  # wrong requests are reported at once
        if notify:
            publish_notify.check(project)
        display = WatchDisplay(console)
    signals_received: list[int] = []

    def end(number: int, _: object) -> None:
        signals_received.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    if (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):  # otherwise the parent process ignores it on purpose
        signal.signal(signal.SIGINT, end)
    try:
        if only_once:
            automation_watch.once(folder, requested, settle, display)
        else:
            automation_watch.watch(
                folder, requested, settle, display, polling=polling, ends=lambda: bool(signals_received)
            )
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        display.close()
        if only_once or signal.SIGTERM not in signals_received:
            raise
        console.info("Stopped. Finished work is kept.")
        # as in `command`: threads that still transcribe must not delay the end of the process
        sys.stdout.flush()
        os._exit(0)
    finally:
        display.close()
    return display.code
