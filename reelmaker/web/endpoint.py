"""A function as a route: it takes what was asked and gives what is to be shown, as JSON. Errors become JSON as well.

What a person can do something about is a `ReelmakerError`: its message and its remedy are shown. Of anything else only
its kind and its place in the code are logged, since its text may hold words of customers.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reelmaker import shapes
from reelmaker.errors import AnotherBuild, DiskFull, ReelmakerError
from reelmaker.web.workspace import Workspace

MOST_BYTES = 2_000_000  # of a request's JSON
STATUS: dict[type[ReelmakerError], int] = {AnotherBuild: 409, DiskFull: 507}
log = logging.getLogger("reelmaker.web")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the parts of its address, and the JSON that came with it."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)

    def text(self, name: str, default: str | None = None) -> str:
        """A text of the body.

        Raises:
            Malformed: it is missing or no text.
        """
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise Malformed(name)
        return value

    def texts(self, name: str) -> list[str]:
        value = self.body.get(name)
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise Malformed(name)
        return value

    def number(self, name: str, default: int = 0, most: int = 1 << 31) -> int:
        """A whole number of the address, at least 0."""
        value = self.query.get(name, str(default))
        if not (value.isascii() and value.isdigit()) or int(value) > most:
            raise Malformed(name)
        return int(value)


class Malformed(ReelmakerError):
    """The page asked something that it never asks."""

    def __init__(self, name: str) -> None:
        super().__init__(f'The window sent something unexpected ("{name}").', "Reload the page.")


def get(path: str, function: Callable[[Workspace, Asked], Any]) -> Route:
    """A route that shows something."""
    return Route(path, _answering(function), methods=["GET"], name=path)


def post(path: str, function: Callable[[Workspace, Asked], Any]) -> Route:
    """A route that changes something."""
    return Route(path, _answering(function), methods=["POST"], name=path)


def failure(problem: Exception) -> Response:
    """An error as the page shows it."""
    if isinstance(problem, ReelmakerError):
        status = next((code for kind, code in STATUS.items() if isinstance(problem, kind)), 400)
        told = {"error": problem.message, "remedy": problem.remedy, "exit_code": problem.exit_code}
        return JSONResponse(told, status)
    place = traceback.extract_tb(problem.__traceback__)[-1]
    log.warning("%s in %s, line %s", type(problem).__name__, place.name, place.lineno)
    if isinstance(problem, OSError) and problem.strerror:
        told = {"error": f"A file cannot be read or written ({problem.strerror}).", "remedy": "Check the disk."}
        return JSONResponse(told, 500)
    told = {
        "error": f"Unexpected error: {type(problem).__name__}.",
        "remedy": "Reload the page; report it if it stays.",
    }
    return JSONResponse(told, 500)


def _answering(function: Callable[[Workspace, Asked], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        workspace: Workspace = request.app.state.workspace
        try:
            asked = Asked(request.path_params, dict(request.query_params), await _body(request))
            result = await run_in_threadpool(function, workspace, asked)
        except Exception as problem:  # noqa: BLE001 - whatever it is, the page is told and stays
            return failure(problem)
        return result if isinstance(result, Response) else JSONResponse(result)

    return answer


async def _body(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return {}
    raw = b""
    async for block in request.stream():
        raw += block
        if len(raw) > MOST_BYTES:
            raise Malformed("too much")
    try:
        value = json.loads(raw or b"{}")
        shapes.shallow(value)
    except (ValueError, RecursionError):
        raise Malformed("no JSON") from None
    if not isinstance(value, dict):
        raise Malformed("no record")
    return value
