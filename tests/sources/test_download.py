"""Downloads: partial files, servers in trouble, pages that are no video, a disk that is full."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.machines.downloading import BODY, INSIDE, PAGES, fetch, refused
from helpers.machines.serving import Film, Served

from reelmaker.errors import DiskFull
from reelmaker.sources.download import PartialFile, Rules, Unfetched, Web
from reelmaker.sources.download import http as room


def test_a_link_becomes_a_file_byte_for_byte(served: Served, aside: PartialFile) -> None:
    got = fetch(served.put("/a", BODY, headers={"Content-Disposition": 'attachment; filename="x.webm"'}), aside)
    assert aside.path.read_bytes() == BODY
    assert (got.marks.total, got.marks.etag, got.name, got.kind) == (
        len(BODY),
        '"first"',
        "x.webm",
        "video/mp4",
    )
    assert served.asked[0][1]["accept-encoding"] == "identity"


def test_after_a_broken_connection_only_the_rest_is_sent(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, breaks_after=[100_000, 50_000])
    waits: list[float] = []
    fetch(link, aside, waits=waits)
    assert aside.path.read_bytes() == BODY
    assert served.sent["/a"] == len(BODY), "nothing is sent twice"
    ranges = [headers.get("range") for _, headers in served.asked]
    assert ranges == [None, "bytes=100000-", "bytes=150000-"]
    assert all(headers["if-range"] == '"first"' for _, headers in served.asked[1:])
    assert waits == [1.0, 1.0], "a try that brought something starts the waiting anew"


def test_a_server_that_sends_the_rest_in_small_parts_is_asked_for_all_of_them(
    served: Served, aside: PartialFile
) -> None:
    fetch(served.put("/a", BODY, breaks_after=[100_000], at_most=60_000), aside)
    assert aside.path.read_bytes() == BODY and served.sent["/a"] == len(BODY)


def test_another_run_goes_on_where_the_last_one_was_cut_off(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, breaks_after=[100_000, 0, 0, 0])
    refused(link, aside)
    assert aside.begun()[0] == 100_000
    fetch(link, PartialFile(aside.path.parent, "0123"))
    assert aside.path.read_bytes() == BODY and served.sent["/a"] == len(BODY)


def test_a_file_that_is_whole_but_was_not_put_in_place_is_not_sent_again(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY)
    fetch(link, aside)
    fetch(link, aside)
    assert served.sent["/a"] == len(BODY) and aside.path.read_bytes() == BODY


def test_what_was_written_before_the_machine_started_is_not_trusted(served: Served, aside: PartialFile) -> None:
    """Where the power went, a file may be as long as it was and hold nothing."""
    link = served.put("/a", BODY, breaks_after=[100_000, 0, 0, 0])
    refused(link, aside)
    aside.path.write_bytes(bytes(100_000))
    os.utime(aside.path, (1, 1))
    fetch(link, aside)
    assert aside.path.read_bytes() == BODY


@pytest.mark.parametrize("ranges", [True, False], ids=["If-Range says so", "no ranges known"])
def test_a_file_that_changed_in_the_middle_starts_anew(served: Served, aside: PartialFile, ranges: bool) -> None:
    other = BODY[::-1]
    link = served.put("/a", BODY, breaks_after=[100_000], then=Film(other, etag='"second"', ranges=ranges))
    fetch(link, aside)
    assert aside.path.read_bytes() == other


def test_a_changed_file_that_the_server_passes_off_as_the_rest_is_noticed(served: Served, aside: PartialFile) -> None:
    class Any_:
        """Equal to every If-Range: the server does not look."""

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

        def __str__(self) -> str:
            return '"second"'

    other = BODY[::-1]
    link = served.put("/a", BODY, breaks_after=[100_000], then=Film(other, etag=Any_()))  # type: ignore[arg-type]
    fetch(link, aside)
    assert aside.path.read_bytes() == other


def test_a_part_that_starts_elsewhere_is_not_glued_on(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, breaks_after=[100_000], then=Film(BODY, off_by=7))
    fetch(link, aside)
    assert aside.path.read_bytes() == BODY


@pytest.mark.parametrize(
    ("etag", "modified", "again"),
    [("", "", 1), ('W/"1"', "", 1), ('W/"1"', "Sat, 28 Nov 2026 09:00:00 GMT", 0)],
)
def test_without_a_sure_mark_it_starts_anew(
    served: Served, aside: PartialFile, etag: str, modified: str, again: int
) -> None:
    link = served.put("/a", BODY, breaks_after=[100_000], etag=etag, modified=modified)
    fetch(link, aside)
    assert aside.path.read_bytes() == BODY and served.sent["/a"] == len(BODY) + again * 100_000


def test_less_than_was_said_is_not_taken_for_whole(served: Served, aside: PartialFile) -> None:
    assert refused(served.put("/a", BODY, says=len(BODY) + 10, ranges=False), aside).passing


def test_packed_bytes_are_unpacked(served: Served, aside: PartialFile) -> None:
    fetch(served.put("/a", BODY + bytes(50_000), packed=True), aside)
    assert aside.path.read_bytes() == BODY + bytes(50_000)


def test_a_packed_bomb_is_cut_off(served: Served, aside: PartialFile) -> None:
    refused(served.put("/a", b"\1" * 20_000_000, packed=True), aside, Rules(1_000_000, inside=True))
    assert not aside.path.exists() or aside.path.stat().st_size <= 1_100_000


def test_a_file_without_a_length_is_taken(served: Served, aside: PartialFile) -> None:
    fetch(served.put("/a", BODY, no_length=True), aside)
    assert aside.path.read_bytes() == BODY


@pytest.mark.parametrize("no_length", [True, False])
def test_what_is_larger_than_allowed_is_cut_off(served: Served, aside: PartialFile, no_length: bool) -> None:
    problem = refused(served.put("/a", BODY, no_length=no_length), aside, Rules(100_000, inside=True))
    assert "max_mb" in problem.reason and not problem.passing
    assert no_length or not aside.path.exists(), "not even begun where the length is said"


@pytest.mark.parametrize("page", PAGES)
def test_a_login_page_is_named_as_what_it_is(served: Served, aside: PartialFile, page: bytes) -> None:
    assert refused(served.put("/a.mp4", page), aside).reason == room.WEB_PAGE
    assert aside.begun()[0] == 0 or not aside.path.stat().st_size


def test_a_message_of_the_server_is_no_video(served: Served, aside: PartialFile) -> None:
    assert "server returned a message" in refused(served.put("/a", b'{"error": "expired"}'), aside).reason


@pytest.mark.parametrize(
    ("code", "word"),
    [(404, "nothing at the link"), (410, "removed"), (403, "expired"), (401, "login"), (418, "418")],
)
def test_a_dead_link_is_asked_once(served: Served, aside: PartialFile, code: int, word: str) -> None:
    problem = refused(served.put("/a", always=(code, {})), aside)
    assert word in problem.reason and not problem.passing and len(served.asked) == 1


def test_trouble_that_passes_is_tried_again_a_little_later(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, first=[(503, {}), (500, {}), (429, {"Retry-After": "7"})])
    waits: list[float] = []
    fetch(link, aside, waits=waits)
    assert aside.path.read_bytes() == BODY and waits == [1.0, 2.0, 7.0]


def test_tries_have_an_end_and_a_busy_host_is_left_alone_for_the_run(served: Served, tmp_path: Path) -> None:
    link, other = served.put("/a", always=(503, {})), served.put("/b", BODY)
    web = Web(INSIDE, wait=lambda _: None)
    for one in (link, other):
        with pytest.raises(Unfetched, match="busy"):
            web.fetch(one, PartialFile(tmp_path, "x"))
    web.close()
    assert [path for path, _ in served.asked] == ["/a"] * 4


def test_a_server_that_wants_hours_is_left_for_the_next_run(served: Served, aside: PartialFile) -> None:
    problem = refused(served.put("/a", always=(429, {"Retry-After": "7200"})), aside)
    assert problem.after_s == 7200 and len(served.asked) == 1
    served.put("/b", always=(429, {"Retry-After": "Wed, 28 Nov 2125 09:00:00 GMT"}))
    assert refused(served.url + "/b", aside).after_s == 7 * 24 * 3600, "a week at most"


def test_a_server_that_falls_silent_is_left(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, pause_s=1.5, etag="")
    assert "stopped sending" in refused(link, aside, Rules(10_000_000, inside=True, silence_s=0.2)).reason


@pytest.mark.slow
def test_a_trickle_is_left_though_something_comes_all_the_time(served: Served, aside: PartialFile) -> None:
    link = served.put("/a", BODY, pause_s=0.05, piece=10, etag="")
    rules = Rules(10_000_000, inside=True, silence_s=2, window_s=0.3, window_bytes=1000)
    assert "too slowly" in refused(link, aside, rules).reason


def test_nobody_there_and_no_such_host(aside: PartialFile, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "does not answer" in refused(f"http://127.0.0.1:{port}/a", aside).reason

    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "host was not found" in refused("http://videos.invalid/a", aside).reason


def test_a_certificate_nobody_vouches_for_is_refused(served: Served, aside: PartialFile, tmp_path: Path) -> None:
    import ssl
    import threading
    from http.server import BaseHTTPRequestHandler, HTTPServer

    import trustme

    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        assert "certificate" in refused(f"https://127.0.0.1:{server.server_address[1]}/a", aside).reason
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# the disk


def test_too_little_room_is_told_before_anything_is_written(
    served: Served, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=200_000_000))  # type: ignore[attr-defined]
    with pytest.raises(DiskFull):
        fetch(served.put("/a", BODY), aside)
    assert not aside.path.exists()


def test_a_full_disk_leaves_nothing_half(served: Served, aside: PartialFile, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskFull) as told:
        fetch(served.put("/a", BODY), aside)
    assert told.value.remedy and list(aside.path.parent.iterdir()) == []
