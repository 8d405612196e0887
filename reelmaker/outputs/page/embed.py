"""embed.html: instructions and a snippet for showing the reel on another page, with a preview."""

from __future__ import annotations

from html import escape
from string import Template

from reelmaker.model import Reel
from reelmaker.outputs import Finished
from reelmaker.outputs.page.csp import digest, part

SERVER = "https://intranet.example"
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+")
STYLE = """
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; font: 1.0625rem/1.55 system-ui, sans-serif; color: #15181e; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.75rem; line-height: 1.2; } h2, label { font-size: 1.125rem; font-weight: 700; display: block; margin: 2rem 0 .5rem; }
li { margin-bottom: .5rem; }
textarea { box-sizing: border-box; width: 100%; padding: 1rem; font: .875rem/1.5 ui-monospace, Consolas, monospace; color: inherit; background: #f3f4f6; border: 1px solid #767b85; border-radius: .5rem; }
iframe { border: 1px solid #767b85; border-radius: .5rem; max-width: 100%; }
@media (prefers-color-scheme: dark) { body { color: #f0f2f5; background: #14171c; } textarea { background: #20242b; } }
"""


def page(finished: Finished, title: str) -> str:
    """The complete embed.html."""
    folder = finished.reel.folder.name if finished.reel.folder else "reel"
    address = f"{SERVER}/{_address(folder)}/"
    return Template(part("embed.html")).substitute(
        policy=f"default-src 'none'; frame-src 'self' file:; style-src {digest(STYLE)}; base-uri 'none'; form-action 'none'",
        style=STYLE,
        address=escape(address),
        snippet=escape(snippet(finished.reel, title, address)),
        frame=_frame("index.html", finished.reel, title),
    )


def snippet(reel: Reel, title: str, address: str) -> str:
    """A comment with instructions, and the frame."""
    return (
        "<!-- 1. Copy index.html, reel.mp4 and poster.jpg into a folder of a web server that your colleagues can open.\n"
        f"     2. Write its address instead of {address} in the next line. -->\n"
        + _frame(f"{address}index.html", reel, title)
    )


def _frame(source: str, reel: Reel, title: str) -> str:
    height = 720 if reel.width > reel.height else 860
    return (
        f'<iframe src="{escape(source)}" title="{escape(title)}" width="100%" height="{height}"\n'
        '        allowfullscreen loading="lazy"></iframe>'
    )


def _address(name: str) -> str:
    """A folder's name as part of an address."""
    return "".join(c if c in PLAIN else "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "replace")) for c in name)
