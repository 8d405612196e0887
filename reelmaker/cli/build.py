"""The command `build`."""

from __future__ import annotations

from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, problem_option, project_option
from reelmaker.cli.console import ConsoleProgress


@main.command()
@problem_option
@click.option("--all", "all_problems", is_flag=True, help="All problems in reelmaker.toml, one chapter each.")
@click.option("--dry-run", is_flag=True, help="Print the cue sheet; render nothing.")
@click.option("--only-if-changed", is_flag=True, help="Keep the current reel unless [reel] refresh_when is met.")
@click.option("--notify", is_flag=True, help="Notify the recipients in [notify] if the reel changed.")
@click.option("--draft", is_flag=True, help="Render a small, quick draft next to the real reel.")
@click.option("--no-check", is_flag=True, help="Skip re-transcribing the finished clips; all other checks still run.")
@click.option(
    "--date-is-right",
    is_flag=True,
    help="Confirm that this machine's date is correct although it is far from the last build's.",
)
@project_option
@click.option("--model", metavar="NAME_OR_DIR", help="A Whisper model by name, or the folder of one.")
@click.option("--language", metavar="XX", help='The customers\' language, such as en; "auto" detects it.')
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Use only these rows of responses.csv.")
@click.option("--size", metavar="SHAPE", help="16:9, 9:16, 1:1 or any other aspect ratio, or pixels such as 1280x720.")
@click.option(
    "--audience",
    type=click.Choice(["internal", "external"]),
    help='Intended audience; "external" includes only people who consented to that.',
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
    console: ConsoleProgress,
) -> int:
    """Build the reel of one or more problems. Adds new uploads; redoes only what changed."""
    if not problems and not all_problems:
        raise click.UsageError("Name a problem with --problem, or build --all of them.")
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
        report=console,
    )
    console.close()
    if as_json:
        print(format_results.build_json(reel))
    elif dry_run:
        print(format_results.cue_sheet(reel))
    else:
        print((reel.folder or folder) / "reel.mp4")
    for line in format_results.summary(reel):
        console.info(line)
    for failure in reel.failures:
        console.warn(f"{failure.file} was not used: {failure.reason}")
    return 3 if reel.failures else 0


def _filters(where: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for item in where:
        column, equals, value = item.partition("=")
        if not equals or not column.strip():
            raise click.UsageError(f'--where needs COLUMN=VALUE, not "{item}".')
        filters.setdefault(column.strip().lower(), []).append(value.strip())
    return filters
