"""Which addresses belong to the internet, whatever form they are written in, and what is no address at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from reelmaker.errors import ProjectError
from reelmaker.project.toml_reader import _no_line
from reelmaker.sources import settings
from reelmaker.sources.download import Share, Unfetched, installed, remote_storage, url_policy

# From the registries of IANA for special-purpose IPv4 and IPv6 addresses, and the RFCs that embed one in the other
PRIVATE = {
    "this machine": "127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 ::1 ::",
    "private": "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12:3456::1",
    "shared by a provider": "100.64.0.1 100.127.255.254",
    "link-local": "169.254.0.1 fe80::1 fe80::1%eth0 febf::1",
    "site-local": "fec0::1 feff::1",
    "protocol assignments": "192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.10 192.0.0.170 2001::1 2001:20::1 2001:1ff::1",
    "relays and sinks": "192.88.99.1 192.31.196.1 192.52.193.1 192.175.48.1 2620:4f:8000::1 100::1",
    "documentation": "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1 3fff:fff::1",
    "measurements": "198.18.0.1 198.19.255.255 2001:2::1",
    "several at once": "224.0.0.1 239.255.255.255 ff02::1 ff0e::1",
    "reserved": "240.0.0.1 255.255.255.255 4000::1 5f00::1 1000::1 ::2 fe00::1",
    "mapped": "::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:192.0.0.8",
    "compatible": "::127.0.0.1 ::10.0.0.1 ::8.8.8.8",
    "translated": "::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8",
    "NAT64": "64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b::a9fe:a9fe 64:ff9b::c000:8 64:ff9b:1::1 64:ff9b:1::808:808",
    "6to4": "2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1 2002:c058:6301::",
    "Teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:0:7f00:1::f5ff:fffe",
    "ISATAP": "2a00:1450::5efe:7f00:1 2a00:1450::200:5efe:10.0.0.1",
    "where clouds keep secrets": "169.254.169.254 168.63.129.16 100.100.100.200 192.0.0.192 fd00:ec2::254 fd20:ce::254",
    "no address": "localhost 1.2.3 256.1.1.1 ::g",
}
PUBLIC = "8.8.8.8 1.1.1.1 192.0.1.1 2606:4700:4700::1111 64:ff9b::808:808 2002:808:808::1 ::ffff:8.8.8.8 2a00:1450::5efe:808:808"


@pytest.mark.parametrize("kind", PRIVATE)
def test_no_form_of_a_private_address_passes_for_public(kind: str) -> None:
    assert [text for text in PRIVATE[kind].split() if url_policy.public(text)] == []


def test_addresses_of_the_internet_are_public_in_each_form() -> None:
    assert [text for text in PUBLIC.split() if not url_policy.public(text)] == []


def test_where_clouds_keep_secrets_is_known_in_each_form() -> None:
    forms = [*PRIVATE["where clouds keep secrets"].split(), "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]
    forms += ["2002:a9fe:a9fe::1", "::169.254.169.254", "fe80::1%eth0"]
    assert [text for text in forms if not url_policy.local_link(text)] == []
    assert not url_policy.local_link("10.0.0.1") and not url_policy.local_link("8.8.8.8")


NO_LINKS = {
    "half a bracket": "http://[::1",
    "a port too high": "http://example.com:99999/a.mp4",
    "a port of letters": "http://example.com:port/a.mp4",
    "a port of 5,000 digits": f"http://example.com:{'9' * 5000}/a.mp4",
    "a host of 5,000 letters": f"http://{'a' * 5000}/a.mp4",
    "an empty part of a host": "http://a..example.com/a.mp4",
    "no host": "http:///a.mp4",
    "no host, but a user": "http://user@/a.mp4",
    "a line break": "http://example.com/a\n.mp4",
    "a zero": "http://example.com/a\0.mp4",
    "half a character": "http://example.com/\ud800.mp4",
    "half a character in the host": "http://\udcff.example.com/",
    "too long": f"http://example.com/{'a' * 8000}",
    "an IPv6 address with a name": "http://[example.com]/a.mp4",
}


@pytest.mark.parametrize("kind", NO_LINKS)
def test_what_is_no_address_is_one_line_and_still_has_an_identity(kind: str) -> None:
    link = NO_LINKS[kind]
    with pytest.raises(Unfetched) as refused:
        url_policy.parts_of(link)
    assert "\n" not in refused.value.reason and "example" not in refused.value.reason
    assert len(url_policy.identity(link)) == 24 and url_policy.suffix(link) in (".mp4", "", ".com]/a.mp4")


@pytest.mark.parametrize(
    "link", ["https://bücher.example/ä b.mp4", "http://[2001:db8::1]:80/a", f"https://x/{'a' * 5000}"]
)
def test_odd_but_right_addresses_are_addresses(link: str) -> None:
    assert url_policy.parts_of(link).hostname


@pytest.mark.parametrize("text", ["a" * 256 + ".mp4", "é" * 128, "folder/" + "b" * 300, "/".join(["c" * 200] * 30)])
def test_a_name_longer_than_any_disk_knows_is_one_line(text: str) -> None:
    with pytest.raises(Unfetched, match="too long"):
        url_policy.name(text)


@pytest.mark.parametrize(
    "address",
    [
        "local://../../",
        "file://../share",
        "file:///share/../../etc",
        "local://share",
        "file://",
        "file:///",
        "local:////",
        "FILE://share",
        "s3://bucket/../other",
        "file:///a/..\\..\\b",
    ],
)
def test_an_address_means_the_same_folder_wherever_the_program_runs(address: str) -> None:
    with pytest.raises(ProjectError):
        settings.read([{"name": "a", "address": address}], lambda where, key, what: _no_line(where, key, what))


@pytest.mark.parametrize("address", ["file:///share/answers", "local:///a", "s3://bucket/a..b", "file://C:/answers"])
def test_whole_paths_and_storage_are_addresses(address: str) -> None:
    [source] = settings.read([{"name": "a", "address": address}], _no_line)
    assert source.address == address


@pytest.mark.parametrize(
    "protocol",
    ["zip", "tar", "reference", "dir", "git", "simplecache", "filecache", "data", "generic", "jupyter", "http"],
)
def test_only_storage_is_an_address(protocol: str) -> None:
    with pytest.raises(ProjectError, match="not supported"):
        installed(f"{protocol}:///etc")


# ---- shared folders --------------------------------------------------------------------------------------


def shared(folder: Path) -> Share:
    return Share(f"file://{folder}", {})


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
def test_a_table_of_a_share_that_is_no_ordinary_file_is_an_error(tmp_path: Path, kind: str) -> None:
    share, table = tmp_path / "share", tmp_path / "share" / "responses.csv"
    share.mkdir()
    (tmp_path / "secret.csv").write_text("file,consent\n", "utf-8")
    if kind == "pipe":
        os.mkfifo(table)
    elif kind == "folder":
        table.mkdir()
    else:
        table.symlink_to(tmp_path / ("secret.csv" if kind == "link" else "nowhere"))
    with pytest.raises(ProjectError, match="cannot be read"):
        shared(share).table()


@pytest.mark.parametrize(
    "name", ["Responses.csv", "responses.csv.csv", "RESPONSES.XLSX", "responses.txt", " responses.csv"]
)
def test_a_table_of_a_share_under_another_name_is_never_read_as_no_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("file,consent\na.mp4,none\n", "utf-8")
    if (tmp_path / "responses.csv").exists():
        pytest.skip("this disk knows no capitals")
    with pytest.raises(ProjectError, match=r"looks like the table"):
        shared(tmp_path).table()
    (tmp_path / name).unlink()
    assert shared(tmp_path).table() is None


def test_a_table_of_a_share_that_is_too_large_is_never_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_storage, "TABLE_BYTES", 10)
    (tmp_path / "responses.csv").write_bytes(b"file,consent\n")
    with pytest.raises(ProjectError, match="larger"):
        shared(tmp_path).table()


@pytest.mark.skipif(os.name != "posix", reason="pipes")
def test_a_pipe_in_a_share_is_not_listed_and_never_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from reelmaker.sources.download import PartialFile, Rules

    share = tmp_path / "share"
    share.mkdir()
    os.mkfifo(share / "pipe.mp4")
    (share / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    [found] = shared(share).files()
    assert found.path == "a.mp4"
    (share / "a.mp4").unlink()
    os.mkfifo(share / "a.mp4")  # it turned into one after it was listed
    with pytest.raises(Unfetched, match="pipe"):
        shared(share).fetch(found, PartialFile(tmp_path / "aside", "0"), Rules(1000, silence_s=2.0))


def test_a_share_that_does_not_answer_is_left_after_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from reelmaker.sources.download import PartialFile, Rules

    (tmp_path / "a.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    share, never = shared(tmp_path), threading.Event()
    [found] = share.files()
    monkeypatch.setattr(remote_storage, "LISTING_S", 0.2)

    def hangs(*_: Any, **__: Any) -> Any:
        never.wait(20)
        raise OSError

    for name in ("_facts", "_listed", "_table"):
        monkeypatch.setattr(share, name, hangs)
    with pytest.raises(Unfetched, match="no answer in time"):
        share.fetch(found, PartialFile(tmp_path / "aside", "0"), Rules(1000, silence_s=0.2))
    for ask in (share.files, share.table):
        with pytest.raises(ProjectError, match="no answer in time"):
            ask()
    never.set()
