"""The page's own files: a list that is known beforehand, each with its type. Nothing is looked up by a path that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from reelmaker.text import fonts

TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
}
FONT = "inter.ttf"


@lru_cache(maxsize=1)
def files() -> Mapping[str, Traversable]:
    """Name below static/, such as `screens/home.js` -> file."""
    listed: dict[str, Traversable] = {}
    waiting = [("", resources.files("reelmaker.web").joinpath("static"))]
    while waiting:
        prefix, folder = waiting.pop()
        for entry in folder.iterdir():
            if entry.is_dir():
                waiting.append((f"{prefix}{entry.name}/", entry))
            elif entry.name.rpartition(".")[2] in TYPES:
                listed[f"{prefix}{entry.name}"] = entry
    return listed


def page(_: Request) -> Response:
    """The one page; its address names the screen."""
    return _answer("index.html")


def file(request: Request) -> Response:
    name = request.path_params["name"]
    if name == FONT:
        return FileResponse(fonts.own_font(), media_type="font/ttf")
    return _answer(name)


def _answer(name: str) -> Response:
    found = files().get(name)
    if found is None:
        return PlainTextResponse("There is no such file.\n", 404)
    return Response(found.read_bytes(), media_type=TYPES[name.rpartition(".")[2]])
