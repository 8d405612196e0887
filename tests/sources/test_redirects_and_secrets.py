"""Where a link may lead, and who gets the headers that open it."""

from __future__ import annotations

import pytest
from helpers.machines.downloading import BODY, INSIDE, fetch, refused
from helpers.machines.serving import Served, serving

from reelmaker.sources.download import PartialFile, Rules, Unfetched, Web, url_policy
from reelmaker.sources.download import http as room

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
