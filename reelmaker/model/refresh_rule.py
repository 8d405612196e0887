"""`[reel] refresh_when`: how much must be new before a reel is replaced."""

from __future__ import annotations

import re

RULE = re.compile(r"any change|(?P<many>[1-9]\d{0,2}) (?P<what>new clips?|better moments?)")
COMMONLY = "any change"
