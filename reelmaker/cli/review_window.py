"""The command `review`."""

from __future__ import annotations

from pathlib import Path

import click

from reelmaker.cli.app import command, main, project_option
from reelmaker.cli.console import ConsoleProgress


@main.command()
@click.option("--no-browser", is_flag=True, help="Open no browser; print the address to open instead.")
@click.option(
    "--shortcut", is_flag=True, help="Write a starter beside the project that opens the window by a double click."
)
@project_option
@command
def review(no_browser: bool, shortcut: bool, folder: Path, console: ConsoleProgress) -> int:
    """Open the project in the browser of this machine: watch, decide, build. No other machine can see it."""
    from reelmaker.errors import ProjectError

    try:
        from reelmaker.web import launch
        from reelmaker.web import shortcut as starter
        from reelmaker.web.server import Server
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in ("starlette", "uvicorn"):
            raise
        raise ProjectError(
            "The review window is not installed.", "Install it with: pip install 'reelmaker[review]'"
        ) from None
    if not folder.is_dir():
        raise ProjectError(f"{folder}: this folder does not exist.", "Create it, or name another with --project.")
    if shortcut:
        print(starter.write(folder))
        console.info("A double click on this file opens the review window.")
        return 0
    server = Server(folder)
    with launch.redirect_file(server.gate) as file:
        if no_browser or not launch.open_browser(file):
            print(
                f"Open this address in a browser of this machine; it works once:\n{server.gate.start_address}",
                flush=True,
            )
        else:
            console.info("The review window opens in your browser.")
        console.info("It ends with Ctrl-C, or 30 minutes after the last use. What you decide is kept at once.")
        try:
            server.run()
        except KeyboardInterrupt:
            pass
    console.info("The review window is closed. Everything is kept.")
    return 0
