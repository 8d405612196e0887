"""Columns that contain a consent under another name: they count as well, and the narrowest applies.

Takes the rows of a table; changes them so that `consent` covers every such column. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from reelmaker.ingest import table_text
from reelmaker.model import consent

OURS = ("consent", "consent_until", "show_name")
LIKE_CONSENT = re.compile(
    r"consent|einwillig|zustimm|einverst|freigabe|erlaubnis|permission|permiso|autoris|autoriz|consens|toestemming"
    r"|samtyck|samtykke|suostumus|zgoda|zgody|opt[ _-]?in\b|gdpr|dsgvo|rgpd|release[ _]form|may[ _]we[ _]use|同意|согласи"
)
AGAINST = re.compile(
    r"opt[ _-]?out|withdr|widerr|revok|revoc|do[ _]not[ _]use|objection|einspruch"
)  # "yes" means no here
# What is told about a consent, without being one
ABOUT = re.compile(r"(?:^|[_ ])(?:date|time|at|on|version|text|wording|source|url|link|id|ip|form|by|language|datum)$")


def looks_like_consent(name: str) -> bool:
    """Whether a column of that name may contain consents although it is not called `consent`."""
    return name not in OURS and bool(LIKE_CONSENT.search(name) or AGAINST.search(name))


def fold(header: Sequence[str], rows: Sequence[dict[str, str]]) -> list[str]:
    """Merge every column that looks like consent into `consent` of its row. Returns one warning for each column."""
    warnings = []
    for name in dict.fromkeys(filter(looks_like_consent, header)):
        values = {text for row in rows if (text := row.get(name, ""))}
        against = bool(AGAINST.search(name))
        about = bool(ABOUT.search(name)) and not any(map(_refuses, values)) and not against
        if not values or about:
            continue
        for row in rows:
            if not (text := row.get(name, "")):
                continue
            held_back = _is_against(text) if against else consent.reach(text) == 0 or _refuses(text)
            # an unknown word holds the answer back; only the column "consent" itself can have anything erased
            stated = f"{text[:40]} (column {name})" if held_back else "" if against else text
            row["consent"] = (
                table_text.merged("consent", row["consent"], stated)
                if row.get("consent") and stated
                else (stated or row.get("consent", ""))
            )
        warnings.append(
            f'the column "{name}" looks like consent, so it counts as consent, and the narrower holds; '
            'if it is something else, give it another name, else call it "consent".'
        )
    return warnings


def _refuses(text: str) -> bool:
    """Whether a value begins with a refusal, such as "withdrawn on 3 May"."""
    first = consent.plain_word(text).split(" ")[0] if text.strip() else ""
    return consent.scope(text) == "none" or (bool(first) and consent.scope(first) == "none")


def _is_against(text: str) -> bool:
    """Whether a column such as "opt_out" withholds the answer: any value except a no does."""
    return consent.scope(text) != "none" or consent.plain_word(text) in ("withdrawn", "revoked", "opt out", "opted out")


def narrowed(row: Mapping[str, str], other: Mapping[str, str]) -> dict[str, str]:
    """The row with the narrower consent of both, if the other says anything about it."""
    if not any(other.get(name) for name in (*OURS, "blur")):
        return dict(row)
    stated = {"consent": other.get("consent") or row.get("consent", ""), "show_name": other.get("show_name") or "yes"}
    return consent.stricter(row, {**other, **stated})
