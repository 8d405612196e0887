"""Every route of the review window, behind its gate.

To add a screen:

1. `screens/NAME.py`: functions `(workspace, asked) -> JSON`, and `ROUTES = [get("/api/NAME", show), post(...)]`
   (see `endpoint`; a `ReelmakerError` is shown to the person by itself). One line in `screens/__init__.py`.
2. `static/screens/NAME.js`: `export default {id, title, show(root, place)}` (see `static/screens/home.js`), and
   `static/styles/NAME.css`. One line each in `static/screens.js` and `static/index.html`.
3. Nothing of its own: it calls what the command line calls, and what it changes is in the project when it answers.
   Words and names reach the page only as text (`h()` in `static/lib/dom.js` knows no other way).
4. `tests/web/`: `window_of(folder)` opens a server, `open_window(chromium, server)` a page; the walk over all routes in
   `test_security.py` and the check of accessibility in `test_accessibility.py` take the new screen along by themselves.
"""

from __future__ import annotations

from functools import partial

from starlette.applications import Starlette
from starlette.routing import Route

from reelmaker.web import launch, static_files
from reelmaker.web.screens import SCREENS
from reelmaker.web.security import START, Gate
from reelmaker.web.workspace import Workspace


def gated(workspace: Workspace) -> Gate:
    """The application for one project, with its gate in front."""
    application = Starlette()
    application.state.workspace = workspace
    gate = Gate(application)
    application.router.routes.extend(
        [
            Route(START, partial(launch.start, gate), methods=["GET"], name=START),
            Route("/", static_files.page, methods=["GET"], name="/"),
            Route("/static/{name:path}", static_files.file, methods=["GET"], name="/static"),
            *(route for screen in SCREENS for route in screen),
        ]
    )
    return gate
