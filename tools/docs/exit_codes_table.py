"""The exit codes and the tree of errors, made from the error classes."""

from __future__ import annotations

from reelmaker import errors
from reelmaker.errors import ReelmakerError

# Those that no error class carries: they are decided by the command line
OF_THE_COMMAND_LINE = {
    0: "Done.",
    2: "Wrong usage: an unknown command, option or value.",
    3: "Done, but some answers failed or could not be downloaded. Each is named with its reason.",
    129: "Stopped by SIGHUP: the terminal was closed. Everything that was finished is kept.",
    130: "Stopped with Ctrl-C. Everything that was finished is kept.",
    143: "Stopped by SIGTERM, such as a shutdown. Everything that was finished is kept.",
}


def classes() -> list[type[ReelmakerError]]:
    """Every error a user can meet, in the order of the file."""
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ReelmakerError)]


def codes() -> dict[int, str]:
    """Each exit code and what it means."""
    found = dict(OF_THE_COMMAND_LINE)
    found[ReelmakerError.exit_code] = "An error. One line says what happened, to which file, and what to do next."
    for kind in classes():
        if kind.exit_code not in found:
            found[kind.exit_code] = (kind.__doc__ or "").strip().split("\n")[0]
    return dict(sorted(found.items()))


def render() -> str:
    """Both tables."""
    lines = ["| exit code | meaning |", "|---|---|"]
    lines += [f"| {code} | {what} |" for code, what in codes().items()]
    lines += ["", "## Errors in Python", "", "| class | exit code | when |", "|---|---|---|"]
    for kind in classes():
        parent = kind.__mro__[1].__name__
        below = "" if kind is ReelmakerError else f" (a `{parent}`)"
        what = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
        lines.append(f"| `{kind.__name__}`{below} | {kind.exit_code} | {what} |")
    return "\n".join(lines)
