"""Hear your customers: short reels about one business problem, cut from their video answers.

    uploads ─► responses ─► transcripts ─► moments ─► clips ─► reel ─► files people take away
              ingest/      transcribe/    tag/       select/  render/  outputs/ publish/
                           redaction/
              └───────────────── library remembers every arrow, by content ─────────────────┘

`reelmaker.build(folder, problems=["checkout"])` does all of it (build.py); `reelmaker.model` holds the nouns.
"""

from __future__ import annotations

import os

# onnxruntime collects telemetry in a file as soon as it is imported; this turns it off
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Project", "Reel", "ReelmakerError", "__version__", "build", "open_project"]

if TYPE_CHECKING:
    from reelmaker.build import build
    from reelmaker.errors import ReelmakerError
    from reelmaker.model import Reel
    from reelmaker.project.config import Project, open_project

# Loaded when first used, so that `import reelmaker` costs nothing
_HOMES = {
    "open_project": "reelmaker.project.config",
    "Project": "reelmaker.project.config",
    "Reel": "reelmaker.model",
    "ReelmakerError": "reelmaker.errors",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'reelmaker' has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """`reelmaker.build` is the function, also after its module, build.py, was imported under the same name."""

    @property
    def build(self) -> Any:
        return import_module("reelmaker.build").build

    @build.setter
    def build(self, module: ModuleType) -> None:
        """Ignore what an import of the module assigns here."""


sys.modules[__name__].__class__ = _Package
