"""Where words were drawn in a picture."""

from __future__ import annotations

import numpy as np


def ink(frame: np.ndarray) -> np.ndarray:
    """Where something was drawn."""
    return abs(frame.astype(int) - frame[0, 0].astype(int)).max(axis=2) > 6


def extent(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is drawn, inclusive."""
    rows, columns = np.nonzero(mask)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())
