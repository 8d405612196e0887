"""Which addresses may be followed. In: text from an export or a redirect. Out: a clean address, or why not."""

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
    if SCHEME.match(text) or path.is_absolute() or ".." in path.parts or not path.name or "\0" in text:
        raise Unfetched("neither a web link nor a file in the project; not followed")
    return path.as_posix()


def identity(link: str) -> str:
    """The part of a link that stays the same when its signature is renewed, as 24 hexadecimal digits."""
    parts = urlsplit(link)
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if not PASSING.fullmatch(key)]
    text = f"{(parts.hostname or '').lower()}:{parts.port or ''}{parts.path}?{urlencode(sorted(kept))}"
    return digits(text)


def digits(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:24]


def quoted(text: str) -> str:
    """A text escaped for use in a link."""
    return quote(text, safe="")


def suffix(link: str) -> str:
    """The file name ending of a link, in lower case; "" for none."""
    return PurePosixPath(unquote(urlsplit(link).path)).suffix.lower()


def gets_secrets(link: str, hosts: Collection[str], inside: bool) -> bool:
    """Whether the source's headers may be sent there: to a host it names, over https or (`inside`) in the own network."""
    parts = urlsplit(link)
    host = (parts.hostname or "").lower()
    with_port = f"{host}:{parts.port}" if parts.port else host
    named = any(one in (host, with_port) or (one.startswith(".") and host.endswith(one)) for one in hosts)
    return named and (parts.scheme == "https" or (inside and bool(inner(link))))


def inner(link: str) -> str:
    """The private address (this machine or its network) of the link's host; "" if none or unknown."""
    parts = urlsplit(link)
    try:
        found = socket.getaddrinfo(parts.hostname or "", parts.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ""  # the connection will report it
    return next((str(one[4][0]) for one in found if not public(str(one[4][0]))), "")


def public(host: str) -> bool:
    """Whether an IP address is public."""
    number = ipaddress.ip_address(host.split("%")[0])
    number = getattr(number, "ipv4_mapped", None) or number
    return number.is_global and not number.is_multicast


def local_link(host: str) -> bool:
    """Link-local addresses, where cloud providers serve a machine's credentials; no video is there."""
    number = ipaddress.ip_address(host.split("%")[0])
    return (getattr(number, "ipv4_mapped", None) or number).is_link_local
