"""One file of routes for each screen; this list is the registry."""

from reelmaker.web.screens import home

SCREENS = (home.ROUTES,)
