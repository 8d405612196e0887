"""Links and shares, against a real server of this machine: what is sent again, what is refused, what is kept."""

from __future__ import annotations

import errno
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from helpers.machines.serving import Film, Served, serving

from reelmaker.errors import DiskFull, ProjectError
from reelmaker.sources.download import Found, Got, PartialFile, Rules, Share, Unfetched, Web, url_policy
from reelmaker.sources.download import http as room

BODY = b"\0\0\0\x18ftypisom" + random.Random(7).randbytes(300_000)
INSIDE = Rules(10_000_000, inside=True, silence_s=2.0)


@pytest.fixture
def served() -> Iterator[Served]:
    with serving() as one:
        yield one


@pytest.fixture
def aside(tmp_path: Path) -> PartialFile:
    return PartialFile(tmp_path / "aside", "0123")


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


PAGES = [
    b"<!DOCTYPE html><title>Sign in</title>",
    b"\n <html><body>",
    b'\xef\xbb\xbf<?xml version="1.0"?><Error>',
]


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


# redirects


def test_redirects_are_followed_to_their_end(served: Served, aside: PartialFile) -> None:
    served.put("/c", BODY)
    served.put("/b", always=(302, {"Location": "c"}))
    fetch(served.put("/a", always=(307, {"Location": served.url + "/b"})), aside)
    assert aside.path.read_bytes() == BODY


def test_a_loop_of_redirects_has_an_end(served: Served, aside: PartialFile) -> None:
    refused(served.put("/a", always=(302, {"Location": "/a"})), aside)
    assert len(served.asked) == room.HOPS + 1


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:video/mp4;base64,AAAA", "http:///x"]
)
def test_a_redirect_never_leaves_the_web(served: Served, aside: PartialFile, target: str) -> None:
    with pytest.raises(Unfetched):
        fetch(served.put("/a", always=(302, {"Location": target})), aside)
    assert not aside.path.exists()


def test_from_https_nothing_leads_to_http(served: Served, aside: PartialFile) -> None:
    web = Web(INSIDE)
    with pytest.raises(Unfetched, match="https to http"):
        web._allowed(served.url + "/a", "https://example.com/a")
    web.close()


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "0.0.0.0", "2130706433"],
)
def test_addresses_of_the_own_network_are_only_asked_where_that_is_allowed(aside: PartialFile, host: str) -> None:
    assert "private_network" in refused(f"http://{host}:9/a", aside, Rules(1000)).reason


def test_addresses_where_clouds_keep_secrets_are_never_asked(aside: PartialFile) -> None:
    refused("http://169.254.169.254/latest/x.mp4", aside)


