"""Makes the pictures of the review window in the docs again, into pictures/. Needs Chromium and Playwright.

Run after a change of a screen, and after `reelmaker build --project samples/fernhill --problem checkout`:
    python tools/window_pictures.py
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
OUT, SAMPLE = ROOT / "pictures", ROOT / "samples" / "fernhill"
# name, screen, what to wait for, look
SCREENS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("window-home", "", ".cards", {}),
    ("window-moments", "problem/checkout/moments", ".sentence", {}),
    ("window-moments-dark", "problem/checkout/moments", ".sentence", {"color_scheme": "dark"}),
    ("window-reel", "problem/checkout/reel", ".clip-words .word", {}),
    ("window-build", "problem/checkout/build", ".clips", {}),
    ("window-audit", "problem/checkout/audit", "h1", {}),
    ("window-problem", "problem/checkout/texts", "textarea", {}),
    ("window-words", "words", "h1", {}),
    ("window-people", "people", "h1", {}),
    ("window-history", "history", "h1", {}),
)
WIDE = {"viewport": {"width": 1360, "height": 900}}


def main() -> None:
    """Write all of them and say how large each is."""
    from helpers.machines.browsing import browser
    from helpers.machines.windows import open_window, window_of

    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        project = shutil.copytree(SAMPLE, Path(folder) / "fernhill")
        with window_of(project) as running, browser() as chromium:
            for name, screen, sign, look in SCREENS:
                with open_window(chromium, running, screen, **WIDE, **look) as seen:
                    seen.page.wait_for_selector(sign)
                    time.sleep(1.5)  # the first picture of the video
                    picture = Image.open(io.BytesIO(seen.page.screenshot()))
                    picture.convert("RGB").save(OUT / f"{name}.jpg", quality=82, optimize=True)
    for path in sorted(OUT.glob("window-*.jpg")):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
