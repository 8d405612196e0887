"""The survey platforms whose exports are known, made from their TOML files."""

from __future__ import annotations

from reelmaker.sources.platforms import load, names


def render() -> str:
    """A line a platform, then the columns that each of them reads."""
    lines = ["| `layout` | for | how sure it is |", "|---|---|---|"]
    lines += [f'| `"{name}"` | {load(name).title} | {load(name).sure} |' for name in names()]
    for name in names():
        platform = load(name)
        lines += [
            "",
            f"## {name}",
            "",
            "| our column | columns of the export, the first with a value counts |",
            "|---|---|",
        ]
        lines += [
            f"| `{ours}` | {', '.join(f'`{column}`' for column in theirs)} |"
            for ours, theirs in platform.columns.items()
        ]
        lines += [f"| video links | columns `{one.column}`, cells `{one.cell}` |" for one in platform.videos]
        lines += ["", f"Header rows: {platform.header_rows}."]
        if platform.hosts:
            lines[-1] += f" Request headers go to {', '.join(f'`{host}`' for host in platform.hosts)} only."
    return "\n".join(lines)