def test_nothing_leads_from_the_internet_into_the_own_network(
    served: Served, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = url_policy.inner
    monkeypatch.setattr(url_policy, "inner", lambda link: [] if link.endswith("/a") else inner(link))
    served.put("/b", BODY)
    assert "own network" in refused(served.put("/a", always=(302, {"Location": "/b"})), aside).reason
    assert [path for path, _ in served.asked] == ["/a"]


def test_who_answered_counts_where_a_name_was_looked_up_twice(
    served: Served, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first look-up says an address of the internet, the connection goes to this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(url_policy, "inner", lambda link: [])
    assert "private_network" in refused(served.put("/a", BODY), aside, Rules(10_000_000)).reason
    assert not aside.path.exists()


# secrets


def secret(served: Served, hosts: tuple[str, ...]) -> Rules:
    return Rules(10_000_000, {"X-API-TOKEN": "s3cret"}, hosts, inside=True)


def test_headers_go_to_the_hosts_that_may_have_them(served: Served, aside: PartialFile) -> None:
    fetch(served.put("/a", BODY), aside, secret(served, ("127.0.0.1",)))
    assert served.asked[0][1]["x-api-token"] == "s3cret"


def test_headers_do_not_go_along_to_another_host(served: Served, aside: PartialFile) -> None:
    with serving() as other:
        other.put("/b", BODY)
        link = served.put("/a", always=(302, {"Location": other.url + "/b"}))
        fetch(link, aside, secret(served, (served.url.removeprefix("http://"),)))
        assert served.asked[0][1]["x-api-token"] == "s3cret"
        assert "x-api-token" not in other.asked[0][1]


def test_headers_go_to_no_host_that_only_stands_in_the_export(served: Served, aside: PartialFile) -> None:
    fetch(served.put("/a", BODY), aside, secret(served, ("api.example.com",)))
    assert "x-api-token" not in served.asked[0][1]


@pytest.mark.parametrize(
    ("link", "inside", "gets"),
    [
        ("https://eu.example.com/a", False, True),
        ("https://example.com.evil.org/a", False, False),
        ("https://evilexample.com/a", False, False),
        ("http://eu.example.com/a", False, False),
        ("https://eu.example.com@evil.org/a", False, False),
        ("http://127.0.0.1/a", True, False),
    ],
)
def test_who_gets_secrets(link: str, inside: bool, gets: bool) -> None:
    assert url_policy.gets_secrets(link, (".example.com",), inside) is gets


def test_no_library_logs_an_address(served: Served, aside: PartialFile, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    caplog.set_level(logging.DEBUG)
    fetch(served.put("/a", BODY) + "?token=s3cret", aside)
    assert "s3cret" not in caplog.text and "/a" not in caplog.text


# links


def test_a_renewed_signature_is_no_new_video() -> None:
    link = "https://b.s3.amazonaws.com/v/1.mp4?X-Amz-Signature=1&X-Amz-Date=2&response=1"
    assert url_policy.identity(link) == url_policy.identity(link.replace("Signature=1", "Signature=9"))
    assert url_policy.identity(link) != url_policy.identity(link.replace("/v/1", "/v/2"))
    one = "https://x.qualtrics.com/Q/File.php?F=F_1"
    assert url_policy.identity(one) != url_policy.identity(one.replace("F_1", "F_2"))


@pytest.mark.parametrize(
    "text",
    [
        "../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "C:\\Windows\\x.mp4",
        "..\\x.mp4",
        "a/../../x.mp4",
        "javascript:x",
        "",
    ],
)
def test_a_name_leads_nowhere_else(text: str) -> None:
    with pytest.raises(Unfetched, match="not followed"):
        url_policy.name(text)


def test_several_links_in_a_cell_are_several_videos() -> None:
    assert url_policy.several("https://a/1,2.mp4, https://a/3.mp4\nhttps://a/4.mp4") == [
        "https://a/1,2.mp4",
        "https://a/3.mp4",
        "https://a/4.mp4",
    ]
    assert url_policy.several(" my film, the second.mp4 ") == ["my film, the second.mp4"]


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


# shares


@pytest.fixture
def memory() -> Iterator[Any]:
    import fsspec

    files = fsspec.filesystem("memory")
    files.store.clear()
    yield files
    files.store.clear()


def test_films_below_an_address_are_listed_and_nothing_else(memory: Any) -> None:
    for name in ("a.mp4", "deep/er/b.WEBM", "note.txt", "responses.csv", ".hidden.mp4", ".trash/c.mp4"):
        memory.pipe(f"/box/{name}", BODY)
    share = Share("memory://box", {})
    assert [one.path for one in share.files()] == ["a.mp4", "deep/er/b.WEBM"]
    assert share.table() == BODY


def test_a_film_of_a_share_comes_whole_and_goes_on_where_it_broke(
    memory: Any, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelmaker.sources.download.remote_storage.BLOCK", 50_000)
    memory.pipe("/box/a.mp4", BODY)
    share = Share("memory://box", {})
    [found] = share.files()
    real, read = share._files.open, []

    class Breaking:
        def __init__(self, file: Any, after: int) -> None:
            self.file, self.left = file, after

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: object) -> None: ...

        def seek(self, to: int) -> None:
            self.file.seek(to)

        def read(self, size: int) -> bytes:
            if self.left <= 0:
                raise TimeoutError("key=s3cret")
            self.left -= size
            block: bytes = self.file.read(size)
            read.append(len(block))
            return block

    monkeypatch.setattr(share._files, "open", lambda *_: Breaking(real("/box/a.mp4"), 100_000), raising=False)
    with pytest.raises(Unfetched) as told:
        share.fetch(found, aside, INSIDE)
    assert told.value.passing and "s3cret" not in told.value.reason
    monkeypatch.setattr(share._files, "open", lambda *_: Breaking(real("/box/a.mp4"), 10**9), raising=False)
    share.fetch(found, aside, INSIDE)
    assert aside.path.read_bytes() == BODY and sum(read) == len(BODY)


def test_a_film_that_is_still_being_written_is_left_for_later(tmp_path: Path, aside: PartialFile) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a film.mp4"
    path.write_bytes(BODY)
    share = Share(f"file://{tmp_path}/box", {})
    [found] = share.files()
    path.write_bytes(BODY + b"more")
    with pytest.raises(Unfetched, match="still being written") as told:
        share.fetch(found, aside, INSIDE)
    assert told.value.passing and not aside.path.exists()
    [found] = share.files()
    share.fetch(found, aside, INSIDE)
    assert aside.path.read_bytes() == BODY + b"more"


def test_a_film_that_is_overwritten_while_it_is_read_is_left_for_later(
    tmp_path: Path, aside: PartialFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "box").mkdir()
    path = tmp_path / "box" / "a.mp4"
    path.write_bytes(BODY)
    share = Share(f"file://{tmp_path}/box", {})
    [found] = share.files()
    real = share._open

    def overwritten(*words: Any) -> Any:
        file = real(*words)
        path.write_bytes(BODY[::-1])
        os.utime(path, (1, 1))
        return file

    monkeypatch.setattr(share, "_open", overwritten)
    with pytest.raises(Unfetched, match="still being written"):
        share.fetch(found, aside, INSIDE)
    assert not aside.path.exists()


def test_links_of_a_shared_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.mp4").write_bytes(BODY)
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "a.mp4").symlink_to(tmp_path / "secret" / "x.mp4")
    (tmp_path / "box" / "folder").symlink_to(tmp_path / "secret")
    assert Share(f"file://{tmp_path}/box", {}).files() == []


@pytest.mark.parametrize("scheme", ["s3", "sftp"])
def test_a_back_end_that_is_not_installed_is_one_line_with_the_remedy(
    scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    for package in ("s3fs", "paramiko"):
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, "fsspec.implementations.sftp", raising=False)
    with pytest.raises(ProjectError) as told:
        Share(f"{scheme}://bucket/folder", {})
    assert f'pip install "reelmaker[{scheme}]"' == told.value.remedy and "\n" not in str(told.value)


@pytest.mark.parametrize("where", ["memory://none", "file:///no/such/folder", "nosuch://x", "simplecache::memory://x"])
def test_an_address_that_leads_nowhere_is_one_line(where: str, memory: Any) -> None:
    with pytest.raises(ProjectError) as told:
        Share(where, {}).files()
    assert told.value.remedy and "\n" not in str(told.value)


def test_a_page_in_a_share_is_no_film(memory: Any, aside: PartialFile) -> None:
    memory.pipe("/box/a.mp4", PAGES[0])
    share = Share("memory://box", {})
    with pytest.raises(Unfetched, match="web page"):
        share.fetch(share.files()[0], aside, INSIDE)


def test_too_large_a_film_of_a_share_is_not_begun(aside: PartialFile, memory: Any) -> None:
    memory.pipe("/box/a.mp4", BODY)
    with pytest.raises(Unfetched, match="max_mb"):
        Share("memory://box", {}).fetch(Found("a.mp4", 10**9, "1"), aside, INSIDE)
    assert not aside.path.exists()
