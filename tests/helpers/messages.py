"""What an error must look like."""

from __future__ import annotations

from reelmaker.errors import ReelmakerError


def one_line(problem: ReelmakerError) -> bool:
    """Whether an error is one clear line with a remedy."""
    return bool(problem.remedy) and "\n" not in str(problem) and len(str(problem)) < 400
