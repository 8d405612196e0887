"""A web link -> a partial file. Broken transfers resume where they stopped if the server can confirm that the
file is the same; redirects, sizes, silence, slowness, time and retries are limited.

No address, header or file name is ever part of a reason: reasons are logged.
"""

from __future__ import annotations

import logging
import math
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.request import getproxies

from reelmaker.errors import ProjectError, ReelmakerError
from reelmaker.sources.download import url_policy
from reelmaker.sources.download.connection import Watched
from reelmaker.sources.download.errors import Unfetched
from reelmaker.sources.download.partial_file import Marks, PartialFile

if TYPE_CHECKING:
    import httpx2

HOPS = 5  # redirects that are followed
WAITS_S = (1.0, 2.0, 4.0)  # before each retry that made no progress
MOST_TRIES = 30  # per file, even if each makes progress
LONGEST_WAIT_S = 60.0  # a server that asks for more is left for the next run
CONNECT_S = 15.0
WEEK_S = 7 * 86_400.0
PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|\?xml|!--|error)", re.IGNORECASE)
DATA = re.compile(rb"\s*[{\[]\s*[\"\]}{]")
PRIVATE = "the link points to this computer or your own network; set private_network = true to allow that"
SLOW = "the server sends too slowly"
WEB_PAGE = "the link leads to a web page, not a video; sign in or export the links again"


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits of a download."""

    most: int  # bytes of one file
    headers: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()  # hosts that receive the headers
    inside: bool = False  # whether addresses of this machine and its network are allowed
    silence_s: float = 30.0  # without a byte
    window_s: float = 60.0  # in which at least so many bytes come:
    window_bytes: int = 60_000
    longest_s: float = 6 * 3600.0  # of one file in one run, retries included


@dataclass(frozen=True, slots=True)
class Got:
    """What the server said about a downloaded file."""

    marks: Marks
    kind: str = ""  # content type
    name: str = ""  # the server's file name


class Web:
    """Downloads links one after the other; a host that does not answer is tried once per run."""

    def __init__(self, rules: Rules, wait: Callable[[float], None] = time.sleep) -> None:
        import httpx2

        for library in ("httpx2", "httpcore2"):  # they would log addresses, which contain keys
            logging.getLogger(library).setLevel(logging.WARNING)
        self.rules, self._wait = rules, wait
        self._dead: dict[str, Unfetched] = {}
        self._direct = not getproxies().keys() - {"no"}
        self._until = math.inf  # when the download that is under way has to be done
        try:
            self._client = httpx2.Client(
                follow_redirects=False,
                timeout=httpx2.Timeout(rules.silence_s, connect=min(CONNECT_S, rules.silence_s)),
                limits=httpx2.Limits(max_keepalive_connections=0),  # each request tells of its own connection
            )
        except (ValueError, ImportError, OSError) as problem:  # not repeated: the proxy's address may hold a password
            raise ProjectError(
                f"downloads cannot begin: the proxy or the certificates of this computer cannot be used ({type(problem).__name__}).",
                "Correct the variables HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE.",
            ) from None

    def close(self) -> None:
        self._client.close()

    def fetch(self, link: str, partial: PartialFile) -> Got:
        """Download into the partial file.

        Raises:
            Unfetched: why it failed; the partial file is kept if the download can be resumed.
            DiskFull: there is no space for it.
        """
        host = url_policy.parts_of(link).netloc.rpartition("@")[2].lower()
        if host in self._dead:
            raise self._dead[host]
        tries = 0
        self._until = time.monotonic() + self.rules.longest_s
        for _ in range(MOST_TRIES):
            before = partial.begun()[0]
            try:
                return self._once(link, partial)
            except Unfetched as problem:
                if time.monotonic() >= self._until:
                    hours = f"{self.rules.longest_s / 3600:g}"
                    raise Unfetched(
                        f"it takes longer than {hours} hours; the next run continues", passing=True
                    ) from None
                tries = tries + 1 if partial.begun()[0] <= before else 1
                if problem.passing and tries <= len(WAITS_S) and problem.after_s <= LONGEST_WAIT_S:
                    self._wait(max(WAITS_S[tries - 1], problem.after_s))
                    continue
                if isinstance(problem, Unanswered):
                    self._dead[host] = problem
                raise
        raise Unfetched("the connection keeps breaking", passing=True)

    def _once(self, link: str, partial: PartialFile) -> Got:
        import httpx2

        try:
            return self._asked(link, partial)
        except (Unfetched, ReelmakerError):
            raise
        except httpx2.ConnectError as problem:
            raise _not_connected(problem) from None
        except httpx2.ConnectTimeout:
            raise Unanswered("the server does not answer in time", passing=True) from None
        except httpx2.TimeoutException:
            raise Unfetched("the server stopped sending", passing=True) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, UnicodeError):
            raise Unfetched("the link is not a valid web address") from None
        except httpx2.DecodingError:
            raise Unfetched("the server's data cannot be decompressed") from None
        except (httpx2.TransportError, OSError) as problem:
            if isinstance(problem, OSError) and problem.filename:
                raise
            raise Unfetched("the connection broke", passing=True) from None
        except Exception as problem:  # noqa: BLE001 - whatever a server makes the client do belongs to this link
            raise Unfetched(f"the server's answer cannot be understood ({type(problem).__name__})") from None

    def _asked(self, link: str, partial: PartialFile) -> Got:
        have, marks = partial.begun()
        headers = {"Range": f"bytes={have}-", "If-Range": marks.strong} if have else {}
        with self._followed(link, headers) as (response, watched):
            code, now = response.status_code, _marks(response)
            if code == 416 and have:
                complete = _total(response) == have
                if not complete:
                    partial.away()
                    raise Unfetched("the file on the server has changed", passing=True)
                return Got(marks, response.headers.get("content-type", ""), _name(response))
            if code == 206 and have:
                start, total = _start(response), _total(response)
                other = marks.etag and now.etag and now.etag != marks.etag
                if start != have or other or (marks.total >= 0 and total not in (-1, marks.total)):
                    partial.away()
                    raise Unfetched("the server sent a different part of the file than requested", passing=True)
                with partial.further() as file:
                    self._copy(response, watched, file, have)
            elif code == 200:
                self._not_too_large(now.total)
                marks = now
                with partial.anew(now, self.rules.most) as file:
                    self._copy(response, watched, file, 0)
            else:
                raise _refused(response)
            size = partial.path.stat().st_size
            if marks.total >= 0 and size != marks.total:
                if size > marks.total:
                    partial.away()
                raise Unfetched("the download is shorter than the server announced", passing=True)
            return Got(marks, response.headers.get("content-type", ""), _name(response))

    @contextmanager
    def _followed(self, link: str, headers: Mapping[str, str]) -> Iterator[tuple[httpx2.Response, Watched]]:
        """The response at the end of the redirects, and what ends its connection."""
        before = ""
        for _ in range(HOPS + 1):
            inside = self._allowed(link, before)
            sent = {"User-Agent": "reelmaker", "Accept": "*/*", "Accept-Encoding": "identity", **headers}
            if url_policy.gets_secrets(link, self.rules.hosts, self.rules.inside):
                sent |= self.rules.headers
            with Watched(partial(self._check, inside)) as watched:
                watched.until(min(self._until, time.monotonic() + CONNECT_S + self.rules.silence_s))
                with self._sent(link, sent, watched) as response:
                    if not (response.status_code in (301, 302, 303, 307, 308) and "location" in response.headers):
                        yield response, watched
                        return
                    before, link = link, str(response.url.join(response.headers["location"]))
        raise Unfetched(f"the link redirects more than {HOPS} times")

    @contextmanager
    def _sent(self, link: str, headers: Mapping[str, str], watched: Watched) -> Iterator[httpx2.Response]:
        """The response to a request, as soon as its headers are there."""
        import httpx2

        request = self._client.build_request("GET", link, headers=headers, extensions={"trace": watched.heard})
        try:
            response = self._client.send(request, stream=True)
        except (httpx2.TransportError, OSError, ValueError):
            if watched.late:
                raise Unanswered("the server does not answer in time", passing=True) from None
            raise
        try:
            yield response
        finally:
            response.close()

    def _allowed(self, link: str, before: str) -> bool:
        """Whether a request may lead into the own network; an error if it may not be sent at all.

        Args:
            before: the link before it in a chain of redirects.
        """
        scheme = url_policy.parts_of(link).scheme.lower()
        if scheme not in ("http", "https"):
            raise Unfetched("the link redirects to something that is not a web address; not followed")
        if before.lower().startswith("https:") and scheme == "http":
            raise Unfetched("the link redirects from a secure to an insecure address (https to http); not followed")
        from_inside = not before or bool(url_policy.inner(before))
        inside = url_policy.inner(link)
        if inside and not from_inside:
            raise Unfetched("the link redirects from the internet into your own network; not followed")
        if inside and (not self.rules.inside or any(map(url_policy.local_link, inside))):
            raise Unfetched(PRIVATE)
        return self.rules.inside and from_inside

    def _check(self, inside: bool, address: str) -> None:
        """A host name can resolve differently the second time: the address that actually answers counts."""
        if not self._direct or url_policy.public(address):
            return  # a proxy is the one that asks, and resolves names itself
        if not inside or url_policy.local_link(address):
            raise Unfetched(PRIVATE)

    def _copy(self, response: httpx2.Response, watched: Watched, file: BinaryIO, have: int) -> None:
        packed = response.headers.get("content-encoding", "identity").lower() not in ("", "identity")
        since, came, size = time.monotonic(), 0, have
        watched.until(min(self._until, since + self.rules.window_s))
        try:
            for block in response.iter_bytes() if packed else response.iter_raw():
                if size == 0 and block and (problem := looks_like(block)):
                    raise Unfetched(problem)
                size, came = size + len(block), came + len(block)
                self._not_too_large(size)
                file.write(block)
                if (now := time.monotonic()) - since >= self.rules.window_s:
                    if came < self.rules.window_bytes:
                        raise Unfetched(SLOW, passing=True)
                    since, came = now, 0
                watched.until(min(self._until, now + self.rules.window_s))
        finally:
            if watched.late:  # a connection that was shut may look like the end of the file
                raise Unfetched(SLOW, passing=True) from None

    def _not_too_large(self, size: int) -> None:
        if size > self.rules.most:
            raise Unfetched(f"larger than the {self.rules.most / 1e6:g} MB that max_mb allows")


class Unanswered(Unfetched):
    """The host does not answer: its other links need not be tried."""


def looks_like(block: bytes) -> str:
    """The reason if the first bytes are clearly not a video; "" otherwise."""
    if PAGE.match(block):
        return WEB_PAGE
    if DATA.match(block):
        return "the server returned a message instead of a video; export the links again"
    return ""


def _marks(response: httpx2.Response) -> Marks:
    if response.headers.get("content-encoding", "identity").lower() not in ("", "identity"):
        return Marks()  # lengths and parts are those of the packed bytes
    length = response.headers.get("content-length", "")
    total = int(length) if length.isdigit() else -1
    return Marks(response.headers.get("etag", ""), response.headers.get("last-modified", ""), total)


def _start(response: httpx2.Response) -> int:
    match = re.match(r"bytes (\d+)-\d+/", response.headers.get("content-range", ""))
    return int(match[1]) if match else -1


def _total(response: httpx2.Response) -> int:
    match = re.search(r"/(\d+)$", response.headers.get("content-range", ""))
    return int(match[1]) if match else -1


def _name(response: httpx2.Response) -> str:
    """The file's name in Content-Disposition; only its ending is ever used."""
    message = Message()
    message["Content-Disposition"] = response.headers.get("content-disposition", "")
    try:
        return message.get_filename() or ""
    except (ValueError, LookupError):
        return ""


