"""From an empty folder to the first moments: makes a project, takes videos in, adds a problem, looks for its moments."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reelmaker import atomic
from reelmaker.errors import DiskFull, ReelmakerError, UploadError
from reelmaker.ingest import passed_over
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.ingest.responses_csv import TABLE
from reelmaker.project import scaffold
from reelmaker.web.endpoint import Asked, Malformed, failure, post
from reelmaker.web.jobs import Jobs
from reelmaker.web.workspace import Workspace

LONGEST_NAME = 200  # characters
SPARE_BYTES = 500_000_000  # that stay free on the disk
NOT_IN_NAMES = set('/\\:*?"<>|')


def make(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """Make a project of the folder, as `reelmaker new` does."""
    scaffold.new(workspace.folder)
    return {"project": workspace.project().name}


def add(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Write a new problem into reelmaker.toml."""
    phrases = tuple(asked.text("phrases", "").splitlines())
    problem = scaffold.add_problem(
        workspace.project(), asked.text("statement"), asked.text("question"), asked.text("outcome", ""), phrases
    )
    return {"slug": problem.slug}


def look(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Transcribe what is new and find its moments, as `reelmaker moments` does."""
    project = workspace.project()
    slug = asked.text("problem", "")
    chosen = ["--problem", project.problem(slug).slug] if slug else []
    return (
        workspace.part(Jobs, Jobs)
        .start("look", slug, ["moments", *chosen, "--project", str(project.folder), "--json"])
        .facts()
    )


def check(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """Which files can be taken in, before anything is sent: why not, and whether they are here already."""
    folder, told = workspace.project().uploads, []
    for entry in asked.body.get("files", []):
        name, size = entry.get("name"), entry.get("size")
        if not isinstance(name, str) or type(size) is not int:
            raise Malformed("files")
        try:
            name = file_name(name)
            already = (folder / name).is_file() and (folder / name).stat().st_size == size
            if not already:
                _check(folder, name, size)
            told.append({"name": name, "already": already, "error": ""})
        except ReelmakerError as problem:
            told.append({"name": name, "already": False, "error": str(problem)})
    return {"files": told}


async def upload(request: Request) -> Response:
    """Take in one file: written next to its final place, then renamed, so that no build sees half of it."""
    workspace: Workspace = request.app.state.workspace
    try:
        folder = workspace.project().uploads
        name, size = file_name(request.query_params.get("name", "")), int(request.headers.get("content-length", "0"))
        await run_in_threadpool(_check, folder, name, size)
        target = free_name(folder, name)
        with atomic.staged(target, shared=True) as staging:
            file = await run_in_threadpool(staging.open, "wb")
            try:
                async for block in request.stream():
                    await run_in_threadpool(file.write, block)
            finally:
                file.close()
            if staging.stat().st_size != size:
                raise UploadError(f"{name}: it did not arrive completely.", "Drop it again.")
        return JSONResponse(await run_in_threadpool(_looked_at, folder, target))
    except Exception as problem:  # noqa: BLE001 - whatever it is, the page is told and stays
        return failure(problem)


def file_name(given: str) -> str:
    """The name under which a file is stored: that which it had, if it can be one.

    Raises:
        UploadError: it cannot, or it is no name of a video, recording, caption file or table.
    """
    name = unicodedata.normalize("NFC", given).strip()
    bad = not name or len(name) > LONGEST_NAME or name.startswith((".", "-")) or name.endswith(".")
    if bad or any(letter in NOT_IN_NAMES or not letter.isprintable() for letter in name):
        raise UploadError("A file has a name that cannot be used here.", "Rename it and drop it again.")
    if passed_over.is_junk(name) and not _is_sidecar(name):
        raise UploadError(f"{name}: no video, recording, caption file or table.", "Drop the customers' videos.")
    return name


def free_name(folder: Path, name: str) -> Path:
    """A path for it that nothing has yet."""
    path, number = folder / name, 1
    while path.exists() or path.is_symlink():
        number += 1
        path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
    return path


def _check(folder: Path, name: str, size: int) -> None:
    if not size:
        raise UploadError(f"{name}: the file is empty.", "Upload it again.")
    if name == TABLE and (folder / name).exists():
        raise UploadError(f"{TABLE} is there already.", "Replace it in the folder uploads/ yourself.")
    folder.mkdir(exist_ok=True)
    free = shutil.disk_usage(folder).free
    if size + SPARE_BYTES > free:
        raise DiskFull(f"{name}: there is no room for it on the disk.", "Free some space and drop it again.")


def _is_sidecar(name: str) -> bool:
    return Path(name).suffix.lower() in passed_over.SIDECARS


def _looked_at(folder: Path, path: Path) -> dict[str, Any]:
    """What the next build will say of it."""
    if _is_sidecar(path.name):
        return {"name": path.name, "trouble": "", "duration_ms": 0}
    looked_at = ingest_uploads.look(folder, path)
    length = looked_at.facts.duration_ms if looked_at.facts else 0
    return {"name": path.name, "trouble": looked_at.trouble, "duration_ms": length}


ROUTES = [
    post("/api/project", make),
    post("/api/problems", add),
    post("/api/look", look),
    post("/api/uploads/check", check),
    Route("/api/uploads", upload, methods=["POST"], name="/api/uploads"),
]
