"""Hear your customers: short reels about one business problem, cut from their video answers.

    uploads ─► responses ─► transcripts ─► moments ─► clips ─► reel ─► files people take away
              ingest       transcribe/    tag/       pick     arrange  render, outputs/
                                                     trim     cards
              └───────────────── library remembers every arrow, by content ─────────────────┘

`reelmaker.build(folder, problems=["checkout"])` walks it; `reelmaker.model` holds the nouns.
"""

from __future__ import annotations

import os

# onnxruntime numbers this machine and keeps a file of what it shall report as soon as it is imported; this forbids it
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Project", "Reel", "ReelmakerError", "__version__", "build", "open_project"]

if TYPE_CHECKING:
    from reelmaker.errors import ReelmakerError
    from reelmaker.model import Reel
    from reelmaker.project import Project, open_project
    from reelmaker.walk import build


def __getattr__(name: str) -> object:
    # Loaded when first used, so that `import reelmaker` costs nothing
    from importlib import import_module

    homes = {
        "build": "walk", "open_project": "project", "Project": "project", "Reel": "model",
        "ReelmakerError": "errors",
    }  # fmt: skip
    if name not in homes:
        raise AttributeError(f"module 'reelmaker' has no attribute {name!r}")
    value = getattr(import_module(f"reelmaker.{homes[name]}"), name)
    globals()[name] = value
    return value
