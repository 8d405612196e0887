"""The commands `new`, `status`, `card`, `export` and `doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import ConsoleProgress, printable

if TYPE_CHECKING:
    from reelmaker.project.config import Project
    from reelmaker.render import preview


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@command
def new(folder: Path, console: ConsoleProgress) -> None:
    """Create a project folder with a commented reelmaker.toml and an empty uploads/."""
    from reelmaker.project.scaffold import new as scaffold

    path = scaffold(folder)
    print(path)
    console.info(
        f"Put the customers' videos into {folder / 'uploads'}, describe the problem in {path.name}, then run `reelmaker build`."
    )


@main.command()
@click.argument("respondent")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Folder to write to; a name ending in .zip writes a ZIP file.",
)
@click.option("--with-video", is_flag=True, help="Include the original videos.")
@project_option
@command
def export(respondent: str, out: Path | None, with_video: bool, folder: Path, console: ConsoleProgress) -> None:
    """Answer an access request: collect all data held about one RESPONDENT (id, name, file or start of an answer's id)."""
    from reelmaker.cli import format_results
    from reelmaker.privacy import access_package, access_request
    from reelmaker.project.config import open_project

    project = open_project(folder)
    document = access_request.gather(project, respondent)
    originals = access_request.paths(project, document) if with_video else []
    print(access_package.write(project, document, out, originals))
    console.info(format_results.exported(document))


@main.command()
@project_option
@json_option
@command
def status(folder: Path, as_json: bool, console: ConsoleProgress) -> int:
    """Show what the project holds, what is new, changed or failed and why, and how old each reel is."""
    from reelmaker.cli import format_results
    from reelmaker.project.config import open_project
    from reelmaker.status import document, look

    project = open_project(folder)
    state = look(project)
    print(
        json.dumps(document(project, state), ensure_ascii=False, indent=1) if as_json else format_results.state(state)
    )
    return 3 if state.failures else 0


@main.command()
@click.argument(
    "kind",
    required=False,
    type=click.Choice(["intro", "evidence", "chapter", "quote", "outro", "audiogram", "clip"]),
)
@click.option("--all", "every", is_flag=True, help="Draw every kind of card in every template, on one contact sheet.")
@click.option("--problem", metavar="NAME", help="Use this problem's texts (default: the first in reelmaker.toml).")
@click.option("--template", metavar="NAME", help="A template other than the project's.")
@click.option(
    "--size", metavar="SHAPE", help="An aspect ratio other than the project's, such as 9:16; all shapes: all."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the PNG (default: card-KIND.png).")
@project_option
@command
def card(
    kind: str | None,
    every: bool,
    problem: str | None,
    template: str | None,
    size: str | None,
    out: Path | None,
    folder: Path,
    console: ConsoleProgress,
) -> None:
    """Draw one card as a PNG, to try a template; it says SAMPLE where the count is not known yet."""
    from reelmaker.project.config import open_project
    from reelmaker.render import contact_sheet, preview

    if every == bool(kind):
        raise click.UsageError("Name one kind of card, or use --all.")
    project = open_project(folder)
    known = _known(project)
    if kind:
        print(preview.draw(project, kind, problem, template, size, out or Path(f"card-{kind}.png"), known))
    else:
        print(contact_sheet.draw(project, problem, template, size, out or Path("cards.png"), known))


def _known(project: Project) -> preview.Known:
    """The counts of an earlier build; none where there was none, or something was changed since."""
    from reelmaker import analysis
    from reelmaker.project.session import look_into
    from reelmaker.render import preview
    from reelmaker.select import stage as select_stage

    if not project.library.exists():
        return preview.NOTHING
    with look_into(project) as session:
        survey = analysis.known(session)
        return preview.Known(analysis.known_counts(session, survey), select_stage.dates(survey))


@main.command()
@click.option("--fetch", metavar="MODEL", help="Download a Whisper model from the model hub; needs internet access.")
@project_option
@command
def doctor(fetch: str | None, folder: Path, console: ConsoleProgress) -> int:
    """Check the installation: ffmpeg, models, disk space; suggest a fix for anything missing."""
    from reelmaker import doctor as examination
    from reelmaker import model_files

    if fetch:
        console.info(f"Downloading {fetch} …")
        print(model_files.fetch(fetch))
        return 0
    findings = examination.examine(folder)
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        print(printable(f"{mark}  {finding.subject:<18} {finding.found}"))
        if not finding.ok:
            print(printable(f"         {finding.remedy}"))
    return 0 if all(finding.ok for finding in findings if finding.subject not in examination.OPTIONAL) else 1
