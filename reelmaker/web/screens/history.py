"""History: the builds of each reel, what changed in them, restoring one, and who approved which."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.progress import Warned
from reelmaker.publish import build_difference, sign_off
from reelmaker.publish import history as past
from reelmaker.publish.history import Build
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.workspace import Workspace

REEL = re.compile(r"[a-z0-9_+.-]{1,200}")


def show(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """Every build of every reel, the newest first."""
    project = workspace.project()
    builds = past.listed(project) if project.library.exists() else []
    names: dict[str, list[dict[str, Any]]] = {}
    for build in builds:
        names.setdefault(build.reel, []).append(_build(build))
    statements = {slug: problem.statement for slug, problem in project.problems.items()}
    return {
        "reels": [
            {"reel": reel, "title": _title(reel, statements), "builds": of_reel} for reel, of_reel in names.items()
        ],
        "keeps": project.reel.keep_builds,
    }


def compare(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """How two builds of a reel differ."""
    project, reel = workspace.project(), _reel(asked)
    builds = {build.number: build for build in past.listed(project, [reel])}
    numbers = asked.number("first"), asked.number("second")
    if not builds.keys() >= set(numbers):
        raise ProjectError("One of these builds is no longer there.", "Reload the page.")
    return asdict(build_difference.between(project, builds[numbers[0]], builds[numbers[1]]))


def restore(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Put an earlier build into the reel's folder, as `reelmaker history --restore` does."""
    number, warned = asked.body.get("number"), Warned()
    if type(number) is not int:
        raise Malformed("number")
    build = past.restore(workspace.project(), [_reel(asked)], number, warned)
    return {"build": _build(build), "warnings": warned.lines}


def approve(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Sign the current build off, as `reelmaker history --approve` does; it must be the one that was shown."""
    project, reel, warned = workspace.project(), _reel(asked), Warned()
    current = next((build for build in past.listed(project, [reel]) if build.current), None)
    if current is None or current.number != asked.body.get("number"):
        raise ProjectError("The reel was built anew meanwhile; nobody approved that build.", "Watch the new build.")
    approval = sign_off.approve(project, [reel], asked.text("name"), warned)
    return {"number": approval.number, "warnings": warned.lines}


def take_back(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Take a sign-off back; its row stays in the library."""
    number = asked.body.get("number")
    if type(number) is not int:
        raise Malformed("number")
    sign_off.withdraw(workspace.project(), number)
    return {}


def _reel(asked: Asked) -> str:
    reel = asked.path["reel"]
    if not REEL.fullmatch(reel):
        raise ProjectError("There is no such reel.", "Reload the page.")
    return reel


def _build(build: Build) -> dict[str, Any]:
    return {
        "number": build.number,
        "built": build.built,
        "current": build.current,
        "clips": build.clips,
        "duration_ms": build.duration_ms,
        "changes": dict(build.changes),
        "approvals": [{"number": one.number, "name": one.name, "made": one.made} for one in build.approvals],
        "page": build.current and (build.folder / "index.html").is_file(),
    }


def _title(reel: str, statements: dict[str, str]) -> str:
    """The statements of its problems; its name where they are no longer in the settings."""
    name = reel.removesuffix(".external")
    known = [statements[slug] for slug in name.split("+") if slug in statements]
    title = " · ".join(known) or name
    return f"{title} (external)" if name != reel else title


PATH = "/api/history/{reel}"
ROUTES = [
    get("/api/history", show),
    get(f"{PATH}/compare", compare),
    post(f"{PATH}/restore", restore),
    post(f"{PATH}/approve", approve),
    post("/api/history-undo-approval", take_back),
]
