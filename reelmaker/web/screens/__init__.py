"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import audit, build, home, media, moments, people, problem, start, words

SCREENS = (
    *(home.ROUTES, start.ROUTES, moments.ROUTES, audit.ROUTES, build.ROUTES, media.ROUTES),
    *(problem.ROUTES, words.ROUTES, people.ROUTES),
)
