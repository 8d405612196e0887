"""Which addresses may be followed: a text from an export or a redirect -> a clean address, or why not."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import unicodedata
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

from reelmaker.sources.download.errors import Unfetched

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_LETTERS = 8_000  # of a link; signed ones have some thousands
NAME_BYTES = 255  # of each part of a file's name, on every usual disk
NO_ADDRESS = "the link is not a valid web address"
UNICAST = ipaddress.ip_network("2000::/3")  # the only part of IPv6 that the registries give to the internet
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Forms that carry an IPv4 address in their last four bytes and are no longer used: compatible, translated
WITH_V4 = tuple(map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96")))
ISATAP = 0x5EFE  # in front of the last four bytes, beside two bits that may differ
# Where cloud providers serve a machine's credentials, beside link-local addresses
CREDENTIALS = frozenset(
    map(
        ipaddress.ip_address,
        ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254"),
    )
)
# Special purposes in the registries of IANA (IPv4 and IPv6, 2024) that older Pythons take for public
SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        (
            "192.0.0.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "64:ff9b:1::/48",
            "2001::/23",
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)
SEVERAL = re.compile(r"(?=https?://)", re.IGNORECASE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# The parts of a signed link that change with every export of the same video
PASSING = re.compile(
    r"x-(amz|goog)-.*|expires?|signature|sig|key-pair-id|policy|token|se|sp|sv|sr|st|ske|skoid|sks|skt|sktid|skv|awsaccesskeyid|hdnts|exp",
    re.IGNORECASE,
)


def several(text: str) -> list[str]:
    """The links or the file name in a cell: there can be several links, but only one name."""
    if not re.match(r"https?://", text.strip(), re.IGNORECASE):
        return [text.strip()] if text.strip() else []
    return [part.strip(" \t\r\n,;|") for part in SEVERAL.split(text) if part.strip(" \t\r\n,;|")]


def is_web(text: str) -> bool:
    return bool(re.match(r"https?://", text, re.IGNORECASE))


def name(text: str) -> str:
    """A file's name or its path below a folder of the project, "/" between the parts.

    Raises:
        Unfetched: it is outside the project.
    """
    path = PurePosixPath(text.replace("\\", "/"))
    raw = text.encode("utf-8", "surrogatepass")
    if SCHEME.match(text) or path.is_absolute() or ".." in path.parts or not path.name or "\0" in text:
        raise Unfetched("neither a web link nor a file in the project; not followed")
    if len(raw) > 16 * NAME_BYTES or any(len(part) > NAME_BYTES for part in re.split(rb"[/\\]", raw)):
        raise Unfetched("neither a web link nor a file in the project: it is too long for a file's name")
    return path.as_posix()


def parts_of(link: str) -> SplitResult:
    """A link in its parts, of which the host is there and the port is a number.

    Raises:
        Unfetched: it is not a web address; the reason does not repeat it.
    """
    if len(link) > MOST_LETTERS:
        raise Unfetched(f"the link is longer than {MOST_LETTERS:,} characters")
    try:
        parts = urlsplit(link)
        _ = parts.port  # raises where it is not a number up to 65535
        host = parts.hostname or ""
        host.encode("idna" if host.isascii() else "utf-8")  # raises for labels that no name server knows
    except ValueError:
        raise Unfetched(NO_ADDRESS) from None
    if not host or not _plain(link):
        raise Unfetched(NO_ADDRESS)
    return parts


def _plain(link: str) -> bool:
    """Whether a link has no control characters and no halves of characters."""
    return not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in link)


def identity(link: str) -> str:
    """The part of a link that stays the same when its signature is renewed, as 24 hexadecimal digits."""
    try:
        parts = parts_of(link)
    except Unfetched:  # whoever fetches it says so
        return digits(link)
    query_parts = [(key, value) for key, value in parse_qsl(parts.query, True) if not PASSING.fullmatch(key)]
    text = f"{(parts.hostname or '').lower()}:{parts.port or ''}{parts.path}?{urlencode(sorted(query_parts))}"
    return digits(text)


def digits(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def quoted(text: str) -> str:
    """A text escaped for use in a link."""
    return quote(text, safe="")


def suffix(link: str) -> str:
    """The file name ending of a link, in lower case; "" for none."""
    try:
        return PurePosixPath(unquote(urlsplit(link).path)).suffix.lower()
    except ValueError:  # it was never a link
        return PurePosixPath(link).suffix.lower()


def gets_secrets(link: str, hosts: Collection[str], inside: bool) -> bool:
    """Whether the source's headers may be sent there: to a host it names, over https or (`inside`) in the own network."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    with_port = f"{host}:{parts.port}" if parts.port else host
    named = any(
        allowed_host in (host, with_port) or (allowed_host.startswith(".") and host.endswith(allowed_host))
        for allowed_host in hosts
    )
    return named and (parts.scheme == "https" or (inside and bool(inner(link))))


def inner(link: str) -> list[str]:
    """The private addresses (this machine or its network) of the link's host; none if they are unknown."""
    parts = urlsplit(link)
    try:
        addresses = socket.getaddrinfo(parts.hostname or "", parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # the connection will report it
    return [str(address[4][0]) for address in addresses if not public(str(address[4][0]))]


def public(host: str) -> bool:
    """Whether an IP address is one of the internet's, whatever other address it carries. Text that is none is not."""
    try:
        numbers = list(_unwrapped(ipaddress.ip_address(host.split("%")[0])))
    except ValueError:
        return False
    return all(map(_global, numbers))


def local_link(host: str) -> bool:
    """Link-local addresses and others where cloud providers serve a machine's credentials; no video is there."""
    numbers = _unwrapped(ipaddress.ip_address(host.split("%")[0]))
    return any(number.is_link_local or number in CREDENTIALS for number in numbers)


def _global(number: Address) -> bool:
    """Whether the registries assign it to the internet; addresses that they do not list do not count."""
    if number.is_multicast or not number.is_global or number in CREDENTIALS:
        return False
    if any(number in network for network in SPECIAL if network.version == number.version):
        return False
    return number.version == 4 or number in UNICAST


def _unwrapped(number: Address) -> Iterator[Address]:
    """The addresses that it stands for: itself, or the IPv4 address that it carries, or both if that is uncertain."""
    if isinstance(number, ipaddress.IPv4Address):
        yield number
        return
    low = ipaddress.IPv4Address(int(number) & 0xFFFF_FFFF)
    if number.ipv4_mapped or number in NAT64:
        yield low
        return
    if number.sixtofour:
        yield number.sixtofour
        return
    yield number
    if number.teredo:
        yield from number.teredo
    if any(number in network for network in WITH_V4) or (int(number) >> 32) & 0xFCFF_FFFF == ISATAP:
        yield low
