"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import build, home, media, moments, problem, start, words

SCREENS = (
    home.ROUTES,
    start.ROUTES,
    moments.ROUTES,
    build.ROUTES,
    media.ROUTES,
    problem.ROUTES,
    words.ROUTES,
)
