"""The command that erases somebody: `forget`. Words in, a receipt out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import Talk, shown

WHO = "RESPONDENT is a respondent's id in responses.csv, a file in uploads/, or the beginning of an answer's checksum as names of moments have it (4f2a91)."


@main.command(epilog=WHO)
@click.argument("who", metavar="RESPONDENT")
@click.option("--dry-run", is_flag=True, help="Say what would be erased; erase nothing.")
@click.option("--keep-upload", is_flag=True, help="Leave the upload and its row; never use it again.")
@click.option("--yes", is_flag=True, help="Do not ask; uploads are erased for good.")
@project_option
@json_option
@command
def forget(who: str, dry_run: bool, keep_upload: bool, yes: bool, folder: Path, as_json: bool, talk: Talk) -> None:
    """Erase a customer: answers, words, reels and all that was made of them; then make the reels again."""
    from reelmaker.build import rebuild
    from reelmaker.cli import format_results
    from reelmaker.errors import ProjectError
    from reelmaker.privacy import forget as privacy_forget
    from reelmaker.project.config import open_project

    def sure(document: dict[str, Any]) -> None:
        if yes:
            return
        talk.close()
        for line in receipt(document).split("\n"):
            talk.line(line)
        if not somebody_is_there():
            raise click.UsageError("It cannot be taken back: say --yes, or look at it with --dry-run.")
        if not click.confirm("Erase this for good?", err=True):
            raise ProjectError("Nothing was erased.")

    project = open_project(folder)
    if dry_run:
        document = privacy_forget.planned(project, who, keep_upload)
    else:
        document = privacy_forget.forget(project, who, rebuild, keep_upload=keep_upload, sure=sure, report=talk)
    talk.close()
    print(format_results.json_text(document) if as_json else receipt(document))


def somebody_is_there() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def receipt(document: dict[str, Any]) -> str:
    """What was removed, or would be: a line a thing."""
    told = document["forgotten"]
    head = "Would be erased" if told["dry_run"] else f"Erased {told['made']}"
    lines = [f"{head}: {', '.join(told['answers']) or 'nothing new; it was forgotten before'}"]
    for thing in told["removed"]:
        where = f": {', '.join(thing['paths'])}" if thing["paths"] else ""
        lines.append(f"{thing['many']:>7} {thing['what']}{where}")
    if told["kept_upload"]:
        lines.append("The upload, what lies beside it and its row stay; it is never used again.")
    for reel in told["reels"]:
        made = "to be made again" if told["dry_run"] else "made again without them"
        lines.append(f"reel {reel['reel']}: " + (f"removed, {reel['not_made']}" if reel["not_made"] else made))
    lines += [f"still found in {path}: look at it and take it out yourselves" for path in told["still_found"]]
    lines += [f"published: {place}: remove it there yourselves" for place in told["published"]]
    return "\n".join(shown(line) for line in lines)
