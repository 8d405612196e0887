"""Sends the message to the webhook in `[notify]`, in the format its service expects; it follows no redirects."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker.project.notify_settings import Notify
from reelmaker.publish.notify.delivery import Undelivered, as_json, reason, secret

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

SIGNATURE = "X-Reelmaker-Signature"


def send(settings: Notify, message: Mapping[str, Any], folder: Path, timeout_s: float) -> None:
    """Post the message; signed if `secret_env` is set."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request

    content = body(settings.style, message)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "reelmaker"}
    if settings.secret_env:
        signature = hmac.new(secret(settings.secret_env), content, hashlib.sha256).hexdigest()
        headers[SIGNATURE] = f"sha256={signature}"
    try:
        request = Request(settings.webhook, content, headers, method="POST")
        _opener().open(request, timeout=timeout_s).close()
    except HTTPError as problem:
        problem.close()
        if 300 <= problem.code < 400:
            raise Undelivered(f"it redirects to another address ({problem.code}), which is not followed") from None
        may_pass = problem.code >= 500 or problem.code in (408, 429)
        raise Undelivered(f"the server answers {problem.code}", passing=may_pass) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise Undelivered(reason(problem), passing=True) from None


def body(style: str, message: Mapping[str, Any]) -> bytes:
    """The webhook's content: the message itself, or its text in the format of Slack or Teams."""
    if style == "slack":
        text = str(message["text"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return as_json({"text": text})
    if style == "teams":
        blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in str(message["text"]).splitlines()]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": blocks,
        }
        kind = "application/vnd.microsoft.card.adaptive"
        return as_json({"type": "message", "attachments": [{"contentType": kind, "content": card}]})
    return as_json(message)


def _opener() -> OpenerDirector:
    """Handles only http and https, and follows no redirects."""
    from urllib.request import HTTPRedirectHandler, build_opener

    class NoRedirects(HTTPRedirectHandler):
        def redirect_request(self, *_: object, **__: object) -> None:
            return None

    return build_opener(NoRedirects)
