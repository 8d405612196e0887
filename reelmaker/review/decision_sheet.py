"""Decisions that somebody filled into a table of `moments --csv`.

In: the table, as a spreadsheet program saves it. Out: rows of the library, all or none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reelmaker import analysis
from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.ingest import table_text
from reelmaker.model import Verdict
from reelmaker.model.decision import VERDICTS, Decision
from reelmaker.progress import Progress, Silent
from reelmaker.project import clock_skew
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.review.lookup import ResolvedMoment, resolve
from reelmaker.select.decisions import verdicts

DECIDE, NOTE = "decide", "note"  # columns; the second is optional
NEEDED = ("moment", "problem", DECIDE)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of a table: the decisions recorded, and how many rows say what holds already."""

    made: list[tuple[Decision, ResolvedMoment]]
    known: int


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    moment: str
    problem: str
    verdict: Verdict
    note: str


def decide(project: Project, table: Path, report: Progress | None = None) -> Read:
    """Record the decisions of a table; rows without one are passed over, and so are those that hold already.

    Raises:
        ProjectError: the table cannot be read, or one of its rows is wrong; then none is recorded.
    """
    rows = list(_rows(project, table))
    progress, new = report or Silent(), list[Decision]()
    meant, known = list[ResolvedMoment](), 0
    with look_into(project) as session:
        survey, standing = analysis.known(session), session.library.decisions()
        made = clock_skew.now()
        for row in rows:
            try:
                found = resolve(project, survey, row.moment)
            except ReelmakerError as problem:
                raise ProjectError(
                    f"{table.name}, line {row.line}: {problem.message} Nothing was recorded.", problem.remedy
                ) from None
            decision = Decision(0, found.span, row.problem, row.verdict, row.note, made)
            if _holds([*standing, *new], decision):
                known += 1
                continue
            new.append(decision)
            meant.append(found)
            if row.verdict == "keep" and all(verdicts.unquotable(sentence) for sentence in found.sentences):
                reason = verdicts.unquotable(found.sentences[0])
                progress.warn(f"{found.name}: {reason} are never quoted, whatever the team decides.")
        return Read(list(zip(session.library.store_decisions(new), meant, strict=True)), known)


def _holds(decisions: list[Decision], new: Decision) -> bool:
    """Whether the last word on the stretch is the same already."""
    same = [
        decision
        for decision in decisions
        if decision.kind == "verdict"
        and not decision.withdrawn
        and decision.problem in ("", new.problem)
        and verdicts.belongs(decision.span, new.span)
    ]
    return bool(same) and same[-1].verdict == new.verdict


def _rows(project: Project, path: Path) -> Iterator[_Row]:
    try:
        table = table_text.parse(path.read_bytes())
    except OSError as problem:
        raise ProjectError(f"{path}: cannot be read ({problem.strerror}).", "Check the name of the file.") from None
    except (csv.Error, UnicodeDecodeError):
        raise ProjectError(f"{path}: this is no table of text.", "Save it as CSV, not as a workbook.") from None
    missing = [column for column in NEEDED if column not in table.header]
    if missing:
        raise ProjectError(
            f"{path}: the first line has no column {' and no column '.join(missing)}.",
            "Fill in a table that `reelmaker moments --csv` wrote, and save it as CSV.",
        )
    for record in table.records[1:]:
        row = record.row
        word = row.get(DECIDE, "").lower()
        if not word:
            continue
        if word not in VERDICTS:
            raise ProjectError(
                f'{path.name}, line {record.line}: "{row[DECIDE]}" is no decision. Nothing was recorded.',
                f"Write {', '.join(VERDICTS)}, or leave the cell empty.",
            )
        slug = row.get("problem", "")
        if slug:
            project.problem(slug)
        elif word == "keep":
            raise ProjectError(
                f"{path.name}, line {record.line}: a kept moment needs a problem. Nothing was recorded.",
                f"Write one of: {', '.join(project.problems)}.",
            )
        yield _Row(record.line, row.get("moment", ""), slug, word, row.get(NOTE, ""))
