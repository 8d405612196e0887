"""Content security policy: pages that run only their own style and script, named by digest; and the page's part files."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources


def digest(text: str) -> str:
    """The name by which the policy allows a style or script."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def part(name: str) -> str:
    """A file of this package folder, with the line endings that a browser hashes."""
    return resources.files("reelmaker.outputs.page").joinpath(name).read_text("utf-8").replace("\r\n", "\n")
