"""Where answers come from besides uploads/: the `[[source]]` sections of reelmaker.toml, read into typed settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from reelmaker.errors import ProjectError
from reelmaker.model import consent
from reelmaker.project.config import Project
from reelmaker.project.toml_reader import Reader
from reelmaker.sources import platforms

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HEADER = re.compile(r"[A-Za-z0-9-]+")
HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d+)?")
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S.*")
LOCAL = re.compile(r"(?:file|local)://", re.IGNORECASE)
WHOLE = re.compile(r"/[^/]|[A-Za-z]:[/\\]|\\\\|~/")
ID = "id"  # identifies a row of the export; not written into responses.csv


@dataclass(frozen=True, slots=True)
class Source:
    """One `[[source]]`: an export with links, or an address below which the videos are. Never contains secrets."""

    name: str
    export: str = ""  # below the project folder; may hold * and ?
    take: str = "newest"  # of several files, or "all"
    sheet: str = ""
    layout: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # ours -> those of the export
    keep: tuple[str, ...] = ()  # further columns, with wildcards
    link: str = ""  # makes a link of a cell that holds only an id
    question: str = ""
    consent_words: Mapping[str, str] = field(default_factory=dict)  # as the export says it -> as we do
    address: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)  # of the address' back-end; NAME_env: a variable
    header_env: Mapping[str, str] = field(default_factory=dict)  # HTTP header -> environment variable
    header_hosts: tuple[str, ...] = ()  # who gets these headers
    private_network: bool = False
    max_mb: float = 2000
    fetch_every: float = 15  # minutes, while `watch` runs


def of(project: Project) -> tuple[Source, ...]:
    """The sources of a project.

    Raises:
        ProjectError: the settings of one of them are invalid; names its line.
    """
    return read(project.sources.tables, project.sources.complain)


def read(tables: Sequence[Any], complain: Callable[[str, str, str], ProjectError]) -> tuple[Source, ...]:
    """Read the settings of every `[[source]]`; invalid ones are refused with their line."""
    sources: list[Source] = []
    for number, table in enumerate(tables, start=1):
        where = f"source {number}"
        source = _source(Reader(table, where, complain))
        if any(source.name == other.name for other in sources):
            raise complain(where, "name", f'there are two sources called "{source.name}"')
        sources.append(source)
    return tuple(sources)


def _source(reader: Reader) -> Source:
    source = Source(
        name=str(reader.get("name", str, "")).strip(),
        export=str(reader.get("export", str, "")).strip().replace("\\", "/"),
        take=reader.choice("take", "newest", ("newest", "all")),
        sheet=str(reader.get("sheet", str, "")),
        layout=reader.choice("layout", "", ("", *platforms.names())),
        columns=_columns(reader, reader.get("columns", dict, {}, 'a table such as { file = "Q5_Id" }')),
        keep=reader.texts("keep"),
        link=str(reader.get("link", str, "")).strip(),
        question=str(reader.get("question", str, "")).strip(),
        consent_words=_words(
            reader, reader.get("consent_words", dict, {}, 'a table such as { "I agree" = "internal" }')
        ),
        address=str(reader.get("address", str, "")).strip(),
        options=reader.get("options", dict, {}, 'a table such as { key_env = "REELS_KEY" }'),
        header_env=_variables(
            reader, reader.get("header_env", dict, {}, 'a table such as { Authorization = "REELS_TOKEN" }')
        ),
        header_hosts=tuple(host.lower() for host in reader.texts("header_hosts")),
        private_network=reader.get("private_network", bool, False),
        max_mb=reader.number("max_mb", 2000, 0.001, 1_000_000),
        fetch_every=reader.number("fetch_every", 15, 1, 100_000),
    )
    reader.finish()
    _agree(source, lambda key, what: reader.complain(reader.where, key, what))
    return source


def _agree(source: Source, wrong: Callable[[str, str], ProjectError]) -> None:
    """Check keys that depend on each other."""
    if not NAME.fullmatch(source.name):
        raise wrong("name", 'name is required: 1 to 30 of the characters a-z 0-9 - _, such as "spring"')
    if bool(source.export) == bool(source.address):
        raise wrong(
            "name",
            "a source needs either export, a file in the project, or address, such as s3://bucket/folder",
        )
    if source.export:
        path = PurePosixPath(source.export)
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:|[a-z]+://", source.export):
            raise wrong("export", "export must be a file in the project folder, such as exports/*.xlsx")
        if source.options:
            raise wrong("options", "options belong to an address, not to an export")
    if source.address and not ADDRESS.fullmatch(source.address):
        raise wrong(
            "address",
            'address must look like "s3://bucket/folder", "sftp://host/folder" or "file:///share"',
        )
    if source.address.startswith(("http:", "https:")):
        raise wrong("address", "a web address cannot be listed: put the links into an export")
    if ".." in re.split(r"[/\\]", source.address):
        raise wrong("address", "address must not contain .., so that it means the same folder everywhere")
    if (local := LOCAL.match(source.address)) and not WHOLE.match(source.address, local.end()):
        raise wrong("address", 'address must name the whole path of a folder of this machine, as "file:///share"')
    if source.address and "@" in source.address.split("://", 1)[1].split("/", 1)[0]:
        raise wrong(
            "address", "address contains a user name or password: put them into environment variables and use options"
        )
    for key, value in source.options.items():
        if key.endswith("_env") and not VARIABLE.fullmatch(str(value)):
            raise wrong("options", f"{key} must be the name of an environment variable, never the secret itself")
    if source.header_env and not hosts(source):
        raise wrong("header_env", "header_env also needs header_hosts, the hosts that may receive these headers")
    for host in source.header_hosts:
        if not HOST.fullmatch(host):
            raise wrong(
                "header_hosts",
                f'"{host}" is not a host name; write "api.example.com", or ".example.com" for all its subdomains',
            )
    if source.link and not (re.match(r"https?://[^/{]+/", source.link) and "{}" in source.link):
        raise wrong("link", "link must be a full web address with {} in place of the id")


def hosts(source: Source) -> tuple[str, ...]:
    """Who may get the source's headers: as it says, or else as its layout does."""
    return source.header_hosts or (platforms.load(source.layout).hosts if source.layout else ())


def _columns(reader: Reader, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    columns = {}
    for ours, theirs in table.items():
        names = [theirs] if isinstance(theirs, str) else theirs
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise reader.complain(
                reader.where, "columns", f"columns: {ours} must name one or more columns of the export"
            )
        columns[ours.strip().lower().replace(" ", "_")] = tuple(name.strip() for name in names)
    return columns


def _words(reader: Reader, table: Mapping[str, Any]) -> dict[str, str]:
    for theirs, ours in table.items():
        if not isinstance(ours, str) or consent.scope(ours) is None:
            raise reader.complain(
                reader.where, "consent_words", f'consent_words: "{theirs}" must be "none", "internal" or "external"'
            )
    return {" ".join(theirs.split()).casefold(): ours for theirs, ours in table.items()}


def _variables(reader: Reader, table: Mapping[str, Any]) -> dict[str, str]:
    for header, variable in table.items():
        if not HEADER.fullmatch(header) or not VARIABLE.fullmatch(str(variable)):
            raise reader.complain(
                reader.where,
                "header_env",
                f"header_env: {header} must be the name of an environment variable, never the secret itself",
            )
    return dict(table)
