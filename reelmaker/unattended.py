"""The commands that work by themselves: watch, schedule. Words in, lines and exit codes out."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import click

from reelmaker.cli import command, main, problem_option, project_option
from reelmaker.terminal import Talk, shown

all_option = click.option(
    "--all", "all_problems", is_flag=True, help="Every problem of the file, a chapter each."
)
EVERY = (
    "hour",
    "day",
    "week",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
CARRIED = ("IMAGEIO_FFMPEG_EXE", "REELMAKER_CACHE", "HF_HUB_CACHE", "HF_HOME")  # what a run may depend on


@main.command()
@problem_option
@all_option
@click.option(
    "--settle", default=5.0, show_default=True, type=click.FloatRange(0.2, 3600), metavar="SECONDS",
    help="How long a file must not change before it is taken in.",
)  # fmt: skip
@click.option("--polling", is_flag=True, help="For network folders: look every two seconds.")
@click.option("--once", "only_once", is_flag=True, help="Take in what has arrived, then stop.")
@click.option(
    "--log", "logged", is_flag=True, help="Write to reelmaker.log, without names, and say only errors."
)
@click.option("--notify", is_flag=True, help="Tell whom [notify] names when a reel changed.")
@project_option
@command
def watch(
    problems: tuple[str, ...], all_problems: bool, settle: float, polling: bool, only_once: bool, logged: bool,
    notify: bool, folder: Path, talk: Talk,
) -> int:  # fmt: skip
    """Keep reels up to date while answers arrive: the one asked for, else all that were built."""
    if problems and all_problems:
        raise click.UsageError("--problem and --all exclude each other.")
    from reelmaker import notices, watching
    from reelmaker.journal import Journal
    from reelmaker.project import open_project
    from reelmaker.statusline import Logging, Telling

    asked = watching.Wanted(problems, all_problems, notify)
    folder = folder.expanduser().resolve()
    told: Telling
    if logged:  # whatever is wrong is written down too
        told = Logging(talk, Journal(folder), lambda: watching.ids(folder))
    else:
        project = open_project(folder)
        watching.wanted(project, asked)  # what is asked for wrongly is told at once
        if notify:
            notices.check(project)
        told = Telling(talk)
    asked_to_end: list[int] = []

    def end(number: int, _: object) -> None:
        asked_to_end.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    if (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ):  # else whoever started it wants it ignored
        signal.signal(signal.SIGINT, end)
    try:
        if only_once:
            watching.once(folder, asked, settle, told)
        else:
            watching.watch(folder, asked, settle, told, polling=polling, ends=lambda: bool(asked_to_end))
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


@main.command()
@click.option("--every", default="day", show_default=True, type=click.Choice(EVERY), help="How often.")
@click.option(
    "--at", default="06:30", show_default=True, metavar="HH:MM", help="When; of an hour, the minutes count."
)
@problem_option
@all_option
@click.option("--print", "action", flag_value="print", help="Only show what would be put in place.")
@click.option(
    "--install", "action", flag_value="install", help="Put it in place, instead of the one of before."
)
@click.option("--remove", "action", flag_value="remove", help="Take it away.")
@click.option(
    "--notify/--no-notify",
    default=None,
    help="Runs tell whom [notify] names (default: if it names anybody).",
)
@click.option(
    "--system", type=click.Choice(("systemd", "cron", "launchd", "windows")), help="Whose schedule (default: this machine's)."
)  # fmt: skip
@project_option
@command
def schedule(
    every: str, at: str, problems: tuple[str, ...], all_problems: bool, action: str | None, notify: bool | None,
    system: str | None, folder: Path, talk: Talk,
) -> None:  # fmt: skip
    """Build at set times, by the scheduler of this machine. Without --install it only says what it would do."""
    if problems and all_problems:
        raise click.UsageError("--problem and --all exclude each other.")
    from reelmaker import listing, notices, scheduling, watching
    from reelmaker.project import open_project

    which, scheduler = scheduling.scheduler(system or "")
    if action == "remove":  # also of a project that is gone or broken
        name = scheduling.name_of(folder.expanduser().resolve())
        gone = scheduler.remove(name)
        talk.info(f"{name} is taken away." if gone else f"There was no schedule {name} ({which}).")
        return
    project = open_project(folder)
    when = scheduling.when(every, at)
    if notify:
        notices.check(project)
    tells = project.notify.anybody and notify is not False
    plan = scheduling.plan(project.folder, when, problems, all_problems, tells)
    texts = scheduler.text(plan)
    if action == "print":
        for place, content in texts.items():
            talk.info(f"{place}:")
            print(content)
        return
    watching.wanted(project, watching.Wanted(problems, all_problems))
    if action == "install":
        scheduler.install(plan)
    for place in texts:
        print(shown(place))
    talk.info(f"{which}, {when}. {scheduler.MISSED}")
    if tells:
        talk.info(f"Runs tell {project.notify.whom}.")
    if action != "install":
        talk.info("Nothing is put in place yet: add --install, or --print to see all of it.")
        return
    secrets = [project.notify.secret_env, project.notify.smtp_password_env] if tells else []
    secrets += [variable for source in project.sources for variable in listing.variables(source)]
    for variable in filter(None, (*CARRIED, *secrets)):
        if variable in os.environ:
            talk.warn(
                f"{variable} is set here; runs of the scheduler do not see it unless it is set for your login."
            )
    talk.info(
        f"What runs did stands in {project.folder / 'reelmaker.log'}; --remove takes the schedule away."
    )
