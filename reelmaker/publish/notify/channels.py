"""Messages to webhook, e-mail and command: besides `doctor --fetch` and `fetch` the only network access, only if configured.

In: `[notify]` and a message. Out: one line for each recipient that could not be reached; never raises for one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelmaker import media
from reelmaker.errors import ReelmakerError
from reelmaker.project.notify_settings import Notify

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

WAITS_S = (1.0, 2.0, 4.0)  # before each of the three retries
TIMEOUT_S = 10.0  # without a byte from the server
COMMAND_S = 60.0
SIGNATURE = "X-Reelmaker-Signature"


class Undelivered(Exception):
    """A recipient did not get the message; `passing`: a retry may help."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


def send(
    settings: Notify,
    message: Mapping[str, Any],
    folder: Path,
    *,
    wait: Callable[[float], None] = time.sleep,
    timeout_s: float = TIMEOUT_S,
) -> list[str]:
    """Send the message to every recipient in `[notify]`.

    Args:
        message: plain values for JSON; `subject` and `text` are those of a mail.
        folder: the project's, in which the command runs.
        wait: waits so many seconds before another try.
        timeout_s: how long a server may be silent.

    Returns:
        One line, without secrets, for each recipient that was not reached.
    """
    ways: list[tuple[str, Callable[[], None]]] = []
    if settings.webhook:
        ways.append(("webhook", lambda: _post(settings, message, timeout_s)))
    if settings.email_to:
        ways.append(("mail", lambda: _mail(settings, message, timeout_s)))
    if settings.command:
        ways.append(("command", lambda: _command(settings, message, folder)))
    lines = []
    for name, way in ways:
        try:
            _tried(way, wait)
        except Undelivered as problem:
            lines.append(f"{name} was not notified: {problem}. The reel itself is finished.")
    return lines


def _tried(way: Callable[[], None], wait: Callable[[float], None]) -> None:
    for pause in (*WAITS_S, None):
        try:
            way()
            return
        except Undelivered as problem:
            if pause is None or not problem.passing:
                raise
            wait(pause)


def body(style: str, message: Mapping[str, Any]) -> bytes:
    """The body for a webhook: the message itself, or its text in the format of Slack or Teams."""
    if style == "slack":
        text = str(message["text"]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return _json({"text": text})
    if style == "teams":
        blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in str(message["text"]).splitlines()]
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
            "body": blocks,
        }  # fmt: skip
        kind = "application/vnd.microsoft.card.adaptive"
        return _json({"type": "message", "attachments": [{"contentType": kind, "content": card}]})
    return _json(message)


def _post(settings: Notify, message: Mapping[str, Any], timeout_s: float) -> None:
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request

    sent = body(settings.style, message)
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "reelmaker"}
    if settings.secret_env:
        mark = hmac.new(_secret(settings.secret_env), sent, hashlib.sha256).hexdigest()
        headers[SIGNATURE] = f"sha256={mark}"
    try:
        request = Request(settings.webhook, sent, headers, method="POST")
        _opener().open(request, timeout=timeout_s).close()
    except HTTPError as problem:
        problem.close()
        if 300 <= problem.code < 400:
            raise Undelivered(f"it redirects to another address ({problem.code}), which is not followed") from None
        again = problem.code >= 500 or problem.code in (408, 429)
        raise Undelivered(f"the server answers {problem.code}", passing=again) from None
    except (OSError, HTTPException, ValueError) as problem:
        raise Undelivered(_reason(problem), passing=True) from None


def _opener() -> OpenerDirector:
    """An opener for http and https only, which does not follow redirects."""
    from urllib.request import HTTPRedirectHandler, build_opener

    class Stays(HTTPRedirectHandler):
        def redirect_request(self, *_: object, **__: object) -> None:
            return None

    return build_opener(Stays)


def _mail(settings: Notify, message: Mapping[str, Any], timeout_s: float) -> None:
    import smtplib
    import ssl
    from email.message import EmailMessage
    from email.utils import make_msgid

    mail = EmailMessage()
    mail["Subject"] = " ".join(str(message["subject"]).split())
    mail["From"] = settings.email_from
    mail["To"] = ", ".join(settings.email_to)
    mail["Message-ID"] = make_msgid(domain=settings.email_from.rpartition("@")[2])
    mail.set_content(str(message["text"]) + "\n")
    password = _secret(settings.smtp_password_env).decode() if settings.smtp_user else ""
    try:
        trusted = ssl.create_default_context()
        where = settings.smtp_host, settings.smtp_port
        with (
            smtplib.SMTP_SSL(*where, timeout=timeout_s, context=trusted)
            if settings.smtp_tls == "tls"
            else smtplib.SMTP(*where, timeout=timeout_s)
        ) as server:
            if settings.smtp_tls == "starttls":
                server.starttls(context=trusted)
            if settings.smtp_user:
                server.login(settings.smtp_user, password)
            refused = server.send_message(mail)
    except ssl.SSLError as problem:
        raise Undelivered(f"the server's certificate is not trusted ({problem.reason or 'TLS failed'})") from None
    except smtplib.SMTPAuthenticationError:
        raise Undelivered("the mail server rejects the user name or password") from None
    except smtplib.SMTPNotSupportedError:
        raise Undelivered(f'the mail server does not support smtp_tls = "{settings.smtp_tls}" or no login') from None
    except smtplib.SMTPRecipientsRefused:
        raise Undelivered("the mail server refuses every address of email_to") from None
    except smtplib.SMTPResponseException as problem:
        raise Undelivered(f"the mail server answers {problem.smtp_code}", passing=problem.smtp_code < 500) from None
    except (OSError, ValueError, smtplib.SMTPException) as problem:
        raise Undelivered(_reason(problem), passing=True) from None
    if refused:
        raise Undelivered(f"the mail server refuses {len(refused)} of {len(settings.email_to)} addresses")


def _command(settings: Notify, message: Mapping[str, Any], folder: Path) -> None:
    try:
        code = media.command(settings.command, _json(message), folder, COMMAND_S)
    except FileNotFoundError:
        raise Undelivered(f'there is no program "{settings.command[0]}"') from None
    except (OSError, ReelmakerError) as problem:
        raise Undelivered(_reason(problem)) from None
    if code is None:
        raise Undelivered(f"it ran longer than {COMMAND_S:.0f} s and was stopped")
    if code:
        raise Undelivered(f"it failed with {code}")


def _secret(variable: str) -> bytes:
    found = os.environ.get(variable, "")
    if not found:
        raise Undelivered(f"the environment variable {variable} is not set")
    return found.encode()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _reason(problem: Exception) -> str:
    """What went wrong, without the address, which may contain a key."""
    inner = getattr(problem, "reason", None)
    problem = inner if isinstance(inner, Exception) else problem
    if isinstance(problem, TimeoutError):
        return "no answer in time"
    return getattr(problem, "strerror", None) or type(problem).__name__
