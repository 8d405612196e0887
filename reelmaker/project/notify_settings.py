"""`[notify]` of reelmaker.toml: who gets a message when a reel changed, read into typed settings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reelmaker.project.toml_reader import Reader

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
WEBHOOK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?")
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


@dataclass(frozen=True, slots=True)
class Notify:
    """Webhook, e-mail and command that get a message; each "" or () if not set. Never holds secrets."""

    webhook: str = ""
    style: str = "plain"  # "slack", "teams"
    secret_env: str = ""  # the variable that holds the secret of the signature
    email_to: tuple[str, ...] = ()
    email_from: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: str = "starttls"  # "tls" from the first byte; "none"
    smtp_user: str = ""
    smtp_password_env: str = ""
    command: tuple[str, ...] = ()
    quotes: bool = False  # include customers' words and labels

    @property
    def anybody(self) -> bool:
        return bool(self.webhook or self.email_to or self.command)

    @property
    def whom(self) -> str:
        """The recipients in words; of a webhook only the host, because its address may be secret."""
        recipients = [f"the webhook at {self.webhook.split('/')[2]}"] if self.webhook else []
        recipients += [", ".join(self.email_to)] if self.email_to else []
        recipients += [f"the program {self.command[0]}"] if self.command else []
        return " and ".join(recipients)


def read(reader: Reader) -> Notify:
    """Read the settings of `[notify]`; impossible combinations are refused with their line."""

    def wrong(key: str, fault: str) -> Exception:
        return reader.complain("notify", key, fault)

    settings = Notify(
        webhook=str(reader.get("webhook", str, "")).strip(),
        style=reader.choice("style", "plain", ("plain", "slack", "teams")),
        secret_env=str(reader.get("secret_env", str, "")),
        email_to=reader.texts("email_to"),
        email_from=str(reader.get("email_from", str, "")).strip(),
        smtp_host=str(reader.get("smtp_host", str, "")).strip(),
        smtp_port=round(reader.number("smtp_port", 587, 1, 65535)),
        smtp_tls=reader.choice("smtp_tls", "starttls", ("starttls", "tls", "none")),
        smtp_user=str(reader.get("smtp_user", str, "")),
        smtp_password_env=str(reader.get("smtp_password_env", str, "")),
        command=reader.texts("command"),
        quotes=reader.get("quotes", bool, False),
    )
    reader.finish()
    if settings.webhook and not WEBHOOK.fullmatch(settings.webhook):
        raise wrong("webhook", 'webhook must be a web address such as "https://hooks.example.com/…"')
    for key in ("secret_env", "smtp_password_env"):
        if getattr(settings, key) and not VARIABLE.fullmatch(getattr(settings, key)):
            raise wrong(key, f"{key} must be the name of an environment variable, never the secret itself")
    for key, values in (("email_to", settings.email_to), ("email_from", filter(None, (settings.email_from,)))):
        for value in values:
            if not ADDRESS.fullmatch(value):
                raise wrong(key, f'{key} must contain plain e-mail addresses, not "{" ".join(value.split())}"')
    if settings.email_to and not (settings.email_from and settings.smtp_host):
        raise wrong("email_to", "email_to also needs email_from and smtp_host")
    if settings.smtp_tls == "none" and settings.smtp_user:
        raise wrong("smtp_tls", 'smtp_tls = "none" would send the password unprotected; use "starttls" or "tls"')
    if settings.smtp_user and not settings.smtp_password_env:
        raise wrong("smtp_user", "smtp_user also needs smtp_password_env, the variable that holds the password")
    return settings
