"""Pages that run nothing but their own style and script: the digests that their policy names, the parts they are of."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources


def digest(text: str) -> str:
    """What a policy calls a style or a script that it lets run."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def part(name: str) -> str:
    """A file of this folder of the package; line ends are those that a browser counts."""
    return resources.files("reelmaker.outputs.page").joinpath(name).read_text("utf-8").replace("\r\n", "\n")
