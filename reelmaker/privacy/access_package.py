"""The package for an access request: README.txt, transcript.txt, data.json, originals; complete or not written at all."""

from __future__ import annotations

import errno
import json
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from reelmaker import permissions
from reelmaker.errors import DiskFull, ProjectError
from reelmaker.model import DIGITS
from reelmaker.model.moment_ids import clock
from reelmaker.project.config import Project
from reelmaker.publish import elsewhere

ORIGINALS = "originals"


def write(project: Project, document: Mapping[str, Any], out: Path | None, originals: Sequence[Path] = ()) -> Path:
    """Write the package: a zip if `out` ends in .zip, else a folder (default: `export-…` in the current one).

    Raises:
        ProjectError: the target exists already, or cannot be written.
        DiskFull: there is no space for it.
    """
    target = (out or Path(f"export-{_short(document)}")).absolute()
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise ProjectError(f"{target}: this already exists.", "Choose another folder with --out.")
    staging = target.with_name(f".{target.name}{elsewhere.ENDING}")
    try:
        with permissions.restricted(), elsewhere.noted(project, staging):  # personal data: for nobody else
            _write(project, document, originals, target, staging)
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            raise DiskFull(f"{target}: no space is left on the disk.", "Free some space and run again.") from None
        raise ProjectError(
            f"{target}: cannot be written ({problem.strerror}).", "Choose another folder with --out."
        ) from None
    return target


def _write(
    project: Project, document: Mapping[str, Any], originals: Sequence[Path], target: Path, staging: Path
) -> None:
    """Everything into `staging`, which then becomes the target."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir()
        for name, text in texts(document, originals).items():
            (staging / name).write_text(text, "utf-8", newline="\n")
        if target.suffix.lower() == ".zip":
            _pack(project, staging, originals, target)
        else:
            for path, name in _originals(project, originals):
                (staging / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, staging / name)
                (staging / name).chmod(0o600)
            if target.is_dir():
                target.rmdir()
            staging.replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _pack(project: Project, staging: Path, originals: Sequence[Path], target: Path) -> None:
    archive = staging / "whole.zip"
    with zipfile.ZipFile(archive, "w", strict_timestamps=False) as zip_file:
        for path in sorted(staging.iterdir()):
            if path != archive:
                zip_file.write(path, path.name, zipfile.ZIP_DEFLATED)
        for path, name in _originals(project, originals):
            zip_file.write(path, name, zipfile.ZIP_STORED)  # videos do not compress further
    archive.replace(target)


def _originals(project: Project, originals: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for path in originals:
        yield path, f"{ORIGINALS}/{path.relative_to(project.uploads).as_posix()}"


def _short(document: Mapping[str, Any]) -> str:
    """A folder name that reveals nothing about the person."""
    ids = [answer["response"][:DIGITS] for answer in document["answers"]]
    return min(ids, default="person")


def texts(document: Mapping[str, Any], originals: Sequence[Path]) -> dict[str, str]:
    """The text files of the package, by name."""
    return {
        "README.txt": _readme(document, originals),
        "data.json": json.dumps(document, ensure_ascii=False, indent=1) + "\n",
        "transcript.txt": "\n".join(_transcript_lines(document)) + "\n",
    }


def _readme(document: Mapping[str, Any], originals: Sequence[Path]) -> str:
    """The README.txt, for a person who does not know the program."""
    answers = document["answers"]
    lines = [
        f'Data held about one person in the survey "{document["project"]}"',
        f"Created {document['made'][:16].replace('T', ' ')} for: {document['asked']}",
        "",
        "In this folder",
        "  transcript.txt  what was said, with the time of each sentence",
        "  data.json       everything in machine-readable form: files, the row of the table, transcripts, scores and their reasons,",
        "                  decisions, and where it was used; times in thousandths of a second",
        *([f"  {ORIGINALS}/      the original videos with their sidecar files"] if originals else []),
        "",
        "Details given with the answers (responses.csv)",
        *(_row(document["rows"]) or ["  none"]),
        "",
        "Videos and recordings",
    ]
    for answer in answers:
        for entry in answer["files"]:
            missing_note = "" if entry["there"] else ", no longer there"
            length = clock(answer["facts"].get("duration_ms", 0))
            lines.append(f"  {entry['path']} ({length}, {entry['size']} bytes{missing_note})")
        consent = answer["consent"]
        until_note = f" until {consent['until']}" if consent["until"] else ""
        lines.append(
            f'    consent: "{consent["word"]}"{until_note}; inside the company: {consent["internal"]}; '
            f"outside: {consent['external']}"
        )
    lines += [f"  {entry['path']}: {entry['trouble'] or 'not used'}" for entry in document["other_files"]] or (
        [] if answers else ["  none"]
    )
    if document["fetched"]:
        lines += ["", "Where they came from"]
        lines += [
            f"  {fetched_video['source']}, {fetched_video['row']}: {fetched_video['file'] or fetched_video['reason']}"
            for fetched_video in document["fetched"]
        ]
    lines += ["", "Where it was used", *(_uses(document["used"]) or ["  in no finished reel"])]
    scored_sentences = sum(len(answer["moments"]) for answer in answers)
    lines += [
        "",
        "How it was scored",
        f"  {scored_sentences} sentences have scores from 0 to 1 for how likely each is about a business problem, computed from",
        "  its words and meaning, with reasons; see data.json. The program makes no decisions about a person.",
        f"  {len(document['decisions'])} decisions of the team about single sentences are in data.json,",
        f"  and {len(document['corrections'])} corrections of words that were misheard.",
        "",
        "Not in this folder",
        "  Copies of finished reels stored elsewhere; temporary files in the folder cache/, which can be deleted at any time;",
        "  numbers computed from sentences and voices to compare them, and scores of earlier settings, in library.db.",
    ]
    return "\n".join(lines) + "\n"


def _row(rows: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"  {name}: {value}" for row in rows for name, value in row.items() if value]


def _uses(used: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for reel in used:
        lines.append(f"  reel {reel['reel']} ({reel['audience']}), in {reel['folder']}: {', '.join(reel['files'])}")
        lines += [
            f'    {clock(clip["start_ms"])}-{clock(clip["end_ms"])}, shown as "{clip["label"]}": "{clip["text"]}"'
            for clip in reel["clips"]
        ]
        if not reel["clips"]:
            lines.append("    not shown; named in manifest.json")
    return lines


def _transcript_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Every transcript, one line per sentence."""
    for number, answer in enumerate(document["answers"]):
        if number:
            yield ""
        yield f"{answer['files'][0]['file']}  (response {answer['response'][:DIGITS]})"
        current = [("", answer["transcript"])] if answer["transcript"] else []
        for kind, transcript in [*current, *(("earlier, ", earlier) for earlier in answer["earlier_transcripts"])]:
            yield f"({kind}{transcript['source']}, language {transcript['language'] or 'unknown'})"
            for sentence in transcript["sentences"]:
                prefix = "interviewer: " if sentence["interviewer"] else ""
                uncertain_note = "  (recognition uncertain)" if sentence["unreliable"] else ""
                yield f"{clock(sentence['start_ms']):>8}  {prefix}{sentence['text']}{uncertain_note}"
                if sentence["english"]:
                    yield f"{'':>8}  in English: {sentence['english']}"
            if not transcript["sentences"]:
                yield "No speech."
        if not answer["transcript"] and not answer["earlier_transcripts"]:
            yield "Not transcribed."
    if not document["answers"]:
        yield "There are no answers."
