"""`fetch` from shared folders and stores."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from helpers.surveys.fetched import fetch, table, uploads
from helpers.surveys.small_survey import TOML


def share(survey: Path, address: str) -> None:
    (survey / "reelmaker.toml").write_text(f'{TOML}\n[[source]]\nname = "box"\naddress = "{address}"\n', "utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["memory", "file"])
def test_films_below_an_address_come_with_what_a_table_there_says(
    survey: Path, films: list[bytes], where: str, memory: Any, tmp_path: Path
) -> None:
    told = b"\xef\xbb\xbffile;respondent;consent;segment\nmon/a b.mp4;r1;external;new\nc.mp4;r2;no;\n"
    things = {
        "mon/a b.mp4": films[0],
        "c.mp4": films[1],
        "tue/a b.mp4": films[2],
        "responses.csv": told,
        "x.pdf": b"x",
    }
    for name, body in things.items():
        if where == "memory":
            memory.pipe(f"/box/{name}", body)
        else:
            (tmp_path / "box" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "box" / name).write_bytes(body)
    share(survey, "memory://box" if where == "memory" else f"file://{tmp_path}/box")
    result = fetch(survey)
    assert result.came == 2 and result.outcomes[0].refused == 1
    one, two = uploads(survey)
    assert one.startswith("box-mon-a-b-") and two.startswith("box-tue-a-b-")
    assert (survey / "uploads" / one).read_bytes() == films[0]
    assert table(survey)[one]["respondent"] == "r1" and table(survey)[one]["segment"] == "new"
    again = fetch(survey)
    assert (again.came, again.outcomes[0].known) == (0, 2)


@pytest.mark.slow
def test_a_film_that_changed_at_its_address_takes_the_place_of_the_one_of_before(
    survey: Path, films: list[bytes], tmp_path: Path
) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a.mp4"
    path.write_bytes(films[0][:2000])  # still being copied there
    share(survey, f"file://{tmp_path}/box")
    assert fetch(survey).failed == 1 and not [name for name in uploads(survey) if not name.startswith(".")]
    path.write_bytes(films[0])
    assert fetch(survey).came == 1
    [name] = uploads(survey)
    path.write_bytes(films[1])
    os.utime(path, (1, 1))
    assert fetch(survey).came == 1 and uploads(survey) == [name]
    assert (survey / "uploads" / name).read_bytes() == films[1] and len(table(survey)) == 1
