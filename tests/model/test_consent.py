"""Consents: how far each word reaches, until when, which of two rows holds, and what a mask leaves of a person."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmaker.ingest import responses_csv, uploads
from reelmaker.model import Facts, Response, Upload
from reelmaker.model import consent as model_consent
from reelmaker.model.consent import EXTERNAL, INTERNAL, refusal

DAY = date(2026, 11, 25)


def response(consent: str = "", until: str = "", **more: object) -> Response:
    return Response("f" * 64, "a.mp4", 1000, consent=consent, consent_until=until, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("consent", "inside", "outside"),
    [
        ("", "", "audience"),
        ("internal", "", "audience"),
        ("Yes", "", "audience"),
        (" EXTERNAL ", "", ""),
        ("none", "withdrawn", "withdrawn"),
        ("No", "withdrawn", "withdrawn"),
        ("Withdrawn", "withdrawn", "withdrawn"),
        ("extrenal", "withdrawn", "withdrawn"),
        ("internal/external", "withdrawn", "withdrawn"),
    ],
)
def test_how_far_a_word_reaches(consent: str, inside: str, outside: str) -> None:
    assert refusal(response(consent), INTERNAL, DAY) == inside
    assert refusal(response(consent), EXTERNAL, DAY) == outside


@pytest.mark.parametrize(
    ("until", "why"),
    [("2026-11-25", ""), ("2026-11-24", "expired"), ("2027-01-01", ""), ("31.12.2027", "expired"), ("soon", "expired")],
)
def test_a_consent_ends_with_its_last_day(until: str, why: str) -> None:
    assert refusal(response("external", until), EXTERNAL, DAY) == why
    assert refusal(response("", until), INTERNAL, DAY) == why
    assert refusal(response("none", until), INTERNAL, DAY) == "withdrawn"


@pytest.mark.slow
@given(st.text(max_size=12), st.text(max_size=12))
def test_only_the_word_itself_lets_an_answer_out(consent: str, until: str) -> None:
    if refusal(response(consent, until), EXTERNAL, DAY) == "":
        assert consent.strip().casefold() == "external"
        assert not until or date.fromisoformat(until.strip()) >= DAY
        assert refusal(response(consent, until), INTERNAL, DAY) == ""


def test_words_that_nobody_knows_are_told_by_their_row(tmp_path: Path) -> None:
    (tmp_path / "responses.csv").write_text(
        "file,consent,consent_until\na.mp4,maybe,\nb.mp4,internal,2027-02-30\nc.mp4,external,2027-02-28\n",
        "utf-8",
    )
    first, second = responses_csv.read_table(tmp_path).warnings
    assert first.startswith('responses.csv, line 2: the consent "maybe" should be none, internal or external')
    assert second.startswith('responses.csv, line 3: consent_until "2027-02-30" is not a date')


def upload(name: str, content: str) -> Upload:
    return Upload(name, 1, 1, content, Facts(1000, None, -1, 0))


def test_of_two_rows_the_narrower_consent_holds(tmp_path: Path) -> None:
    """Whoever adds a line "withdrawn" below means it; so does who does it for a copy of the video."""
    (tmp_path / "responses.csv").write_text(
        "file,respondent,consent,consent_until,show_name\na.mp4,R1,external,2027-06-01,yes\nA.MP4,R1,internal,2027-01-01,no\n"
        "b.mp4,R2,external,,yes\ncopy of b.mp4,R2,withdrawn,,yes\n"
        "c.mp4,R3,external,2027-05-01,yes\ncopy of c.mp4,R3,external,,yes\nd.mp4,R4,external,,yes\n",
        "utf-8",
    )
    files = [
        upload("a.mp4", "1"),
        upload("b.mp4", "2"),
        upload("copy of b.mp4", "2"),
        upload("copy of c.mp4", "3"),
        upload("c.mp4", "3"),
        upload("d.mp4", "4"),
        upload("zzz unlisted copy of d.mp4", "4"),
    ]
    found, warnings = uploads.responses(files, responses_csv.read_table(tmp_path))
    assert {r.id: (r.consent, r.consent_until, r.show_name) for r in found} == {
        "1": ("internal", "2027-01-01", False),
        "2": ("withdrawn", "", True),
        "3": ("external", "2027-05-01", True),
        "4": ("external", "", True),
    }
    assert any("line 3" in w and "the narrower consent" in w for w in warnings)


def test_a_mask_leaves_nothing_of_a_person_and_keeps_people_apart() -> None:
    secret = "Zanzibar"
    told = {"id", "duration_ms", "picture", "sound", "date", "segment", "score", "show_name"}
    values = {field.name: f"{secret} {field.name}" for field in fields(Response) if field.type == "str"} | {
        "extra": (("email", secret),),
        "notes": (secret,),
        "duration_ms": 5,
        "show_name": False,
    }
    everybody = {}
    for number, person in enumerate(("one", "one", "two", "")):
        id = f"{'abcdef'}{number}{'0' * 57}"  # the first six digits do not tell them apart
        own = {**values, "id": id, "date": "2026-01-02", "segment": "new", "respondent": person, "same_as": ""}
        everybody[id] = Response(**own)  # type: ignore[arg-type]
    masks = model_consent.masked(everybody)
    assert secret not in repr(masks) and secret in repr(everybody)
    first, second, third, fourth = masks.values()
    assert first.person == second.person != third.person != fourth.person
    assert len({mask.file for mask in masks.values()}) == 4 and first.file == "answer-abcdef0"
    for field in fields(Response):
        if field.name not in told | {"file", "respondent"}:
            assert getattr(first, field.name) == field.default, field.name
    named = model_consent.masked({"a" * 64: response(show_name=True, name="Anna")})
    assert [mask.label for mask in named.values()] == ["Anna"]
