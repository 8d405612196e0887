"""Consents that end."""

from __future__ import annotations

from pathlib import Path


def privacy(folder: Path, text: str) -> None:
    toml = folder / "reelmaker.toml"
    toml.write_text(toml.read_text("utf-8") + f"[privacy]\n{text}\n", "utf-8")


def dated(folder: Path, **days: str) -> None:
    rows = [f"{name}.mp4,{name},{day}" for name, day in days.items()]
    (folder / "uploads" / "responses.csv").write_text("\n".join(["file,respondent,date", *rows]), "utf-8")
