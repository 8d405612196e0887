"""Sends the message as mail, through the server in `[notify]`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmaker.project.notify_settings import Notify
from reelmaker.publish.notify.delivery import Undelivered, reason, secret


def send(settings: Notify, message: Mapping[str, Any], folder: Path, timeout_s: float) -> None:
    """Mail the message to everybody in `email_to`; the machine must trust the server's certificate."""
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
    password = secret(settings.smtp_password_env).decode() if settings.smtp_user else ""
    try:
        trusted = ssl.create_default_context()
        address = settings.smtp_host, settings.smtp_port
        with (
            smtplib.SMTP_SSL(*address, timeout=timeout_s, context=trusted)
            if settings.smtp_tls == "tls"
            else smtplib.SMTP(*address, timeout=timeout_s)
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
        raise Undelivered(reason(problem), passing=True) from None
    if refused:
        raise Undelivered(f"the mail server refuses {len(refused)} of {len(settings.email_to)} addresses")
