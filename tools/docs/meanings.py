"""What settings, columns and files mean, in words: `meanings.toml`. The tests of the docs check that nothing is missing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

MEANINGS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "meanings.toml").read_text("utf-8"))
