"""Real files that were damaged at random, for the readers of strangers' files."""

from __future__ import annotations

from hypothesis import strategies as st

# What has broken readers of such files before, or may
TOKENS = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b"\n\n", b"\n", b" ",
    b"-->", b"00:00:01,000 --> 00:00:02,000", b"99:99:99:99", b"<", b"<v ", b"</v>", b"<00:00:01.000>", b"{\\", b"[", b"]",
    b"(", b"\xe2\x99\xaa", b"&#99999999;", b"&amp;", b">>", b"- ", b"A: ", b"NaN", b"Infinity", b"1e999", b"-1", b"9" * 40,
    b"9" * 4400, b"null", b"true", b"{}", b"[]", b'"', b"'", b"\\ud800", b"\\u0000", b",", b";", b"\t", b"|", b"sep=;", b"=1+1",
    b"consent", b"file", b"../../", b"C:\\", b"x" * 300, b"PK\x03\x04", b"<si/>", b'r="1e12"', b"XFD1", b"<!ENTITY a 'b'>", b"[[",
    b"=", b"#", b"\xe2\x80\x9c", b"inf", b"0x", b"2026-13-99",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, files: list[bytes]) -> bytes:
    """One of the files with up to eight damages: bytes changed, cut, doubled, moved, or tokens put in."""
    raw = bytearray(draw(st.sampled_from(files)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(raw)))
        length = draw(st.integers(1, 60))
        kind = draw(st.sampled_from("change cut double token move end".split()))
        if kind == "change" and place < len(raw):
            raw[place] = draw(st.integers(0, 255))
        elif kind == "cut":
            del raw[place : place + length]
        elif kind == "double":
            raw[place:place] = raw[place : place + length] * draw(st.sampled_from([1, 2, 30]))
        elif kind == "token":
            raw[place:place] = draw(st.sampled_from(TOKENS))
        elif kind == "move":
            other = draw(st.integers(0, len(raw)))
            raw[other:other] = raw[place : place + length]
        elif kind == "end":
            del raw[place:]
    return bytes(raw)
