"""Home: each problem with its count and the state of its reel; what is new, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reelmaker import status
from reelmaker.model import Count, Problem
from reelmaker.model.audit import Audited
from reelmaker.project.config import Project
from reelmaker.publish import archive, catalog
from reelmaker.select import headline
from reelmaker.web.endpoint import Asked, get
from reelmaker.web.workspace import Known, Workspace


def show(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """What stands on the first screen. Without a project only that there is none."""
    if not workspace.exists:
        return {"project": None, "folder": workspace.folder.name}
    known = workspace.known()
    project = known.project
    state = status.look(project, (known.survey, known.counts))
    reels = {reel.name: reel for reel in state.reels}
    return {
        "project": {"name": project.name, "language": project.language or "auto"},
        "folder": workspace.folder.name,
        "problems": [
            _problem(known, problem, reels.get(catalog.name_of(problem.slug, project, False)))
            for problem in project.problems.values()
        ],
        "uploads": {
            "answers": state.responses,
            "with_speech": state.heard,
            "new": list(state.new),
            "changed": list(state.changed),
            "gone": list(state.gone),
            "waiting": list(state.waiting),
            "silent": list(state.silent),
            "left_out": [{"file": file, "why": why} for file, why in state.left_out],
        },
        "failures": [{"file": f.file, "step": f.step, "reason": f.reason} for f in state.failures],
        "warnings": list(dict.fromkeys([*state.warnings, *known.warnings])),
    }


def navigation(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """What stands beside every screen: the project, and each problem with its count."""
    if not workspace.exists:
        return {"project": None, "problems": []}
    known = workspace.known()
    problems = [
        {
            "slug": problem.slug,
            "statement": problem.statement,
            "number": (count_words(known.counts.get(problem.slug)) or {}).get("number", ""),
        }
        for problem in known.project.problems.values()
    ]
    return {"project": {"name": known.project.name}, "problems": problems}


def changes(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """A mark that is another one when somebody, in a window or on the command line, has changed something."""
    return {"mark": str(hash(workspace.stamp)), "project": workspace.exists}


def count_words(count: Count | None, audited: Audited | None = None) -> dict[str, Any] | None:
    """A count as it is stated everywhere; None before anything was transcribed."""
    if count is None or not count.of:
        return None
    return {
        "number": headline.number(count),
        "customers": headline.customers(count),
        "sentence": headline.sentence(count),
        "maybe": headline.may_have(count),
        "basis": headline.basis(count) + headline.so_far(audited),
        "spoke": count.figure[0],
        "of": count.figure[1],
        "may": count.maybe if not count.audited else 0,
    }


def problem_facts(known: Known, problem: Problem) -> dict[str, Any]:
    """What stands above every screen of a problem."""
    return {
        "slug": problem.slug,
        "statement": problem.statement,
        "outcome": problem.outcome,
        "question": list(problem.question),
        "kind": problem.kind,
        "count": count_words(known.counts.get(problem.slug), known.audits.get(problem.slug)),
    }


def _problem(known: Known, problem: Problem, reel: status.ReelState | None) -> dict[str, Any]:
    decided = sum(moment.verdict is not None for moment in known.moments.get(problem.slug, ()))
    return {
        **problem_facts(known, problem),
        "decided": decided,
        "reel": _reel(known.project, reel) if reel else None,
    }


def _reel(project: Project, reel: status.ReelState) -> dict[str, Any]:
    folder = project.reels / reel.name
    document = archive.document(folder) or {}
    items: Sequence[dict[str, Any]] = document.get("items", [])
    return {
        "name": reel.name,
        "built": reel.built,
        "newer": reel.newer,
        "complete": reel.complete,
        "audience": reel.audience,
        "refused": reel.refused,
        "unredacted": reel.unredacted,
        "clips": sum(item.get("kind") == "clip" for item in items),
        "duration_ms": max((int(item.get("end_ms", 0)) for item in items), default=0),
        "page": _has(folder, "index.html"),
        "slides": _has(folder, "reel.pptx"),
    }


def _has(folder: Path, name: str) -> bool:
    return (folder / name).is_file()


ROUTES = [get("/api/home", show), get("/api/nav", navigation), get("/api/changes", changes)]
