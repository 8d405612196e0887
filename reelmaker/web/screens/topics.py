"""Topics that nobody asked about: what many customers raise and no problem covers, as `reelmaker suggest` finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from reelmaker.web.endpoint import Asked, get, post
from reelmaker.web.jobs import Jobs
from reelmaker.web.workspace import Workspace

SUGGEST = "suggest"


class Topics:
    """What was found last in this window, and of which state of the project."""

    def __init__(self) -> None:
        self.document: dict[str, Any] | None = None
        self.stamp: object = None

    def keep(self, output: str) -> None:
        try:
            document = json.loads(output)
        except ValueError:
            return
        self.document = document if isinstance(document, dict) and document.get("kind") == SUGGEST else None


def show(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """The topics found last, without those that became problems since; and the running work."""
    topics, job = workspace.part(Topics, Topics), workspace.part(Jobs, Jobs).facts()
    taken = workspace.project().problems
    document = topics.document
    return {
        "looked": document is not None,
        "topics": [topic for topic in _topics(document or {}) if topic["slug"] not in taken],
        "warnings": list((document or {}).get("warnings", ())),
        "outdated": document is not None and topics.stamp != workspace.stamp,
        "job": job,
    }


def look(workspace: Workspace, _: Asked) -> dict[str, Any]:
    """Look for topics, in a process of its own."""
    topics, project = workspace.part(Topics, Topics), workspace.project()

    def found(output: str) -> None:
        topics.keep(output)
        topics.stamp = workspace.stamp

    arguments = [SUGGEST, "--json", "--project", str(project.folder)]
    return workspace.part(Jobs, Jobs).start(SUGGEST, "", arguments, found).facts()


def _topics(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    problems: Sequence[Mapping[str, Any]] = document.get("problems", ())
    by_name = {problem["slug"]: problem for problem in problems}
    return [
        {
            "slug": topic["slug"],
            "headline": by_name[topic["slug"]].get("headline", ""),
            "quotes": [{"text": quote["text"], "label": quote["label"]} for quote in topic["quotes"]],
            "texts": {
                "statement": by_name[topic["slug"]]["statement"],
                "question": list(by_name[topic["slug"]]["question"]),
                "outcome": "",
                "describe": topic["describe"],
                "phrases": list(topic["phrases"]),
                "not": [],
                "kind": by_name[topic["slug"]]["kind"],
            },
        }
        for topic in document.get("suggestions", ())
        if topic["slug"] in by_name
    ]


ROUTES = [get("/api/topics", show), post("/api/topics", look)]
