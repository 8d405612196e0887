"""What customers said, scored but not selected: for `find` and `moments`, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelmaker.analysis import Analysis, analyse
from reelmaker.errors import ProjectError
from reelmaker.model import Failure, Moment, Problem
from reelmaker.outputs import manifest
from reelmaker.progress import Progress, Silent
from reelmaker.project import request
from reelmaker.project.config import Project, open_project

FIND = "find"


@dataclass(frozen=True, slots=True)
class Searched:
    """Moments with the document that `--json` prints, and the failures."""

    moments: tuple[Moment, ...]
    document: Mapping[str, Any]
    failures: tuple[Failure, ...]


def moments(project: Project | str | Path, problems: Iterable[str] = (), *, report: Progress | None = None) -> Searched:
    """Every sentence with its score for these problems (if none is named, all of the file)."""
    opened = project if isinstance(project, Project) else open_project(project)
    chosen = request.ask(opened, problems, not tuple(problems))
    analysis = analyse(opened, list(opened.problems.values()), report or Silent())
    slugs = {problem.slug for problem in chosen}
    return _searched("moments", opened, chosen, analysis, [m for m in analysis.moments if m.problem in slugs])


def find(project: Project | str | Path, words: str, count: int = 10, *, report: Progress | None = None) -> Searched:
    """The `count` sentences closest in meaning to the given words, closest first."""
    opened = project if isinstance(project, Project) else open_project(project)
    if not words.strip():
        raise ProjectError("Name the words to search for.", 'For example: reelmaker find "had to pay twice"')
    query_problem = Problem(FIND, words, ("",), describe=words, phrases=(words,), kind="any")
    analysis = analyse(opened, [query_problem], report or Silent(), stores=False)
    return _searched(FIND, opened, [query_problem], analysis, _nearest(analysis.moments, count), query=words)


def _nearest(moments: Sequence[Moment], count: int) -> list[Moment]:
    """The highest scores first."""
    return sorted(moments, key=lambda moment: (-moment.score, moment.span))[:count]


def _searched(
    kind: str,
    project: Project,
    problems: list[Problem],
    analysis: Analysis,
    judged: list[Moment],
    **more: Any,
) -> Searched:
    survey = analysis.survey
    thresholds = {problem.slug: project.threshold_of(problem) for problem in problems}
    document = manifest.document(
        kind,
        request.project_facts(project),
        problems if kind != FIND else [],
        analysis.counts,
        survey.responses,
        moments=judged,
        thresholds=thresholds,
        failures=[{"file": f.file, "step": f.step, "reason": f.reason} for f in survey.failures],
        warnings=list(analysis.warnings),
        **more,
    )
    return Searched(tuple(judged), document, tuple(survey.failures))
