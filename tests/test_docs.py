"""The README says what is true: every command, option, key, output and exit code stands in it."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import click
import pytest
from helpers.paths import ROOT

from reelmaker import errors, outputs
from reelmaker.cli.app import main
from reelmaker.model import blur_consent
from reelmaker.project import config, notify_settings, privacy_settings, redact_settings
from reelmaker.sources import settings

README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_and_option_is_documented() -> None:
    for name, command in main.commands.items():
        assert f"`reelmaker {name}" in README, name
        assert command.help and command.help.strip().endswith("."), name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                longest = max(parameter.opts, key=len)
                assert f"`{longest}" in README or f"/`{longest}" in README, f"{name} {longest}"


def test_every_option_the_readme_names_exists() -> None:
    known = {opt for command in main.commands.values() for p in command.params for opt in p.opts}
    table = README[README.index("| option |") : README.index("Results go to stdout")]
    for option in re.findall(r"^\| `(--[a-z-]+)", table, re.MULTILINE):
        assert option in known | {"--version"}, option


def test_every_key_of_the_file_is_documented_and_in_the_scaffold() -> None:
    from reelmaker.project.scaffold import TEXT

    source = "".join(
        Path(room.__file__).read_text("utf-8")
        for room in (config, notify_settings, privacy_settings, blur_consent, redact_settings, settings)
    )
    keys = set(re.findall(r'\.(?:get|number|choice|texts)\(\s*"(\w+)"', source)) - {
        "problems",
        "reel",
        "brand",
        "transcribe",
        "tag",
        "limits",
        "notify",
        "privacy",
        "redact",
        "source",
    }
    assert {"export", "layout", "header_env", "fetch_every", "address"} <= keys
    assert {"retention", "erase_withdrawn", "erase_uploads", "published", "blur"} <= keys
    assert {"statement", "question", "length", "fill", "model", "threshold", "where"} <= keys
    for key in keys | {"primary", "accent", "background", "text", "logo", "font"}:
        assert f"`{key}`" in README, f"README: {key}"
        assert re.search(rf"^(# )?{key} = ", TEXT, re.MULTILINE), f"scaffold: {key}"


def test_every_output_is_documented() -> None:
    for name, output in outputs.REGISTRY.items():
        for file in output.files:
            assert f"`{file}`" in README, file
        assert re.search(rf"^\|[^|]*\| ({name}|\(always\)) \|", README, re.MULTILINE), name


def test_every_column_of_the_table_of_responses_is_documented() -> None:
    from reelmaker.ingest.responses_csv import COLUMNS

    for column in COLUMNS:
        assert f"`{column}`" in README, column


def test_every_exit_code_is_documented() -> None:
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ReelmakerError)
    }
    for code in codes | {0, 2, 3}:
        assert f"| {code} |" in README, code


def test_every_error_stands_in_the_tree() -> None:
    for name, kind in vars(errors).items():
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert name in (errors.__doc__ or ""), name


def test_every_room_stands_in_the_layers_of_the_readme() -> None:
    rooms = README[README.index("6  cli") : README.index("A room imports rooms")]
    for path in (ROOT / "reelmaker").iterdir():
        name = path.stem if path.suffix == ".py" else path.name
        if path.name.startswith("__") or path.suffix not in ("", ".py"):
            continue
        assert re.search(rf"\b{name}\b", rooms), name


@pytest.mark.parametrize("path", sorted((ROOT / "reelmaker").rglob("*.py")), ids=lambda path: path.name)
def test_every_file_says_what_it_is_for_and_stays_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.startswith('"""'), path
    assert text.count("\n") <= 400, path


def test_the_schema_is_a_valid_schema_and_describes_what_it_asks_for() -> None:
    import jsonschema

    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "reelmaker/1"


def test_the_make_targets_the_readme_names_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z][a-z-]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_toml_of_the_readme_is_a_project(tmp_path: Path) -> None:
    text = README[README.index("```toml") + 8 :]
    (tmp_path / "reelmaker.toml").write_text(text[: text.index("```")], "utf-8")
    assert config.open_project(tmp_path).problem("checkout").question


def test_the_packages_installed_alone_are_the_same_everywhere() -> None:
    """Their data is read, what they ask for is not wanted: the Makefile, the README and the remedies name them alike."""
    from reelmaker.model_files import ALONE

    wanted = " ".join(ALONE.values())
    assert f"ALONE := {wanted}\n" in (ROOT / "Makefile").read_text("utf-8")
    assert f"pip install --no-deps {wanted}\n" in README
    project_file = (ROOT / "pyproject.toml").read_text("utf-8")
    assert not any(name.partition("==")[0] in project_file for name in ALONE.values())
