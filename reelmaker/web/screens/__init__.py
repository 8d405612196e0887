"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import build, home, media, moments, reel, start

SCREENS = (home.ROUTES, start.ROUTES, moments.ROUTES, reel.ROUTES, build.ROUTES, media.ROUTES)