def _refused(response: httpx2.Response) -> Unfetched:
    code = response.status_code
    after = _after(response.headers.get("retry-after", ""))
    if code == 429 or code == 503:
        return Unanswered(f"the server is busy ({code})", passing=True, after_s=after)
    if code >= 500 or code in (408, 425):
        return Unfetched(f"the server has a problem ({code})", passing=True, after_s=after)
    reasons = {
        401: "the link needs a login (401); see header_env",
        403: "access denied, or the link has expired (403); export the links again",
        404: "there is nothing at the link (404)",
        410: "the file behind the link was removed (410)",
    }
    return Unfetched(reasons.get(code, f"the server answers {code}"))


def _after(text: str) -> float:
    """Seconds the server asks to wait, at most a week."""
    if text.strip().isdecimal():
        return min(float(text[:20]), WEEK_S)
    try:
        return min(max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()), WEEK_S)
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _not_connected(problem: Any) -> Unfetched:
    cause: BaseException | None = problem
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return Unanswered("the server's certificate is not trusted")
        cause = cause.__cause__ or cause.__context__
    if re.search(r"name or service|getaddrinfo|nodename|name resolution", str(problem), re.IGNORECASE):
        return Unanswered("the host was not found, or there is no network connection")
    return Unanswered("the server does not answer", passing=True)
