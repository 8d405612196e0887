"""Everyone who answered, as those who look after consent see them: what they agreed to, until when, and where they appear.

In: the library, responses.csv and the manifests of reels. Out: one record a customer. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reelmaker.ingest import responses_csv, suppression
from reelmaker.ingest import uploads as ingest_uploads
from reelmaker.model import Response, blur_consent, consent
from reelmaker.outputs import followups
from reelmaker.project.config import Project
from reelmaker.project.session import look_into
from reelmaker.publish import archive, catalog


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a customer.

    `refused`: audience -> why it may not be used for it, as a key of `consent.WHY`; only where it may not. `rows`: the
    files as which responses.csv lists it; none: it is not listed, and counts as internal. `unclear`: what in its row
    nobody understands.
    """

    response: Response
    refused: Mapping[str, str]
    blurred: tuple[str, ...]  # audiences for which its faces are blurred
    rows: tuple[str, ...]
    unclear: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A build of a reel in which a customer occurs, and the numbers of their clips; none: only in its manifest."""

    reel: str
    build: int  # of an archived build; 0 for the current one
    audience: str
    clips: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with all their answers."""

    answers: tuple[Answer, ...]
    promised: str  # from responses.csv; "" for nothing
    due: str  # the date in it; ISO 8601
    uses: tuple[Use, ...]

    @property
    def id(self) -> str:
        """An answer's id, by which `forget` and `export` find the customer."""
        return self.answers[0].response.id

    @property
    def label(self) -> str:
        """How the team knows them: by name, else by the respondent's id, else by the file."""
        first = self.answers[0].response
        named = next((a.response.name for a in self.answers if a.response.name), "")
        return named or first.respondent or first.file


def customers(project: Project, day: date | None = None) -> list[Customer]:
    """Everyone with an upload, whether it may be used or not, sorted by label.

    Raises:
        ProjectError: nothing has been taken in yet.
    """
    today = day or consent.today()
    with look_into(project) as session:
        table = responses_csv.read_table(project.uploads, project.dates)
        uploads, table, _ = suppression.sieve(session.library).left(session.library.uploads(), table)
    responses, _ = ingest_uploads.responses(list(uploads.values()), table)
    people: dict[str, list[Response]] = {}
    for response in sorted(responses, key=lambda response: response.file):
        people.setdefault(response.person, []).append(response)
    used = _uses(project)
    found = [_customer(project, answers, table, today, used) for answers in people.values()]
    return sorted(found, key=lambda customer: (customer.label.casefold(), customer.id))


def _customer(
    project: Project,
    answers: Sequence[Response],
    table: responses_csv.Table,
    today: date,
    used: Mapping[str, Sequence[Use]],
) -> Customer:
    promised = followups.promise(answers)
    uses: dict[tuple[str, int], Use] = {}
    for answer in answers:
        for use in used.get(answer.id, ()):
            earlier = uses.get((use.reel, use.build))
            clips = (*(earlier.clips if earlier else ()), *use.clips)
            uses[use.reel, use.build] = Use(use.reel, use.build, use.audience, tuple(sorted(clips)))
    return Customer(
        tuple(_answer(project, response, table, today) for response in answers),
        promised,
        followups.due(promised),
        tuple(uses.values()),
    )


def _answer(project: Project, response: Response, table: responses_csv.Table, today: date) -> Answer:
    rows = responses_csv.rows_of(response.file, table)
    return Answer(
        response,
        {a: why for a in consent.AUDIENCES if (why := consent.refusal(response, a, today))},
        tuple(
            audience
            for audience in consent.AUDIENCES
            if response.picture and blur_consent.wanted(response.blur, project.blur, audience == consent.EXTERNAL)
        ),
        tuple(row["file"] for row in rows),
        tuple(dict.fromkeys(text for row in rows for text in (*consent.unclear(row), *blur_consent.unclear(row)))),
    )


def _uses(project: Project) -> dict[str, list[Use]]:
    """Answer -> the builds that contain it: those of today first, then the archived ones."""
    uses: dict[str, list[Use]] = {}
    for name, build, document in _builds(project):
        clips: dict[str, list[int]] = {answer: [] for answer in catalog.answers(document)}
        number = 0
        for item in document["items"]:
            if item.get("kind") == "clip":
                number += 1
                clips.setdefault(item["response"], []).append(number)
        audience = str(document.get("reel", {}).get("audience", consent.INTERNAL))
        for answer, numbers in clips.items():
            uses.setdefault(answer, []).append(Use(name, build, audience, tuple(numbers)))
    return uses


def _builds(project: Project) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    for reel in catalog.reels(project):
        yield reel.folder.name, 0, reel.document
    for name in archive.names(project.reels):
        for build in archive.builds(project.reels, name):
            document = build.manifest()
            if {"items", "moments"} <= document.keys():
                yield name, build.number, document
