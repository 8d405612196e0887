"""The command `build`."""

from __future__ import annotations

from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import Talk


@main.command()
@problem_option
@click.option("--all", "all_problems", is_flag=True, help="Every problem of the file, a chapter each.")
@click.option("--dry-run", is_flag=True, help="Print the cue sheet, render nothing.")
@click.option("--only-if-changed", is_flag=True, help="Leave the old reel where [reel] refresh_when is not reached.")
@click.option("--notify", is_flag=True, help="Tell whom [notify] names if the reel changed.")
@click.option("--draft", is_flag=True, help="Render small and fast, beside the real reel.")
@click.option("--no-check", is_flag=True, help="Do not hear the finished clips again; all other checks are made.")
@click.option("--date-is-right", is_flag=True, help="Today's date is, though it is far from that of the last build.")
@project_option
@click.option("--model", metavar="NAME_OR_DIR", help="A Whisper model, or a folder that holds one.")
@click.option("--language", metavar="XX", help='The customers\' language, such as en; "auto" recognises it.')
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows of responses.csv.")
@click.option("--size", metavar="SHAPE", help="16:9, 9:16, 1:1, any other shape, or pixels such as 1280x720.")
@click.option(
    "--audience", type=click.Choice(["internal", "external"]), help="For whom: external only has who agreed to it."
)
@json_option
@command
def build(
    problems: tuple[str, ...],
    all_problems: bool,
    dry_run: bool,
    only_if_changed: bool,
    notify: bool,
    draft: bool,
    no_check: bool,
    folder: Path,
    model: str | None,
    language: str | None,
    where: tuple[str, ...],
    size: str | None,
    audience: str | None,
    date_is_right: bool,
    as_json: bool,
    talk: Talk,
) -> int:
    """Make the reel of one or more problems. New uploads are taken in; only new work is done."""
    if not problems and not all_problems:
        raise click.UsageError("Name a problem with --problem, or take --all of them.")
    import reelmaker
    from reelmaker.cli import format_results

    reel = reelmaker.build(
        folder,
        problems,
        all_problems=all_problems,
        dry_run=dry_run,
        draft=draft,
        check=not no_check,
        model=model,
        language=language,
        where=_filters(where),
        size=size,
        audience=audience,
        only_if_changed=only_if_changed,
        notify=notify,
        date_is_right=date_is_right,
        report=talk,
    )
    talk.close()
    if as_json:
        print(format_results.build_json(reel))
    elif dry_run:
        print(format_results.cue_sheet(reel))
    else:
        print((reel.folder or folder) / "reel.mp4")
    for line in format_results.summary(reel):
        talk.info(line)
    for failure in reel.failures:
        talk.warn(f"{failure.file} is not used: {failure.reason}")
    return 3 if reel.failures else 0


def _filters(where: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for item in where:
        column, equals, value = item.partition("=")
        if not equals or not column.strip():
            raise click.UsageError(f'--where needs COLUMN=VALUE, not "{item}".')
        filters.setdefault(column.strip().lower(), []).append(value.strip())
    return filters
