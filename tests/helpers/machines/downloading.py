"""Downloads that tests make of a server of this machine."""

from __future__ import annotations

import random

import pytest

from reelmaker.sources.download import Got, PartialFile, Rules, Unfetched, Web

BODY = b"\0\0\0\x18ftypisom" + random.Random(7).randbytes(300_000)
INSIDE = Rules(10_000_000, inside=True, silence_s=2.0)


def fetch(link: str, aside: PartialFile, rules: Rules = INSIDE, waits: list[float] | None = None) -> Got:
    web = Web(rules, wait=(waits if waits is not None else []).append)
    try:
        return web.fetch(link, aside)
    finally:
        web.close()


def refused(link: str, aside: PartialFile, rules: Rules = INSIDE) -> Unfetched:
    with pytest.raises(Unfetched) as told:
        fetch(link, aside, rules)
    assert "127.0.0.1" not in told.value.reason and "/" not in told.value.reason.replace(" / ", ""), (
        "no address in a reason"
    )
    return told.value


# what servers give instead of a video
PAGES = [
    b"<!DOCTYPE html><title>Sign in</title>",
    b"\n <html><body>",
    b'\xef\xbb\xbf<?xml version="1.0"?><Error>',
]
