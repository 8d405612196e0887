"""What the files of an external reel may contain: no name, file or respondent unless the customer agreed.

In: the survey as the team knows it. Out: the survey as such a reel may show it, and a warning if somebody's words
reveal a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reelmaker.ingest import responses_csv
from reelmaker.model import Moment, consent, moment_ids
from reelmaker.model.survey import Survey
from reelmaker.project.config import Project

SHORTEST = 3  # shortest part of a name, in letters: "de" and "An" are also words


def masked(survey: Survey) -> Survey:
    """The survey as it may be told: people are masked; failures name files, so there are none."""
    return replace(
        survey,
        responses=consent.masked(survey.responses),
        failures=(),
    )


def names_said(project: Project, told: Survey, moments: Iterable[Moment]) -> str:
    """A warning with the moments in which a customer's hidden name is said; "" for none.

    Checks all names of the table. A person has to decide what to do about them.
    """
    shown = {response.name for response in told.responses.values()}
    rows = responses_csv.read_table(project.uploads).rows.values()
    hidden = {
        part
        for row in rows
        if (name := row.get("name", "")) not in shown
        for part in re.findall(r"[^\W\d_]+", name)
        if len(part) >= SHORTEST and part[0].isupper()
    }
    if not hidden:
        return ""
    said = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(hidden)))})\b")
    found = list(dict.fromkeys(moment_ids.name(moment) for moment in moments if said.search(_words(moment))))
    if not found:
        return ""
    more = ", …" if len(found) > 3 else ""
    return (
        f"The name of a customer who must stay anonymous may be heard in {', '.join(found[:3])}{more}. "
        "Check it; `reelmaker hide` removes the clip from the video, `reelmaker drop` from all files."
    )


def _words(moment: Moment) -> str:
    texts: Sequence[str] = [moment.text, *(sentence.english for sentence in moment.sentences)]
    return " ".join(texts)
