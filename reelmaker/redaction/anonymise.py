"""What the files of an external reel may contain: no name, file or respondent unless the customer agreed.

A warning names the moments in which a hidden name is said.
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
    """The survey as an external reel may contain it: people are masked; failures are omitted because they name files."""
    return replace(
        survey,
        responses=consent.masked(survey.responses),
        failures=(),
    )


def names_said(project: Project, masked_survey: Survey, moments: Iterable[Moment]) -> str:
    """A warning with the moments in which a customer's hidden name is said; "" if there are none.

    Checks all names of the table. A person has to decide what to do about them.
    """
    shown_names = {response.name for response in masked_survey.responses.values()}
    rows = responses_csv.read_table(project.uploads, project.dates).rows.values()
    hidden = {
        part
        for row in rows
        if (name := row.get("name", "")) not in shown_names
        for part in re.findall(r"[^\W\d_]+", name)
        if len(part) >= SHORTEST and part[0].isupper()
    }
    if not hidden:
        return ""
    name_pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(hidden)))})\b")
    moment_names = list(
        dict.fromkeys(moment_ids.name(moment) for moment in moments if name_pattern.search(_words(moment)))
    )
    if not moment_names:
        return ""
    ellipsis = ", …" if len(moment_names) > 3 else ""
    return (
        f"The name of a customer who must stay anonymous may be heard in {', '.join(moment_names[:3])}{ellipsis}. "
        "Check it; `reelmaker hide` removes the clip from the video, `reelmaker drop` from all files."
    )


def _words(moment: Moment) -> str:
    texts: Sequence[str] = [moment.text, *(sentence.english for sentence in moment.sentences)]
    return " ".join(texts)
