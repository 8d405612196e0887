"""What a source lists now: its export, or the files below its address. Reads secrets from the environment.

Takes a project and a source; returns offers, and the rules for downloading them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.project.config import Project
from reelmaker.sources import candidates, download, spreadsheet
from reelmaker.sources.candidates import Offer
from reelmaker.sources.settings import Source, hosts


def offers(project: Project, source: Source, share: download.Share | None) -> list[Offer]:
    """Every video that the source has now.

    Raises:
        ProjectError: its export is missing or has other columns, or its address cannot be read.
    """
    if share is not None:
        raw = share.table()
        where = f"{download.TABLE} at the address"
        rows = spreadsheet.of_text(Path(where), raw) if raw is not None else None
        return candidates.of_address(source, share.files(), rows, where)
    by_key: dict[tuple[str, str], Offer] = {}
    for path in exports(project, source):  # oldest first: a later file wins
        rows = spreadsheet.read(path, source.sheet)
        for offer in candidates.of_export(source, rows, path.relative_to(project.folder).as_posix()):
            by_key[offer.row, offer.part] = offer
    return list(by_key.values())


def exports(project: Project, source: Source) -> list[Path]:
    """The files of the export, oldest first: all of them, or only the newest.

    Raises:
        ProjectError: there is none.
    """
    paths = [
        path
        for path in project.folder.glob(source.export)
        if path.is_file() and not path.name.startswith((".", "~$")) and path.resolve().is_relative_to(project.folder)
    ]
    if not paths:
        raise ProjectError(
            f"there is no file {source.export} in the project folder.", "Put the export there, or correct `export`."
        )
    paths.sort(key=lambda path: (path.stat().st_mtime_ns, path.name))
    return paths if source.take == "all" else paths[-1:]


def options(source: Source) -> dict[str, Any]:
    """The options of an address, with the values of the named environment variables."""
    resolved: dict[str, Any] = {}
    for key, value in source.options.items():
        if key.endswith("_env"):
            resolved[key.removesuffix("_env")] = secret(str(value))
        elif isinstance(value, Mapping):
            resolved[key] = options(Source(source.name, options=value))
        else:
            resolved[key] = value
    return resolved


def rules(source: Source) -> download.Rules:
    """The rules for downloading links of the source."""
    headers = {header: secret(variable) for header, variable in source.header_env.items()}
    return download.Rules(int(source.max_mb * 1e6), headers, hosts(source), source.private_network)


def secret(variable: str) -> str:
    """
    Raises:
        ProjectError: the variable is not set, or contains a line break.
    """
    value = os.environ.get(variable, "").strip()
    if not value:
        raise ProjectError(
            f"the environment variable {variable} is not set.",
            "Set it where reelmaker runs; scheduled builds do not see the variables of your terminal.",
        )
    if not value.isprintable():
        raise ProjectError(
            f"the environment variable {variable} contains a line break.", "Set it again without the line break."
        )
    return value


def variables(source: Source) -> tuple[str, ...]:
    """The environment variables that the source needs."""
    named = [str(value) for key, value in source.options.items() if key.endswith("_env")]
    return (*named, *source.header_env.values())
