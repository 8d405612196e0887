"""Real files with damage: bytes that flipped, pieces that are missing or came twice, and values that nobody expects."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import hypothesis
from hypothesis import strategies as st

from helpers import robustness

EXAMPLES, IN_FULL = 300, 5000
TOKENS = (
    *(b"", b"\0", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\n", b"[", b"]", b"{", b"}", b'"', b"'''", b",", b"=", b"."),
    *(b"null", b"true", b"-1", b"0", b"1e999", b"nan", b"inf", b"-inf", b"NaN", b"1979-05-27T07:32:00Z", b"9" * 5000),
    *(b"[" * 2000, b'{"a":' * 2000, b"a" * 10_000, b"../../x", b"/etc/passwd", b'""', b"[]", b"{}", b"[[]]", b"{} = 1"),
)


@st.composite
def mutated(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """One of the seeds with one to four changes."""
    raw = bytearray(draw(st.sampled_from(list(seeds))))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(0, len(raw) - 1)))
        end = min(len(raw), start + draw(st.sampled_from((1, 2, 5, 20, 200))))
        kind = draw(st.sampled_from("flip value value insert insert cut twice end".split()))
        if kind == "flip" and raw:
            raw[start] ^= draw(st.integers(1, 255))
        elif kind == "value":  # in place of what stands after the next sign of equality or colon
            places = [place for sign in (b"=", b":") if (place := raw.find(sign, start)) >= 0]
            place = min(places, default=start) + 1
            stops = [stop for sign in (b",", b"\n", b"}") if (stop := raw.find(sign, place)) >= 0]
            raw[place : min(stops, default=place)] = draw(st.sampled_from(TOKENS))
        elif kind == "insert":
            raw[start:start] = draw(st.sampled_from(TOKENS))
        elif kind == "cut":
            del raw[start:end]
        elif kind == "twice":
            raw[end:end] = raw[start:end]
        else:
            del raw[start:]
    return bytes(raw)


def fuzzed(test: Callable[..., None]) -> Callable[..., None]:
    """So many examples, drawn by the seed of the run."""
    settings = hypothesis.settings(
        max_examples=IN_FULL if robustness.FULL else EXAMPLES,
        derandomize=False,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate, hypothesis.Phase.shrink],
    )
    return settings(hypothesis.seed(robustness.SEED)(test))
