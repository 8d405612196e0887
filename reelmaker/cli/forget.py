"""The command `forget`: erases a customer and prints a receipt."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from reelmaker.cli.app import command, json_option, main, project_option
from reelmaker.cli.console import ConsoleProgress, printable

WHO = "RESPONDENT is a respondent's id in responses.csv, a file in uploads/, or the first characters of an answer's id, as shown in moment names (4f2a91)."


@main.command(epilog=WHO)
@click.argument("who", metavar="RESPONDENT")
@click.option("--dry-run", is_flag=True, help="Show what would be erased; erase nothing.")
@click.option("--keep-upload", is_flag=True, help="Keep the uploaded file and its row, but never use it again.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation; uploads are erased permanently.")
@project_option
@json_option
@command
def forget(
    who: str, dry_run: bool, keep_upload: bool, yes: bool, folder: Path, as_json: bool, console: ConsoleProgress
) -> None:
    """Erase a customer's answers and everything derived from them, then rebuild the affected reels."""
    from reelmaker.build import rebuild
    from reelmaker.cli import format_results
    from reelmaker.errors import ProjectError
    from reelmaker.privacy import forget as privacy_forget
    from reelmaker.project.config import open_project

    def sure(document: dict[str, Any]) -> None:
        if yes:
            return
        console.close()
        for line in receipt(document).split("\n"):
            console.line(line)
        if not is_interactive():
            raise click.UsageError("This cannot be undone: confirm with --yes, or preview it with --dry-run.")
        if not click.confirm("Erase this permanently?", err=True):
            raise ProjectError("Nothing was erased.")

    project = open_project(folder)
    if dry_run:
        document = privacy_forget.planned(project, who, keep_upload)
    else:
        document = privacy_forget.forget(project, who, rebuild, keep_upload=keep_upload, sure=sure, report=console)
    console.close()
    print(format_results.json_text(document) if as_json else receipt(document))


def is_interactive() -> bool:
    """Whether a person at the terminal can answer a question."""
    return sys.stdin.isatty()


def receipt(document: dict[str, Any]) -> str:
    """What was removed, or would be: one line each."""
    receipt_data = document["forgotten"]
    heading = "Would erase" if receipt_data["dry_run"] else f"Erased {receipt_data['made']}"
    lines = [f"{heading}: {', '.join(receipt_data['answers']) or 'nothing new; already erased earlier'}"]
    for entry in receipt_data["removed"]:
        paths = f": {', '.join(entry['paths'])}" if entry["paths"] else ""
        lines.append(f"{entry['many']:>7} {entry['what']}{paths}")
    if receipt_data["kept_upload"]:
        lines.append("The uploaded file, its sidecar files and its row are kept, but never used again.")
    for reel in receipt_data["reels"]:
        rebuild_note = "to be rebuilt" if receipt_data["dry_run"] else "rebuilt without this customer"
        lines.append(f"reel {reel['reel']}: " + (f"removed, {reel['not_made']}" if reel["not_made"] else rebuild_note))
    lines += [f"still found in {path}: check the file and remove it yourself" for path in receipt_data["still_found"]]
    lines += [f"published at {place}: remove it there yourself" for place in receipt_data["published"]]
    return "\n".join(printable(line) for line in lines)
