"""Who may ask the review window, decided before any route is looked for; and the headers of every answer.

In this order: the host is this server's own address (against DNS rebinding), the request was not started by another
site, and it brings the cookie of this window. `SameSite=Strict` does not look at ports, so another page of this
machine would ride on the cookie: therefore origin and `Sec-Fetch-Site` count as well.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response

START = "/start"  # the only address that is answered without the cookie
QUIET = "x-reelmaker-quiet"  # a question that the page asks by itself; it does not keep the window open
SAFE = ("GET", "HEAD")
OWN_SITES = ("same-origin", "none")
POLICY = "default-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SHUT = (
    "This review window is open only in the browser that it was started in.\n"
    "Start it again with `reelmaker review`, or with the starter beside the project.\n"
)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """Stands in front of the application. `port` is set when the server knows it."""

    def __init__(self, application: Application) -> None:
        self.application, self.port = application, 0
        self.key = secrets.token_urlsafe(32)  # the cookie's value
        self.last_request = time.monotonic()
        self._code = secrets.token_urlsafe(32)
        self._used = False
        self.opened: Callable[[], None] = lambda: None  # called when the code was used

    @property
    def cookie(self) -> str:
        """Its name; it contains the port, since browsers give a cookie to every port of a host."""
        return f"reelmaker-{self.port}"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def start_address(self) -> str:
        """Where a browser gets the cookie, once."""
        return f"{self.address}{START}?code={self._code}"

    def redeem(self, code: str) -> bool:
        """Whether this is the code; it works once."""
        right = not self._used and hmac.compare_digest(code.encode(), self._code.encode())
        if right:
            self._used = True
            self.opened()
        return right

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # no web sockets; the server closes the connection
        with_headers = _with_headers(send)
        refusal = self.refusal(scope)
        if refusal is not None:
            await refusal(scope, receive, with_headers)
            return
        if QUIET not in Headers(scope=scope):
            self.last_request = time.monotonic()
        await self.application(scope, receive, with_headers)

    def refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is not allowed; None for one that is."""
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in (f"127.0.0.1:{self.port}", f"localhost:{self.port}"):
            return PlainTextResponse("This address is not the review window's.\n", 400)
        if not _own(scope, headers, f"http://{hosts[0]}"):
            return PlainTextResponse("Another page may not ask the review window.\n", 403)
        if scope["path"] != START and not self._known(headers):
            return PlainTextResponse(SHUT, 403)
        return None

    def _known(self, headers: Headers) -> bool:
        values = [
            value
            for pair in "; ".join(headers.getlist("cookie")).split(";")
            for name, _, value in [pair.strip().partition("=")]
            if name == self.cookie
        ]
        return any(hmac.compare_digest(value.encode(), self.key.encode()) for value in values)


def _own(scope: Scope, headers: Headers, origin: str) -> bool:
    """Whether the window's own page, or the person who opens it, asks."""
    origins, sites = headers.getlist("origin"), headers.getlist("sec-fetch-site")
    if any(given != origin for given in origins):
        return False
    if scope["method"] not in SAFE:
        return bool(origins) and bool(sites) and all(site == "same-origin" for site in sites)
    # the file that opens the browser is another site, too
    return scope["path"] == START or all(site in OWN_SITES for site in sites)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            own_policy = headers.get("Content-Security-Policy")  # a reel's page has a stricter one
            for name, value in HEADERS.items():
                headers[name] = value
            if own_policy:
                headers["Content-Security-Policy"] = own_policy
        await send(message)

    return sending
