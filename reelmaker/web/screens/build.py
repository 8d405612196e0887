"""Build: start it, watch it, stop it; and what came out: the reel to watch, its page, its slides, every file of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from reelmaker.errors import ProjectError
from reelmaker.outputs.page import csp
from reelmaker.project.config import Project
from reelmaker.publish import archive, catalog
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.jobs import Jobs
from reelmaker.web.screens.home import problem_facts
from reelmaker.web.workspace import Workspace

KINDS = ("draft", "build")
LOOK_EVERY_S = 0.15
ALIVE_EVERY_S = 15.0
TYPES = {
    "mp4": "video/mp4",
    "html": "text/html; charset=utf-8",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "vtt": "text/vtt",
}
SHOWN = ("reel.mp4", "poster.jpg", "index.html", "reel.vtt")  # in the browser; all others are downloaded
# What the files are, for people who do not know the endings
NAMES = {
    "reel.mp4": "The reel",
    "reel.pptx": "Slides (PowerPoint)",
    "index.html": "Page with reel and quotes",
    "embed.html": "Snippet for an intranet page",
    "quotes.docx": "Quotes (Word)",
    "quotes.md": "Quotes (text)",
    "quotes.csv": "Quotes (table)",
    "poster.jpg": "Poster picture",
    "reel.srt": "Captions (.srt)",
    "reel.vtt": "Captions (.vtt)",
    "chapters.vtt": "Chapters",
    "transcript.txt": "Transcript",
    "reel.otio": "Edit list (OpenTimelineIO)",
    "reel.edl": "Edit list (EDL)",
    "reel.xml": "Edit list (Final Cut)",
    "manifest.json": "The account of the reel, for programs",
    "changes.md": "What changed since the last build",
    "teaser.mp4": "Teaser",
    "teaser.gif": "Teaser (moving picture)",
}


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """What was built for a problem, and what is going on."""
    known = workspace.known()
    problem = known.project.problem(asked.path["slug"])
    results = [built(known.project, catalog.name_of(problem.slug, known.project, draft)) for draft in (False, True)]
    return {
        "problem": problem_facts(known, problem),
        "reel": results[0],
        "draft": results[1],
        "job": workspace.part(Jobs, Jobs).facts(),
    }


def start(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Begin to build a draft or the reel of a problem."""
    kind, project = asked.text("kind"), workspace.project()
    problem = project.problem(asked.path["slug"])
    if kind not in KINDS:
        raise Malformed("kind")
    arguments = ["build", "--problem", problem.slug, "--project", str(project.folder), "--json"]
    job = workspace.part(Jobs, Jobs).start(kind, problem.slug, arguments + (["--draft"] if kind == "draft" else []))
    return job.facts()


def cancel(workspace: Workspace, _: Asked) -> dict[str, Any]:
    workspace.part(Jobs, Jobs).cancel()
    return {}


def job(workspace: Workspace, _: Asked) -> dict[str, Any]:
    return {"job": workspace.part(Jobs, Jobs).facts()}


async def events(request: Request) -> Response:
    """The running job each time something happens in it, as Server-Sent Events, until it ends."""
    jobs: Jobs = request.app.state.workspace.part(Jobs, Jobs)

    async def told() -> AsyncIterator[str]:
        last, silent_s = (-1, -1), 0.0
        while True:
            facts = jobs.facts()
            now = (facts["number"], facts["version"]) if facts else (0, 0)
            if now != last:
                last, silent_s = now, 0.0
                yield f"data: {json.dumps(facts)}\n\n"
            if not facts or not facts["running"]:
                return
            await anyio.sleep(LOOK_EVERY_S)
            silent_s += LOOK_EVERY_S
            if silent_s > ALIVE_EVERY_S:
                silent_s = 0.0
                yield ": still there\n\n"

    return StreamingResponse(told(), media_type="text/event-stream")


def built(project: Project, name: str) -> dict[str, Any] | None:
    """A finished reel or draft: its files, and the first lines of what changed. None if there is none."""
    folder = project.reels / name
    document = archive.document(folder)
    if document is None or not (folder / "reel.mp4").is_file():
        return None
    files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: _rank(path.name))
    return {
        "name": name,
        "built": str(document.get("reel", {}).get("built", "")) or _time(folder),
        "files": [
            {"name": path.name, "title": NAMES.get(path.name, path.name), "bytes": path.stat().st_size}
            for path in files
        ],
        "clips": [_clip(item) for item in document.get("items", []) if item.get("kind") == "clip"],
        "duration_ms": max((int(item.get("end_ms", 0)) for item in document.get("items", [])), default=0),
        "warnings": list(document.get("warnings", [])),
    }


def file(workspace: Workspace, asked: Asked) -> Response:
    """A file of a finished reel: shown, or with `?download` saved."""
    project = workspace.project()
    name, wanted = asked.path["reel"], asked.path["file"]
    folders = {path.name: path for path in project.reels.iterdir()} if project.reels.is_dir() else {}
    files = {path.name: path for path in folders[name].iterdir()} if name in folders and folders[name].is_dir() else {}
    path = files.get(wanted)
    if path is None or name.startswith(".") or not path.is_file() or path.is_symlink():
        raise ProjectError("There is no such file.", "Build the reel again.")
    if wanted not in SHOWN or "download" in asked.query:
        return FileResponse(path, filename=f"{name} {wanted}", media_type="application/octet-stream")
    headers = {"Content-Security-Policy": page_policy()} if path.suffix == ".html" else {}
    return FileResponse(path, media_type=TYPES[path.suffix[1:]], headers=headers)


def page_policy() -> str:
    """The policy of a reel's page, whoever wrote the file: only the script of this program runs on it."""
    return (
        f"default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; script-src {csp.digest(csp.part('page.js'))}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _clip(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "label": item.get("label", ""),
        "text": item.get("quote") or item.get("text", ""),
        "at_ms": item["start_ms"],
    }


def _rank(name: str) -> tuple[int, str]:
    names = list(NAMES)
    return names.index(name) if name in names else len(names), name


def _time(folder: Path) -> str:
    from datetime import datetime

    return datetime.fromtimestamp((folder / "reel.mp4").stat().st_mtime).isoformat(timespec="seconds")


ROUTES = [
    get("/api/problems/{slug}/build", show),
    post("/api/problems/{slug}/build", start),
    get("/api/job", job),
    Route("/api/job/events", events, methods=["GET"], name="/api/job/events"),
    post("/api/job/cancel", cancel),
    get("/reels/{reel}/{file}", file),
]
