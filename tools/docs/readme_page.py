"""README.md as other places need it: as the first page of the docs, and as the page of a package index.

A package index shows no relative picture and knows no relative link, so both become absolute there. Their beginning is
`Documentation` under `[project.urls]` in pyproject.toml, where the built docs (and their pictures) are. Without it
a picture becomes its description, and a link becomes plain text: nothing on the page is broken.

    python tools/docs/readme_page.py     # writes tools/docs/README.package-index.md again
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INDEX_PAGE = ROOT / "tools" / "docs" / "README.package-index.md"
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")
LEFT_OUT = {"LICENSE": "MIT", "CHANGELOG.md": "", "CONTRIBUTING.md": "", "SECURITY.md": "", "AGENTS.md": ""}


def first_page(text: str | None = None) -> str:
    """The README as docs/index.md: links are relative to docs/."""

    def moved(match: re.Match[str]) -> str:
        picture, words, target = match.groups()
        if target.startswith("docs/"):
            return f"{picture}[{words}]({target.removeprefix('docs/')})"
        if picture or "://" in target or target.startswith("#"):
            return match[0]
        return f"`{words}`" if target in LEFT_OUT else words

    return LINK.sub(moved, text or (ROOT / "README.md").read_text("utf-8"))


def package_index(documentation: str, text: str | None = None) -> str:
    """The README for a package index; `documentation` is the address of the built docs, "" where it is not known."""
    base = documentation.rstrip("/") + "/" if documentation else ""

    def absolute(match: re.Match[str]) -> str:
        picture, words, target = match.groups()
        if "://" in target:
            return match[0]
        if picture:
            return f"![{words}]({base}{target})" if base else f"*{words}*"
        page, _, anchor = target.partition("#")
        if base and page.startswith("docs/"):
            page = page.removeprefix("docs/").removesuffix(".md") + ".html"
            return f"[{words}]({base}{page}{'#' if anchor else ''}{anchor})"
        return words

    return LINK.sub(absolute, text or (ROOT / "README.md").read_text("utf-8"))


def documentation() -> str:
    """The address of the docs in pyproject.toml, "" where there is none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return str(project.get("urls", {}).get("Documentation", ""))


if __name__ == "__main__":
    INDEX_PAGE.write_text(package_index(documentation()), "utf-8")
