"""`[[source]]` of reelmaker.toml: what it says, and that what cannot work is one line with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.messages import one_line
from helpers.paths import ROOT
from helpers.surveys.small_survey import TOML

from reelmaker.errors import ProjectError
from reelmaker.project.config import open_project
from reelmaker.sources.settings import Source, hosts, of

FIRST = '[[source]]\nname = "spring"\nexport = "exports/*.xlsx"\n'


def sources(tmp_path: Path, text: str) -> tuple[Source, ...]:
    (tmp_path / "reelmaker.toml").write_text(TOML + text, "utf-8")
    return of(open_project(tmp_path))


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    one, two = sources(
        tmp_path,
        FIRST
        + 'take = "all"\nlayout = "qualtrics"\nkeep = "Q*"\nconsent_words = { "I  Agree" = "internal" }\nmax_mb = 5\n'
        'header_env = { X-API-TOKEN = "TOKEN" }\nlink = "https://eu.qualtrics.com/Q/File.php?F={}"\n'
        '[source.columns]\nfile = "Q5_Id"\n"Show name" = ["a", "b"]\n'
        '[[source]]\nname = "box"\naddress = "s3://bucket/a folder"\noptions = { key_env = "S3_KEY", anon = false }\n',
    )
    assert one.columns == {"file": ("Q5_Id",), "show_name": ("a", "b")} and one.keep == ("Q*",)
    assert one.consent_words == {"i agree": "internal"} and hosts(one) == (".qualtrics.com",)
    assert two.address == "s3://bucket/a folder" and two.options == {"key_env": "S3_KEY", "anon": False}
    assert sources(tmp_path, "") == ()


def test_the_source_of_the_docs_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "how-to" / "fetch-answers.md").read_text("utf-8")
    text = text[text.index("```toml") + 8 :]
    [source] = sources(tmp_path, text[: text.index("```")])
    assert source.layout == "typeform" and source.consent_words["yes, also in public"] == "external"
    assert hosts(source) == ("api.typeform.com",)


WRONG = {
    'export = "a.csv"\n': "name is required",
    'name = "Spring time"\nexport = "a.csv"\n': "name is required",
    'name = "a"\n': "either export",
    'name = "a"\nexport = "a.csv"\naddress = "s3://b"\n': "either export",
    'name = "a"\nexport = "../a.csv"\n': "in the project folder",
    'name = "a"\nexport = "/etc/passwd"\n': "in the project folder",
    'name = "a"\nexport = "C:/a.csv"\n': "in the project folder",
    'name = "a"\nexport = "https://example.com/a.csv"\n': "in the project folder",
    'name = "a"\nexport = "a.csv"\noptions = { a = 1 }\n': "belong to an address",
    'name = "a"\naddress = "bucket"\n': "address must look like",
    'name = "a"\naddress = "https://example.com/x"\n': "cannot be listed",
    'name = "a"\naddress = "sftp://user:s3cret@host/x"\n': "into environment variables",
    'name = "a"\naddress = "s3://b"\noptions = { key_env = "not a name" }\n': "never the secret itself",
    'name = "a"\nexport = "a.csv"\nheader_env = { Authorization = "Bearer s3cret" }\n': "never the secret itself",
    'name = "a"\nexport = "a.csv"\nheader_env = { Authorization = "TOKEN" }\n': "needs header_hosts",
    'name = "a"\nexport = "a.csv"\nheader_hosts = ["https://x"]\n': "is not a host name",
    'name = "a"\nexport = "a.csv"\nlink = "https://{Host}/{}"\n': "full web address",
    'name = "a"\nexport = "a.csv"\nlink = "https://example.com/"\n': "link must be",
    'name = "a"\nexport = "a.csv"\nlayout = "qualtrix"\n': 'Did you mean "qualtrics"',
    'name = "a"\nexport = "a.csv"\nlayuot = "qualtrics"\n': 'Did you mean "layout"',
    'name = "a"\nexport = "a.csv"\ncolumns = { file = 3 }\n': "must name one or more columns",
    'name = "a"\nexport = "a.csv"\nconsent_words = { Yes = "everything" }\n': '"none", "internal" or "external"',
    'name = "spring"\nexport = "a.csv"\n': "two sources called",
}


@pytest.mark.parametrize(("text", "what"), WRONG.items(), ids=WRONG.values())
def test_what_cannot_work_is_one_line_with_its_place(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(ProjectError) as told:
        sources(tmp_path, f"{FIRST}\n[[source]]\n{text}")
    assert one_line(told.value) and what in str(told.value) and "[source 2]" in str(told.value)
    assert "s3cret" not in str(told.value) or "never the secret" in what
    line = int(str(told.value).split(", line ")[1].split(":")[0])
    assert line >= (TOML + FIRST).count("\n") + 2, "the line is one of the second source"


def test_a_source_in_single_brackets_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"\[\[source\]\]"):
        sources(tmp_path, FIRST.replace("[[source]]", "[source]"))


def test_a_schedule_warns_of_the_variables_that_its_sources_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_in: object
) -> None:
    from click.testing import CliRunner

    from reelmaker.cli.app import main

    sources(tmp_path, FIRST + 'header_env = { X-Key = "REELS_TEST_KEY" }\nheader_hosts = ["example.com"]\n')
    monkeypatch.setenv("REELS_TEST_KEY", "s3cret")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    stand_in("systemctl", "")  # type: ignore[operator]
    done = CliRunner().invoke(
        main,
        [
            *"schedule --install --system systemd --problem checkout --project".split(),
            str(tmp_path),
        ],
    )
    assert "REELS_TEST_KEY is set in this terminal only" in done.stderr and "s3cret" not in done.output + done.stderr


def test_a_typo_in_a_source_stops_fetching_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "reelmaker.toml").write_text(TOML + FIRST + 'layuot = "qualtrics"\n', "utf-8")
    project = open_project(tmp_path)
    assert set(project.problems) == {"checkout", "delivery"}
    with pytest.raises(ProjectError, match='Did you mean "layout"'):
        of(project)
