"""The problem: its texts, what a change of them would find, and the change itself, in reelmaker.toml.

An edit of the file made elsewhere meanwhile is shown, never overwritten: each change names the digest of the file that
the person saw.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from reelmaker.errors import InvalidSetting, SettingsChanged
from reelmaker.model import Moment, Problem, joined
from reelmaker.project import scaffold, settings_file
from reelmaker.project.config import Project
from reelmaker.project.settings_file import edits
from reelmaker.review import problem_preview
from reelmaker.text.cleaning import clean_line
from reelmaker.web.endpoint import Asked, Malformed, get, post
from reelmaker.web.screens.home import count_words, problem_facts
from reelmaker.web.screens.moments import who
from reelmaker.web.workspace import Known, Workspace

MOST_SHOWN = 40  # moments that come, and that go
LONGEST = 2000  # characters of a text
MOST_TEXTS = 200
SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CONFLICT, INVALID = 409, 400


def show(workspace: Workspace, asked: Asked) -> dict[str, Any]:
    """The texts of a problem as the file has them now."""
    known, digest = workspace.known(), settings_file.digest(workspace.folder)
    problem = known.project.problem(asked.path["slug"])
    return {"problem": problem_facts(known, problem), "texts": _texts(problem), "digest": digest}


def fresh(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """What a new problem begins with."""
    texts: dict[str, Any] = {**dict.fromkeys(edits.ONE, ""), **{key: [] for key in edits.SEVERAL}, "kind": "pain"}
    known, digest = workspace.known(), settings_file.digest(workspace.folder)
    return {"project": known.project.name, "texts": texts, "digest": digest, "taken": list(known.project.problems)}


def preview(workspace: Workspace, asked: Asked) -> Any:
    """Which moments would come and go, and the counts; nothing is written."""
    known, values = workspace.known(), _values(asked)
    slug = asked.text("slug")
    try:
        changed = settings_file.tried(workspace.folder, _change(known.project, slug, asked, values))
    except InvalidSetting as fault:
        return _at_field(fault)
    if not known.survey.transcripts:
        return {"transcribed": False}
    old = known.project.problems.get(slug)
    difference = problem_preview.difference(
        changed,
        known.survey,
        slug,
        known.moments.get(slug, ()),
        known.counts,
        known.project.threshold_of(old) if old else known.project.threshold,
    )
    return {
        "transcribed": True,
        "before": count_words(difference.before),
        "after": count_words(difference.after),
        "come": _groups(known, difference.come),
        "come_total": len(difference.come),
        "go": _groups(known, difference.go),
        "go_total": len(difference.go),
        "stay": difference.stay,
        "others": [
            {"statement": changed.problems[other].statement, "before": count_words(one), "after": count_words(two)}
            for other, (one, two) in difference.others.items()
        ],
    }


def save(workspace: Workspace, asked: Asked) -> Any:
    """Write the texts into reelmaker.toml."""
    slug, values = asked.text("slug"), _values(asked)
    try:
        change = _change(workspace.project(), slug, asked, values)
        project = settings_file.changed(workspace.folder, asked.text("digest"), change)
    except InvalidSetting as fault:
        return _at_field(fault)
    except SettingsChanged as meanwhile:
        return _meanwhile(workspace.project(), slug, settings_file.digest(workspace.folder), meanwhile)
    return {"texts": _texts(project.problems[slug]), "digest": settings_file.digest(workspace.folder), "slug": slug}


def _change(project: Project, slug: str, asked: Asked, values: edits.Values) -> settings_file.Change:
    """The change of the file's text, for a problem that is there or a new one."""
    if asked.body.get("new") is True:
        if not SLUG.fullmatch(slug) or slug == "all":
            raise InvalidSetting(
                "The short name is not valid.", "", f"problems.{slug}", "slug",
                'a short name has 1 to 40 of a-z 0-9 - _, and is not "all"',
            )  # fmt: skip
        if slug in project.problems:
            raise InvalidSetting(
                "The short name is taken.", "", f"problems.{slug}", "slug", "there is a problem of this name already"
            )
        return lambda text: edits.added(text, slug, values)
    problem = project.problem(slug)
    return lambda text: edits.problem(text, problem, values)


def _values(asked: Asked) -> dict[str, str | tuple[str, ...]]:
    """The texts as the page sends them, without what no reader can see."""
    given = asked.body.get("texts")
    if not isinstance(given, dict) or set(given) != set(edits.KEYS):
        raise Malformed("texts")
    values: dict[str, str | tuple[str, ...]] = {}
    for key, value in given.items():
        if key in edits.ONE:
            if not isinstance(value, str) or len(value) > LONGEST:
                raise Malformed(key)
            values[key] = clean_line(value)
        else:
            if not isinstance(value, list) or len(value) > MOST_TEXTS:
                raise Malformed(key)
            if not all(isinstance(text, str) and len(text) <= LONGEST for text in value):
                raise Malformed(key)
            values[key] = tuple(filter(None, map(clean_line, value)))
    return values


def _texts(problem: Problem) -> dict[str, Any]:
    values: Mapping[str, str | tuple[str, ...]] = edits.values_of(problem)
    return {key: value if isinstance(value, str) else list(value) for key, value in values.items()}


def _at_field(fault: InvalidSetting) -> Response:
    """What is wrong, and at which field of the form."""
    told = {"error": fault.message, "remedy": fault.remedy, "field": fault.key or "slug", "fault": fault.fault}
    return JSONResponse(told, INVALID)


def _meanwhile(project: Project, slug: str, digest: str, problem: SettingsChanged) -> Response:
    """What the file says by now, to be shown beside what was typed."""
    now = project.problems.get(slug)
    told = {"error": problem.message, "remedy": problem.remedy, "digest": digest, "texts": _texts(now) if now else None}
    return JSONResponse(told, CONFLICT)


def _groups(known: Known, groups: Sequence[tuple[Moment, ...]]) -> list[dict[str, Any]]:
    return [
        {
            "text": joined([word for moment in group for word in moment.words]),
            "who": who(known.survey.responses[group[0].span.response]),
            "score": round(max(moment.score for moment in group), 2),
        }
        for group in groups[:MOST_SHOWN]
    ]


def suggested_name(workspace: Workspace, asked: Asked) -> dict[str, str]:
    """The short name that a statement would get."""
    return {"slug": scaffold.slug_of(asked.query.get("statement", "")[:LONGEST], list(workspace.project().problems))}


ROUTES = [
    get("/api/problems/{slug}/texts", show),
    get("/api/new-problem", fresh),
    get("/api/new-problem/name", suggested_name),
    post("/api/problem/preview", preview),
    post("/api/problem/save", save),
]
