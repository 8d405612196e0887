"""axe finds nothing serious on any screen, wide and narrow, light and dark; nothing is wider than the smallest phone."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.machines.browsing import quiet
from helpers.machines.windows import open_window

from reelmaker.web.server import Server

pytestmark = pytest.mark.slow
SCREENS = [
    *("", "new", "problem/checkout/moments", "problem/checkout/audit", "problem/checkout/build"),
    *("problem/checkout/texts", "new-problem", "words", "people", "topics", "history"),
]
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark and narrow": {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("screen", SCREENS)
def test_nothing_serious(chromium: Any, window: Server, screen: str, look: str) -> None:
    with open_window(chromium, window, screen, **LOOKS[look]) as seen:
        violations = Axe().run(seen.page).response["violations"]
        serious = [
            (v["id"], [n["target"] for n in v["nodes"]]) for v in violations if v["impact"] in ("serious", "critical")
        ]
        assert not serious, serious
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scrolling"
        assert seen.page.locator("h1").count() == 1
        assert quiet(seen), (seen.violations(), seen.complaints)
