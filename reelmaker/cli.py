"""Words in, lines and exit codes out: the only print and exit. Results on stdout, talk on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from reelmaker import __version__
from reelmaker.terminal import Talk, shown

EPILOG = """Exit codes: 0 done; 1 an error, with its remedy; 2 wrong usage; 3 done, but some responses
failed (each is named); 4 nothing speaks to the problem; 75 another build is running."""

INTERRUPTED = 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, epilog=EPILOG
)
@click.version_option(__version__, prog_name="reelmaker")
def main() -> None:
    """Hear your customers: short reels about one business problem, from their video answers."""


def command(function: Callable[..., int | None]) -> Callable[..., None]:
    """Adds -q and -v; an error becomes one line with its remedy and its exit code, never a traceback."""

    @click.option("-q", "--quiet", is_flag=True, help="Say only warnings and errors.")
    @click.option(
        "-v", "--verbose", is_flag=True, help="Say more; show where an unexpected error came from."
    )
    @wraps(function)
    def wrapped(*args: Any, quiet: bool, verbose: bool, **kwargs: Any) -> None:
        from reelmaker.errors import ReelmakerError

        talk = Talk(-1 if quiet else 1 if verbose else 0)
        try:
            code = function(*args, talk=talk, **kwargs) or 0
        except ReelmakerError as problem:
            talk.close()
            talk.error(str(problem))
            code = problem.exit_code
        except KeyboardInterrupt:
            talk.close()
            talk.error("Stopped. What was finished is kept; the same command goes on from there.")
            # Threads that still transcribe must not hold the process up
            sys.stdout.flush()
            os._exit(INTERRUPTED)
        except BrokenPipeError:
            os._exit(0)  # whoever read the results has gone
        except click.ClickException:
            raise
        except Exception as problem:
            if verbose:
                raise
            talk.close()
            talk.error(
                f"Something unexpected: {type(problem).__name__}: {problem}. Run again with -v and report it."
            )
            code = 1
        talk.close()
        sys.exit(code)

    return wrapped


project_option = click.option(
    "--project",
    "folder",
    default=".",
    type=click.Path(path_type=Path),
    help="The project folder (default: here).",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One machine-readable result on stdout.")
problem_option = click.option(
    "--problem", "problems", multiple=True, metavar="NAME", help="Can be repeated."
)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@command
def new(folder: Path, talk: Talk) -> None:
    """Make a project folder with a commented reelmaker.toml and an empty uploads/."""
    from reelmaker.scaffold import new as scaffold

    path = scaffold(folder)
    print(path)
    talk.info(
        f"Put the customers' videos into {folder / 'uploads'}, describe the problem in {path.name}, then build."
    )


@main.command()
@problem_option
@click.option("--all", "all_problems", is_flag=True, help="Every problem of the file, a chapter each.")
@click.option("--dry-run", is_flag=True, help="Print the cue sheet, render nothing.")
@click.option(
    "--only-if-changed", is_flag=True, help="Leave the old reel where [reel] refresh_when is not reached."
)
@click.option("--notify", is_flag=True, help="Tell whom [notify] names if the reel changed.")
@click.option("--draft", is_flag=True, help="Render small and fast, beside the real reel.")
@click.option(
    "--no-check", is_flag=True, help="Do not hear the finished clips again; all other checks are made."
)
@click.option(
    "--date-is-right", is_flag=True, help="Today's date is, though it is far from that of the last build."
)
@project_option
@click.option("--model", metavar="NAME_OR_DIR", help="A Whisper model, or a folder that holds one.")
@click.option(
    "--language", metavar="XX", help='The customers\' language, such as en; "auto" recognises it.'
)
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows of responses.csv.")
@click.option(
    "--size", metavar="SHAPE", help="16:9, 9:16, 1:1, any other shape, or pixels such as 1280x720."
)
@click.option(
    "--audience", type=click.Choice(["internal", "external"]), help="For whom: external only has who agreed to it."
)  # fmt: skip
@json_option
@command
def build(
    problems: tuple[str, ...], all_problems: bool, dry_run: bool, only_if_changed: bool, notify: bool, draft: bool, no_check: bool, folder: Path, model: str | None,
    language: str | None, where: tuple[str, ...], size: str | None, audience: str | None, date_is_right: bool, as_json: bool, talk: Talk,
) -> int:  # fmt: skip
    """Make the reel of one or more problems. New uploads are taken in; only new work is done."""
    if not problems and not all_problems:
        raise click.UsageError("Name a problem with --problem, or take --all of them.")
    import reelmaker
    from reelmaker import printing

    reel = reelmaker.build(
        folder, problems, all_problems=all_problems, dry_run=dry_run, draft=draft, check=not no_check, model=model, language=language,
        where=_filters(where), size=size, audience=audience, only_if_changed=only_if_changed, notify=notify,
        date_is_right=date_is_right, report=talk,
    )  # fmt: skip
    talk.close()
    if as_json:
        print(printing.build_json(reel))
    elif dry_run:
        print(printing.cue_sheet(reel))
    else:
        print((reel.folder or folder) / "reel.mp4")
    for line in printing.summary(reel):
        talk.info(line)
    for failure in reel.failures:
        talk.warn(f"{failure.file} is not used: {failure.reason}")
    return 3 if reel.failures else 0


@main.command()
@click.argument("words")
@click.option(
    "--count", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many moments."
)
@project_option
@json_option
@command
def find(words: str, count: int, folder: Path, as_json: bool, talk: Talk) -> int:
    """The moments nearest to any WORDS: who, when, how near."""
    from reelmaker import printing, searching

    result = searching.find(folder, words, count, report=talk)
    talk.close()
    print(printing.json_text(result.document) if as_json else printing.found(result))
    return 3 if result.failures else 0


@main.command()
@problem_option
@click.option("--csv", "as_csv", is_flag=True, help="A table for a spreadsheet.")
@project_option
@json_option
@command
def moments(problems: tuple[str, ...], as_csv: bool, folder: Path, as_json: bool, talk: Talk) -> int:
    """Every sentence with its score for each problem, the decision and why."""
    if as_csv and as_json:
        raise click.UsageError("--csv and --json exclude each other.")
    from reelmaker import printing, searching

    result = searching.moments(folder, problems, report=talk)
    talk.close()
    if as_json:
        print(printing.json_text(result.document))
    else:
        print(
            printing.moments_csv(result) if as_csv else printing.moments_table(result),
            end="" if as_csv else "\n",
        )
    return 3 if result.failures else 0


@main.command()
@click.option(
    "--count", default=5, show_default=True, type=click.IntRange(1, 50), help="How many topics at most."
)
@project_option
@json_option
@command
def suggest(count: int, folder: Path, as_json: bool, talk: Talk) -> int:
    """Topics that many customers raise and no problem covers yet, as sections to paste."""
    from reelmaker import printing, suggesting

    result = suggesting.suggest(folder, count, report=talk)
    talk.close()
    print(printing.json_text(result.document) if as_json else printing.suggested(result))
    return 3 if result.failures else 0


@main.command()
@click.argument("respondent")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to; a zip if it ends in .zip."
)
@click.option("--with-video", is_flag=True, help="Copy the originals too.")
@project_option
@command
def export(respondent: str, out: Path | None, with_video: bool, folder: Path, talk: Talk) -> None:
    """What is held of one RESPONDENT (or name, file, beginning of a response's id), as files to hand over."""
    from reelmaker import exporting, handing, printing
    from reelmaker.project import open_project

    project = open_project(folder)
    document = exporting.gather(project, respondent)
    originals = exporting.paths(project, document) if with_video else []
    print(handing.write(project, document, out, originals))
    talk.info(printing.exported(document))


@main.command()
@project_option
@json_option
@command
def status(folder: Path, as_json: bool, talk: Talk) -> int:
    """What is there, what is new or changed, what failed and why, how old each reel is."""
    from reelmaker import printing
    from reelmaker.project import open_project
    from reelmaker.status import document, look

    project = open_project(folder)
    state = look(project)
    print(
        json.dumps(document(project, state), ensure_ascii=False, indent=1)
        if as_json
        else printing.state(state)
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
@click.option(
    "--size", metavar="SHAPE", help="Another shape than the project's, such as 9:16; --all: also all."
)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where to write the PNG (default: card-KIND.png)."
)
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
    from reelmaker import contactsheet, trycard

    if every == bool(kind):
        raise click.UsageError("Name one kind of card, or --all.")
    if kind:
        print(trycard.draw(folder, kind, problem, template, size, out or Path(f"card-{kind}.png")))
    else:
        print(contactsheet.draw(folder, problem, template, size, out or Path("cards.png")))


@main.command()
@click.option(
    "--fetch", metavar="MODEL", help="Fetch a Whisper model from the model hub, which needs the network."
)
@project_option
@command
def doctor(fetch: str | None, folder: Path, talk: Talk) -> int:
    """What is installed, which ffmpeg, which models, disk; a line of remedy for each thing missing."""
    from reelmaker import doctor as examination
    from reelmaker import weights

    if fetch:
        talk.info(f"Fetching {fetch} …")
        print(weights.fetch(fetch))
        return 0
    findings = examination.examine(folder)
    for finding in findings:
        mark = "ok     " if finding.ok else "MISSING"
        print(shown(f"{mark}  {finding.subject:<18} {finding.found}"))
        if not finding.ok:
            print(shown(f"         {finding.remedy}"))
    return (
        0 if all(finding.ok for finding in findings if finding.subject not in examination.OPTIONAL) else 1
    )


def _filters(where: tuple[str, ...]) -> dict[str, list[str]]:
    filters: dict[str, list[str]] = {}
    for item in where:
        column, equals, value = item.partition("=")
        if not equals or not column.strip():
            raise click.UsageError(f'--where needs COLUMN=VALUE, not "{item}".')
        filters.setdefault(column.strip().lower(), []).append(value.strip())
    return filters


import reelmaker.bringing  # noqa: E402  the command that fetches; like the next they need what stands above
import reelmaker.cli_audit  # noqa: E402
import reelmaker.leaving  # noqa: E402
import reelmaker.past  # noqa: E402
import reelmaker.team  # noqa: E402
import reelmaker.unattended  # noqa: E402, F401
