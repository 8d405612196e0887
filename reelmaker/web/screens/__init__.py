"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import (
    audit,
    build,
    history,
    home,
    media,
    moments,
    people,
    problem,
    reel,
    start,
    topics,
    words,
)

SCREENS = (
    *(home.ROUTES, start.ROUTES, moments.ROUTES, audit.ROUTES, reel.ROUTES, build.ROUTES, media.ROUTES),
    *(problem.ROUTES, words.ROUTES, people.ROUTES, topics.ROUTES, history.ROUTES),
)
