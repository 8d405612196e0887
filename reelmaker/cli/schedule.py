"""The command `schedule`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from reelmaker.cli.app import command, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress, printable
from reelmaker.cli.watching.watch import all_option

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
CARRIED = (
    "IMAGEIO_FFMPEG_EXE",
    "REELMAKER_CACHE",
    "HF_HUB_CACHE",
    "HF_HOME",
)  # environment variables that a run may depend on


@main.command()
@click.option("--every", default="day", show_default=True, type=click.Choice(EVERY), help="How often to build.")
@click.option(
    "--at",
    default="06:30",
    show_default=True,
    metavar="HH:MM",
    help="Time of day; with --every hour only the minutes count.",
)
@problem_option
@all_option
@click.option("--print", "action", flag_value="print", help="Show what would be installed; install nothing.")
@click.option("--install", "action", flag_value="install", help="Install the schedule; replaces an earlier one.")
@click.option("--remove", "action", flag_value="remove", help="Remove the schedule.")
@click.option(
    "--notify/--no-notify",
    default=None,
    help="Send notifications to the recipients in [notify] (default: yes if there are any).",
)
@click.option(
    "--system",
    type=click.Choice(("systemd", "cron", "launchd", "windows")),
    help="The scheduler to use (default: this system's).",
)
@project_option
@command
def schedule(
    every: str,
    at: str,
    problems: tuple[str, ...],
    all_problems: bool,
    action: str | None,
    notify: bool | None,
    system: str | None,
    folder: Path,
    console: ConsoleProgress,
) -> None:
    """Build at set times with this system's scheduler. Without --install it only shows what it would do."""
    if problems and all_problems:
        raise click.UsageError("Use either --problem or --all, not both.")
    from reelmaker.automation import schedulers, watch
    from reelmaker.project.config import open_project
    from reelmaker.publish import notify as publish_notify
    from reelmaker.sources import listing
    from reelmaker.sources import settings as source_settings

    if action == "remove":  # works for a deleted or broken project, too
        scheduler_name, scheduler = schedulers.scheduler(system or "")
        name = schedulers.name_of(folder.expanduser().resolve())
        was_installed = scheduler.remove(name)
        console.info(
            f"Removed the schedule {name}." if was_installed else f"There was no schedule {name} ({scheduler_name})."
        )
        return
    project = open_project(folder)
    when = schedulers.when(every, at)
    if notify:
        publish_notify.check(project)
    notifies = project.notify.anybody and notify is not False
    plan = schedulers.plan(project.folder, when, problems, all_problems, notifies)
    if action != "print":
        watch.requested_reels(project, watch.Wanted(problems, all_problems))
    scheduler_name, scheduler = schedulers.scheduler(system or "")
    texts = scheduler.text(plan)
    if action == "print":
        for place, content in texts.items():
            console.info(f"{place}:")
            print(content)
        return
    if action == "install":
        scheduler.install(plan)
    for place in texts:
        print(printable(place))
    if schedulers.present(scheduler_name):
        console.info(f"{scheduler_name}, {when}. {scheduler.MISSED}")
    else:
        console.warn(f"{scheduler_name} is not on this machine: these lines are for another one.")
    if notifies:
        console.info(f"Notifications go to {project.notify.whom}.")
    if action != "install":
        console.info("Nothing is installed yet: add --install to install it, or --print to see its files.")
        return
    secrets = [project.notify.secret_env, project.notify.smtp_password_env] if notifies else []
    secrets += [variable for source in source_settings.of(project) for variable in listing.variables(source)]
    for variable in filter(None, (*CARRIED, *secrets)):
        if variable in os.environ:
            console.warn(
                f"{variable} is set in this terminal only; set it for your login too, or scheduled builds will not see it."
            )
    console.info(f"Scheduled builds write to {project.folder / 'reelmaker.log'}; --remove removes the schedule.")
