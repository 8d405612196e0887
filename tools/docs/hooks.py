"""What mkdocs calls: fills the generated parts of the pages, and carries the pictures into the docs.

A page says `<!-- generate: NAME -->` where something comes from the code; `PARTS` says who makes it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, ROOT):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import api_page  # noqa: E402
import columns_table  # noqa: E402
import exit_codes_table  # noqa: E402
import outputs_table  # noqa: E402
import platforms_table  # noqa: E402
import promises_index  # noqa: E402
import readme_page  # noqa: E402
import schema_table  # noqa: E402
import settings_table  # noqa: E402

# The line after the marker is for readers of the file itself
MARKER = re.compile(r"^<!-- generate: (\w+) -->(?:\n\*This part is made .*\*)?$", re.MULTILINE)


def designs() -> str:
    """How to make a card design: what templates/README.md says, whose pictures lie in the docs."""
    text = (ROOT / "templates" / "README.md").read_text("utf-8")
    return text[text.index("## Make your own") :]


PARTS = {
    "api": api_page.render,
    "columns": columns_table.render,
    "designs": designs,
    "exit_codes": exit_codes_table.render,
    "outputs": outputs_table.render,
    "platforms": platforms_table.render,
    "promises": promises_index.render,
    "readme": readme_page.first_page,
    "schema": schema_table.render,
    "settings": settings_table.render,
}


def filled(markdown: str) -> str:
    """A page with its generated parts."""
    return MARKER.sub(lambda match: PARTS[match[1]](), markdown)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """mkdocs calls this for each page."""
    return filled(markdown)


def on_page_content(html: str, **_: Any) -> str:
    """mkdocs calls this for each page: mkdocs-click 0.9 prints click's mark for "no default" as it is."""
    return html.replace("<code>Sentinel.UNSET</code>", "–")


def on_files(files: Any, config: Any) -> Any:
    """mkdocs calls this with the files of docs/: the pictures of the README come along."""
    from mkdocs.structure.files import File

    for path in sorted((ROOT / "pictures").iterdir()):
        if path.suffix in (".png", ".jpg"):
            files.append(File.generated(config, f"pictures/{path.name}", abs_src_path=str(path)))
    return files
