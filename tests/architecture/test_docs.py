"""The docs say what is true: commands, settings, columns, files and exit codes are those of the code, and links lead somewhere."""

from __future__ import annotations

import html
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path

import click
import jsonschema
import pytest

from reelmaker import errors
from reelmaker.cli import main
from reelmaker.model_files import ALONE
from reelmaker.project.config import open_project
from reelmaker.project.scaffold import TEXT as SCAFFOLD

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "docs"))

import columns_table  # noqa: E402
import exit_codes_table  # noqa: E402
import hooks  # noqa: E402
import outputs_table  # noqa: E402
import readme_page  # noqa: E402
import settings_table  # noqa: E402
from meanings import MEANINGS  # noqa: E402

README = (ROOT / "README.md").read_text("utf-8")
AT_THE_ROOT = [ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY", "AGENTS")]
PAGES = [*AT_THE_ROOT, *sorted((ROOT / "docs").rglob("*.md"))]
EVERYTHING = [*PAGES, ROOT / "templates" / "README.md", ROOT / "samples" / "README.md"]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LONGEST = 35  # words of a sentence
SOON = {"test-robustness"}  # make targets that testing.md names and that come with the new folders of tests


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built docs; a link that leads nowhere fails the build."""
    folder = tmp_path_factory.mktemp("site")
    build = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(build, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_reference_has_every_command_option_setting_column_file_code_and_error(site: Path) -> None:
    def page(name: str) -> str:
        return html.unescape(re.sub(r"<[^>]*>", " ", (site / "reference" / f"{name}.html").read_text("utf-8")))

    commands = page("commands")
    for name, command in main.commands.items():
        assert command.help and command.help.strip().endswith("."), name
        assert re.search(rf"\breelmaker {name}\b", commands), name
        for option in (one for one in command.params if isinstance(one, click.Option)):
            assert option.help, f"{name} {option.opts}"
            assert max(option.opts, key=len) in commands, f"{name} {option.opts}"
    assert "Sentinel" not in commands
    expected = {
        "reelmaker-toml": [setting.key for setting in settings_table.settings()],
        "responses-csv": columns_table.columns(),
        "outputs": outputs_table.files(),
        "exit-codes": [
            *map(str, exit_codes_table.codes()),
            *(kind.__name__ for kind in exit_codes_table.classes()),
        ],
    }
    for name, words in expected.items():
        assert [word for word in words if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", page(name))] == [], name
    assert {0, 1, 2, 3, 4, 75, 130} <= set(exit_codes_table.codes())
    tree = errors.__doc__ or ""
    assert [kind.__name__ for kind in exit_codes_table.classes() if kind.__name__ not in tree] == []


def test_everything_has_words_and_no_words_are_left_over() -> None:
    """In `meanings.toml`; and each setting stands in the commented file that `reelmaker new` writes."""
    read: dict[str, set[str]] = {}
    for setting in settings_table.settings():
        read.setdefault(setting.section or "top", set()).add(setting.key)
        assert re.search(rf"^(# )?{setting.key} = ", SCAFFOLD, re.MULTILINE), f"scaffold: {setting.key}"
    assert {section: set(keys) for section, keys in MEANINGS["settings"].items()} == read
    assert {"statement", "retention", "export", "blur", "webhook"} <= set.union(*read.values())
    assert set(MEANINGS["columns"]) == set(columns_table.columns())
    assert set(MEANINGS["files"]) == set(outputs_table.files())


def test_the_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(r"<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=\"?([^\">\s]+)", text)
        assert [address for address in loaded if re.match(r"(https?:)?//", address)] == [], page
        assert "<!-- generate:" not in text, page
    assert (site / "pictures" / "cards.png").stat().st_size > 10_000


def test_every_command_line_is_one_that_the_program_takes() -> None:
    checked = 0
    for page in EVERYTHING:
        text = page.read_text("utf-8")
        for _, block in FENCED.findall(text):
            for line in re.findall(r"^(?:\.venv/bin/)?reelmaker (.*)$", block, re.MULTILINE):
                checked += 1
                _taken(line, page, whole=True)
        for line in re.findall(r"`reelmaker ([^`\n]+)`", FENCED.sub("", text)):
            checked += 1
            _taken(line, page, whole=False)
    assert checked > 80


def _taken(line: str, page: Path, whole: bool) -> None:
    """Command and options exist; of a `whole` line also arguments and values are complete and of the right kind."""
    name, *words = shlex.split(line, comments=True)
    if name.isupper() or name.startswith("-"):  # `reelmaker COMMAND --help`, `reelmaker --version`
        return
    assert name in main.commands, f"{page.name}: reelmaker {line}"
    command = main.commands[name]
    try:
        if whole:
            command.make_context(name, list(words))
        else:
            command.make_parser(click.Context(command)).parse_args(list(words))
    except click.UsageError as problem:
        if not isinstance(problem, click.BadOptionUsage) or whole:  # `--undo` may be named without its number
            raise AssertionError(f"{page.name}: reelmaker {line}: {problem.format_message()}") from None


def test_every_piece_of_toml_is_a_project(tmp_path: Path) -> None:
    checked = 0
    for page in PAGES:
        for number, (language, block) in enumerate(FENCED.findall(page.read_text("utf-8"))):
            if language != "toml":
                continue
            sections = tomllib.loads(block)
            if not set(sections) & {
                "problems",
                "reel",
                "brand",
                "transcribe",
                "tag",
                "privacy",
                "redact",
                "source",
                "notify",
            }:
                block = f'[[source]]\nname = "a"\nexport = "a.csv"\nlayout = "qualtrics"\n{block}'  # keys of a source
            folder = tmp_path / f"{page.stem}-{number}"
            folder.mkdir()
            (folder / "reelmaker.toml").write_text(block, "utf-8")
            (folder / "names.txt").write_text("Jane Doe\n", "utf-8")
            if "deck" in sections.get("brand", {}):
                from pptx import Presentation

                Presentation().save(str(folder / sections["brand"]["deck"]))
            open_project(folder)
            checked += 1
    assert checked >= 10


def test_the_readme_is_short_shows_pictures_and_fits_a_package_index() -> None:
    assert len(README.encode()) <= 6_000
    pictures = re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", README)
    assert len(pictures) == 3 and all((ROOT / picture).is_file() for picture in pictures)
    for page in AT_THE_ROOT:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (ROOT / target).exists(), f"{page.name}: {target}"
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert ROOT / metadata["readme"]["file"] == readme_page.INDEX_PAGE
    in_step = readme_page.package_index(readme_page.documentation())
    assert readme_page.INDEX_PAGE.read_text("utf-8") == in_step, "run python tools/docs/readme_page.py"
    for address in ("", "https://docs.example.com/reels"):
        targets = re.findall(r"\]\(([^)]+)\)", readme_page.package_index(address))
        assert all(target.startswith("https://docs.example.com/reels/") for target in targets)
        assert bool(targets) == bool(address)
    absolute = readme_page.package_index("https://docs.example.com/reels")
    assert "](https://docs.example.com/reels/pictures/reel-intro.jpg)" in absolute
    assert "](https://docs.example.com/reels/how-to/choose-clips.html)" in absolute


def test_the_packages_installed_alone_and_the_make_targets_are_those_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    wanted = " ".join(ALONE.values())
    assert f"ALONE := {wanted}\n" in makefile
    for page in (README, (ROOT / "docs" / "tutorial.md").read_text("utf-8")):
        assert f"pip install --no-deps {wanted}\n" in page
    assert not any(name.partition("==")[0] in (ROOT / "pyproject.toml").read_text("utf-8") for name in ALONE.values())
    for page_file in PAGES:
        for target in re.findall(r"(?:^|`)make ([a-z][a-z-]+)", page_file.read_text("utf-8"), re.MULTILINE):
            assert target in SOON or re.search(rf"^{target}:", makefile, re.MULTILINE), (
                f"{page_file.name}: make {target}"
            )


def test_sentences_are_short_and_nothing_of_a_machine_is_in_them() -> None:
    for page in PAGES:
        text = FENCED.sub("\n\n", page.read_text("utf-8"))
        assert not re.search(r"(?<![\w.])/(?:home|root|work|tmp|opt|usr/local)/", text), page
        text = re.sub(r"^\|.*|^#.*|^ *(?:[-*>]|\d+\.) |<!--.*?-->|^!!!.*", "\n\n", text, flags=re.MULTILINE)
        text = re.sub(r"`[^`]*`", "code", re.sub(r"\]\([^)]*\)", "]", text))
        for paragraph in re.split(r"\n\s*\n", text):
            for sentence in re.split(r"(?<=[.!?:])[*)\"]*\s+", " ".join(paragraph.split())):
                assert len(sentence.split()) <= LONGEST, f"{page.name}: {sentence}"


def test_the_schema_is_valid_and_every_file_of_the_code_says_what_it_is_for_and_stays_small() -> None:
    schema = json.loads(resources.files("reelmaker.outputs").joinpath("schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == "reelmaker/1"
    for path in sorted((ROOT / "reelmaker").rglob("*.py")):
        text = path.read_text("utf-8")
        assert text.startswith('"""') and text.count("\n") <= 400, path


def test_the_hook_knows_every_part_that_a_page_asks_for() -> None:
    asked = {name for page in PAGES for name in hooks.MARKER.findall(page.read_text("utf-8"))}
    assert asked == set(hooks.PARTS)
