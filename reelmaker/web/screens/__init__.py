"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import audit, build, home, media, moments, reel, start

SCREENS = (
    home.ROUTES,
    start.ROUTES,
    moments.ROUTES,
    audit.ROUTES,
    reel.ROUTES,
    build.ROUTES,
    media.ROUTES,
)
