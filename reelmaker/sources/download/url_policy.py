"""What an address is, and whether it may be followed. In: text from an export or a redirect. Out: a clean address, or why not."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
from collections.abc import Collection
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from reelmaker.sources.download.errors import Unfetched

SEVERAL = re.compile(r"(?=https?://)", re.IGNORECASE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# Of a signed link, what is new in every export though the video is the same
PASSING = re.compile(
    r"x-(amz|goog)-.*|expires?|signature|sig|key-pair-id|policy|token|se|sp|sv|sr|st|ske|skoid|sks|skt|sktid|skv|awsaccesskeyid|hdnts|exp",
    re.IGNORECASE,
)


def several(text: str) -> list[str]:
    """The links or names in a cell: several links may stand behind each other, of names there is one."""
    if not re.match(r"https?://", text.strip(), re.IGNORECASE):
        return [text.strip()] if text.strip() else []
    return [part.strip(" \t\r\n,;|") for part in SEVERAL.split(text) if part.strip(" \t\r\n,;|")]


def is_web(text: str) -> bool:
    return bool(re.match(r"https?://", text, re.IGNORECASE))


def name(text: str) -> str:
    """A file's name or its path below a folder of the project, "/" between the parts.

    Raises:
        Unfetched: it leads elsewhere.
    """
    path = PurePosixPath(text.replace("\\", "/"))
    if SCHEME.match(text) or path.is_absolute() or ".." in path.parts or not path.name or "\0" in text:
        raise Unfetched("neither a web link nor the name of a file in the project; it is not followed")
    return path.as_posix()


def identity(link: str) -> str:
    """What stays the same of a link when its signature is renewed, as 24 hexadecimal digits."""
    parts = urlsplit(link)
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if not PASSING.fullmatch(key)]
    text = f"{(parts.hostname or '').lower()}:{parts.port or ''}{parts.path}?{urlencode(sorted(kept))}"
    return digits(text)


def digits(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def quoted(text: str) -> str:
    """A text as a part of a link."""
    return quote(text, safe="")


def suffix(link: str) -> str:
    """The ending of the file that a link names, in small letters; "" for none."""
    return PurePosixPath(unquote(urlsplit(link).path)).suffix.lower()


def gets_secrets(link: str, hosts: Collection[str], inside: bool) -> bool:
    """Whether the headers of the source go there: a host it names, over https or (`inside`) in the own network."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    with_port = f"{host}:{parts.port}" if parts.port else host
    named = any(one in (host, with_port) or (one.startswith(".") and host.endswith(one)) for one in hosts)
    return named and (parts.scheme == "https" or (inside and bool(inner(link))))


def inner(link: str) -> str:
    """Which address of this machine or of a network behind it the link's host has; "" for none, or unknown."""
    parts = urlsplit(link)
    try:
        found = socket.getaddrinfo(parts.hostname or "", parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ""  # whoever connects will say so
    return next((str(one[4][0]) for one in found if not public(str(one[4][0]))), "")


def public(host: str) -> bool:
    """Whether an IP address is one of the open internet."""
    number = ipaddress.ip_address(host.split("%")[0])
    number = getattr(number, "ipv4_mapped", None) or number
    return number.is_global and not number.is_multicast


def local_link(host: str) -> bool:
    """Addresses by which clouds tell a machine its own secrets; no video lies there."""
    number = ipaddress.ip_address(host.split("%")[0])
    return (getattr(number, "ipv4_mapped", None) or number).is_link_local
