"""The commands `new`, `status`, `card`, `export` and `doctor`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import Talk, shown


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@command
def new(folder: Path, talk: Talk) -> None:
    """Make a project folder with a commented reelmaker.toml and an empty uploads/."""
    from reelmaker.project.scaffold import new as scaffold

    path = scaffold(folder)
    print(path)
    talk.info(f"Put the customers' videos into {folder / 'uploads'}, describe the problem in {path.name}, then build.")


@main.command()
@click.argument("respondent")
@click.option("--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to; a zip if it ends in .zip.")
@click.option("--with-video", is_flag=True, help="Copy the originals too.")
@project_option
@command
def export(respondent: str, out: Path | None, with_video: bool, folder: Path, talk: Talk) -> None:
    """What is held of one RESPONDENT (or name, file, beginning of a response's id), as files to hand over."""
    from reelmaker.cli import format_results
    from reelmaker.privacy import access_package, access_request
    from reelmaker.project.config import open_project

    project = open_project(folder)
    document = access_request.gather(project, respondent)
    originals = access_request.paths(project, document) if with_video else []
    print(access_package.write(project, document, out, originals))
    talk.info(format_results.exported(document))


@main.command()
@project_option
@json_option
@command
def status(folder: Path, as_json: bool, talk: Talk) -> int:
    """What is there, what is new or changed, what failed and why, how old each reel is."""
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
@click.option("--all", "every", is_flag=True, help="Every kind in every template, on one contact sheet.")
@click.option("--problem", metavar="NAME", help="Whose words to use (default: the first of the file).")
@click.option("--template", metavar="NAME", help="Another template than the project's.")
@click.option("--size", metavar="SHAPE", help="Another shape than the project's, such as 9:16; --all: also all.")
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
    talk: Talk,
) -> None:
    """Draw one card as a PNG, to try a template."""
    from reelmaker.render import contact_sheet, preview

    if every == bool(kind):
        raise click.UsageError("Name one kind of card, or --all.")
    if kind:
        print(preview.draw(folder, kind, problem, template, size, out or Path(f"card-{kind}.png")))
    else:
        print(contact_sheet.draw(folder, problem, template, size, out or Path("cards.png")))


@main.command()
@click.option("--fetch", metavar="MODEL", help="Fetch a Whisper model from the model hub, which needs the network.")
@project_option
@command
def doctor(fetch: str | None, folder: Path, talk: Talk) -> int:
    """What is installed, which ffmpeg, which models, disk; a line of remedy for each thing missing."""
    from reelmaker import doctor as examination
    from reelmaker import model_files

    if fetch:
        talk.info(f"Fetching {fetch} …")
        print(model_files.fetch(fetch))
        return 0
    findings = examination.examine(folder)
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        print(shown(f"{mark}  {finding.subject:<18} {finding.found}"))
        if not finding.ok:
            print(shown(f"         {finding.remedy}"))
    return 0 if all(finding.ok for finding in findings if finding.subject not in examination.OPTIONAL) else 1
