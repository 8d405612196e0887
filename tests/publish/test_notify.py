"""Messages about a changed reel: a real web server, a real mail server and a real program on this machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import ssl
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers.films.videos import make_video
from helpers.machines.postboxes import Mail, Web, served
from helpers.messages import one_line
from helpers.surveys.small_survey import captions, with_every_output

import reelmaker
from reelmaker.cli.app import main
from reelmaker.errors import ProjectError
from reelmaker.project.config import open_project
from reelmaker.project.notify_settings import Notify
from reelmaker.publish.notify import command, delivery

MESSAGE = {
    "subject": "Fernhill:\nthe reel <changed>",
    "text": "9 of 16 → 14 of 23 & more <b>\nReel: /r.mp4",
    "quotes": 6,
}


@pytest.fixture
def web() -> Iterator[Web]:
    yield from served(Web())


@pytest.fixture
def mail() -> Iterator[Mail]:
    yield from served(Mail())


def send(
    folder: Path, message: dict[str, Any] = MESSAGE, timeout_s: float = 5, **settings: Any
) -> tuple[list[str], list[float]]:
    """What could not be delivered, and how long it was waited before each further try."""
    waits: list[float] = []
    return delivery.send(Notify(**settings), message, folder, wait=waits.append, timeout_s=timeout_s), waits


def test_a_webhook_gets_the_message_signed(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELS_SECRET", "geheim ü")
    assert send(tmp_path, webhook=web.address, secret_env="REELS_SECRET") == ([], [])
    [(verb, path, headers, body)] = web.got
    assert (verb, path) == ("POST", "/hook?key=s3cret-key")
    assert json.loads(body) == MESSAGE and headers["Content-Type"].startswith("application/json")
    mark = hmac.new("geheim ü".encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Reelmaker-Signature"] == f"sha256={mark}"


def test_without_a_secret_nothing_is_signed_and_a_missing_one_is_told(web: Web, tmp_path: Path) -> None:
    assert send(tmp_path, webhook=web.address) == ([], [])
    assert "X-Reelmaker-Signature" not in web.got[0][2]
    [line], waits = send(tmp_path, webhook=web.address, secret_env="NO_SUCH_SECRET")
    assert "NO_SUCH_SECRET is not set" in line and len(web.got) == 1 and not waits


def test_slack_and_teams_get_their_own_shapes(web: Web, tmp_path: Path) -> None:
    for style in ("slack", "teams"):
        assert send(tmp_path, webhook=web.address, style=style) == ([], [])
    slack, teams = (json.loads(body) for *_, body in web.got)
    assert slack == {"text": "9 of 16 → 14 of 23 &amp; more &lt;b&gt;\nReel: /r.mp4"}
    [card] = teams["attachments"]
    assert teams["type"] == "message" and card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [block["text"] for block in card["content"]["body"]] == MESSAGE["text"].splitlines()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("codes", "tries", "told"),
    [
        ([500, 200], 2, ""),
        ([503, 429, 502, 204], 4, ""),
        ([500] * 9, 4, "answers 500"),
        ([404], 1, "answers 404"),
        ([403], 1, "answers 403"),
        ([302, 200], 1, "not followed"),
        ([307, 200], 1, "not followed"),
    ],
)
def test_what_passes_is_tried_again_and_a_redirect_is_never_followed(
    web: Web, tmp_path: Path, codes: list[int], tries: int, told: str
) -> None:
    web.codes = codes
    lines, waits = send(tmp_path, webhook=web.address)
    assert len(web.got) == tries and waits == [1, 2, 4][: tries - 1]
    assert {path for _, path, _, _ in web.got} == {"/hook?key=s3cret-key"}
    assert [told in line for line in lines] == ([True] if told else [])
    assert not any("s3cret" in line for line in lines)


def test_a_server_that_says_nothing_or_is_not_there_is_one_line(web: Web, tmp_path: Path) -> None:
    web.slow_s = 0.6
    [line], waits = send(tmp_path, timeout_s=0.1, webhook=web.address)
    assert "no answer in time" in line and len(waits) == 3
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    [line], waits = send(tmp_path, webhook=f"http://127.0.0.1:{port}/s3cret")
    assert "refused" in line.lower() and len(waits) == 3 and "s3cret" not in line
    [line], _ = send(tmp_path, webhook=f"https://127.0.0.1:{web.server_port}/")
    assert line.count("\n") == 0, "a server that speaks no TLS"


ADDRESSES = {
    "email_to": ("cx@example.com", "ops@example.com"),
    "email_from": "reels@example.com",
    "smtp_host": "127.0.0.1",
}


def test_a_mail_arrives_at_everybody(mail: Mail, tmp_path: Path) -> None:
    port = mail.server_address[1]
    assert send(tmp_path, **ADDRESSES, smtp_port=port, smtp_tls="none") == ([], [])
    [raw] = mail.mails
    got = message_from_bytes(raw, policy=default)
    assert got["Subject"] == "Fernhill: the reel <changed>" and got["To"] == "cx@example.com, ops@example.com"
    assert got.get_content().replace("\r\n", "\n").strip() == MESSAGE["text"]
    assert [line for line in mail.heard if line.lower().startswith("rcpt")] == [
        "rcpt TO:<cx@example.com>",
        "rcpt TO:<ops@example.com>",
    ]


@pytest.mark.slow
def test_the_password_goes_to_a_trusted_server_only(
    mail: Mail, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import trustme

    authority = trustme.CA()
    mail.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(mail.tls)
    web.socket = mail.tls.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    monkeypatch.setenv("REELS_MAIL_PASSWORD", "s3cret")
    settings = {
        **ADDRESSES,
        "smtp_host": "localhost",
        "smtp_port": mail.server_address[1],
        "smtp_user": "reels",
        "smtp_password_env": "REELS_MAIL_PASSWORD",
    }
    hook = f"https://localhost:{web.server_port}/hook"
    assert "certificate is not trusted" in send(tmp_path, **settings)[0][0]
    assert send(tmp_path, webhook=hook)[0] and not mail.mails and not web.got
    assert not any(line.startswith("AUTH") for line in mail.heard)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    assert send(tmp_path, **settings) == ([], []) and mail.secure and len(mail.mails) == 1
    assert send(tmp_path, webhook=hook) == ([], []) and len(web.got) == 1


def test_mail_servers_in_trouble(mail: Mail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELS_MAIL_PASSWORD", "s3cret")
    settings = {**ADDRESSES, "smtp_port": mail.server_address[1], "smtp_tls": "none"}
    mail.answers = {"MAIL": ["451 later"]}
    assert send(tmp_path, **settings) == ([], [1]), "a passing trouble"
    mail.answers = {"MAIL": ["550 never"]}
    [line], waits = send(tmp_path, **settings)
    assert "550" in line and not waits
    mail.answers = {"RCPT": ["550 unknown"]}
    [line], waits = send(tmp_path, **settings)
    assert "refuses 1 of 2" in line and len(mail.mails) == 2
    mail.answers = {"RCPT": ["550 unknown", "550 unknown"]}
    assert "every address" in send(tmp_path, **settings)[0][0]
    before = len(mail.heard)
    secure = {
        **settings,
        "smtp_tls": "starttls",
        "smtp_user": "u",
        "smtp_password_env": "REELS_MAIL_PASSWORD",
    }
    [line], _ = send(tmp_path, **secure)
    assert "starttls" in line and not any("AUTH" in said for said in mail.heard[before:]), "no password unprotected"
    [line], _ = send(tmp_path, timeout_s=0.5, **{**secure, "smtp_tls": "tls"})
    assert line.startswith("mail was not notified") and len(mail.mails) == 2


def test_a_program_gets_the_message_on_its_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import sys, pathlib; pathlib.Path('got; $(x).json').write_bytes(sys.stdin.buffer.read())"
    assert send(tmp_path, command=(sys.executable, "-c", code)) == ([], [])
    assert json.loads((tmp_path / "got; $(x).json").read_text("utf-8")) == MESSAGE
    [line], waits = send(tmp_path, command=(sys.executable, "-c", "raise SystemExit(7)"))
    assert "failed with 7" in line and not waits
    assert "no program" in send(tmp_path, command=("no-such-program-of-ours",))[0][0]
    big = {**MESSAGE, "more": "x" * 2_000_000}
    assert send(tmp_path, big, command=(sys.executable, "-c", "")) == ([], []), "it need not read"
    monkeypatch.setattr(command, "COMMAND_S", 0.3)
    began = time.monotonic()
    late = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    [line], _ = send(tmp_path, command=(sys.executable, "-c", late))
    assert "was stopped" in line and time.monotonic() - began < 10


def test_who_cannot_be_told_keeps_nobody_else_from_it(web: Web, mail: Mail, tmp_path: Path) -> None:
    mail.answers = {"EHLO": ["554 no"], "HELO": ["554 no"]}
    lines, _ = send(
        tmp_path,
        webhook=web.address,
        **ADDRESSES,
        smtp_port=mail.server_address[1],
        smtp_tls="none",
        command=(sys.executable, "-c", "import pathlib; pathlib.Path('told').touch()"),
    )
    assert len(lines) == 1 and lines[0].startswith("mail") and web.got and (tmp_path / "told").exists()


# with a build


class Said:
    """A report that remembers its warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def step(self, name: str, total: int) -> None: ...
    def advance(self, done: int = 1) -> None: ...
    def info(self, message: str) -> None: ...

    def warn(self, message: str) -> None:
        self.warnings.append(message)


def configured(folder: Path, settings: str) -> Path:
    file = folder / "reelmaker.toml"
    text = with_every_output(folder).joinpath("reelmaker.toml").read_text("utf-8")
    text = text.partition("\n[notify]")[0].replace('outputs = ["captions"]\n', "")
    text = text.replace('language = "en"', 'language = "en"\noutputs = ["captions"]')
    file.write_text(f"{text}\n[notify]\n{settings}\n", "utf-8")
    return folder


def built(folder: Path, **options: Any) -> tuple[reelmaker.Reel, list[str]]:
    said = Said()
    return reelmaker.build(folder, ["checkout"], check=False, report=said, **options), said.warnings


@pytest.mark.slow
def test_a_build_tells_counts_and_places_and_no_words(web: Web, small_survey: Path) -> None:
    configured(small_survey, f'webhook = "{web.address}"')
    built(small_survey)
    assert not web.got, "only where it is asked for"
    (small_survey / "uploads" / "responses.csv").write_text("file,name,show_name\nanna.mp4,Anna Meier,yes\n", "utf-8")
    make_video(small_survey / "uploads" / "dora.mp4", 4, "320x180", "30", 800)
    (small_survey / "uploads" / "dora.vtt").write_text(captions(["Hello.", "The payment failed three times."]), "utf-8")
    built(small_survey, dry_run=True, notify=True)
    built(small_survey, draft=True, notify=True)
    assert not web.got, "nor of drafts"
    reel, warnings = built(small_survey, notify=True)
    [(*_, body)] = web.got
    told = json.loads(body)
    assert not warnings and told["in"] == 1 and told["out"] == 0 and told["build"] == 2
    assert told["counts"][0]["before"] == [2, 3] and told["counts"][0]["now"] == [3, 4]
    assert all(Path(path).exists() for path in told["paths"].values())
    assert set(told["paths"]) == {"folder", "video", "changes"}
    assert "2 of 3 → 3 of 4 customers" in told["text"] and "quotes in" in told["text"]
    spoken = [clip.moment.text.rstrip(".") for clip in reel.clips]
    assert not any(words in body.decode() for words in [*spoken, "Anna", "Meier", "dora"])
    built(small_survey, notify=True)
    assert len(web.got) == 1, "nothing new, nothing told"


@pytest.mark.slow
def test_a_scheduled_run_tells_once_and_only_where_something_changed(web: Web, small_survey: Path) -> None:
    configured(small_survey, f'webhook = "{web.address}"')
    once = ["watch", "--once", "--settle", "0.2", "--log", "--project", str(small_survey)]

    def runs(*more: str) -> int:
        done = CliRunner().invoke(main, [*once, *more])
        assert done.exit_code == 0, done.output
        return len(web.got)

    assert runs("--problem", "checkout") == 0
    assert runs("--notify") == 0, "nothing is new"
    make_video(small_survey / "uploads" / "dora.mp4", 4, "320x180", "30", 800)
    words = small_survey / "uploads" / "dora.vtt"
    words.write_text(captions(["Hello.", "The payment failed three times."]), "utf-8")
    assert runs("--notify") == 1
    assert runs("--notify") == 1
    configured(small_survey, "quotes = true")  # nobody any more: an older schedule still says --notify
    assert runs("--notify") == 1


def test_a_schedule_tells_whom_the_file_names(small_survey: Path) -> None:
    def printed(*more: str) -> tuple[str, str]:
        words = [
            *"schedule --system cron --problem checkout --project".split(),
            str(small_survey),
            *more,
        ]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        return done.stdout, done.stderr

    assert "--notify" not in printed("--print")[0]
    configured(small_survey, 'webhook = "https://chat.example/secret-path"\ncommand = ["tell.sh"]')
    assert " --notify " in printed("--print")[0] and "--notify" not in printed("--print", "--no-notify")[0]
    said = printed()[1]
    assert "Notifications go to the webhook at chat.example and the program tell.sh." in said and "secret" not in said
    assert "tell" not in printed("--no-notify")[1]


@pytest.mark.slow
def test_words_are_told_where_the_team_wants_it(web: Web, small_survey: Path) -> None:
    configured(small_survey, f'webhook = "{web.address}"\nquotes = true')
    built(small_survey)
    edit = (small_survey / "uploads" / "anna.mp4").rename(small_survey / "uploads" / "away.txt")
    built(small_survey, notify=True)
    edit.rename(small_survey / "uploads" / "anna.mp4")
    reel, _ = built(small_survey, notify=True)
    out, back = (json.loads(body)["told"] for *_, body in web.got)
    assert out == {
        "came_in": [],
        "went_out": [{"problem": "checkout", "why": "its file is no longer in uploads/"}],
    }
    assert back["came_in"][0]["quote"] in {clip.moment.text for clip in reel.clips}


@pytest.mark.slow
def test_a_message_that_cannot_be_delivered_is_a_warning_and_the_build_is_done(
    web: Web, small_survey: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.codes = [400]
    configured(small_survey, f'webhook = "{web.address}"')
    reel, warnings = built(small_survey, notify=True)
    assert len(warnings) == 1 and "answers 400" in warnings[0] and "The reel itself is finished." in warnings[0]
    assert reel.folder and (reel.folder / "reel.mp4").is_file() and reel.work.joined == 1


def test_to_tell_nobody_is_refused_before_any_work(small_survey: Path) -> None:
    configured(small_survey, "quotes = true")
    with pytest.raises(ProjectError, match="has no recipients") as refused:
        built(small_survey, notify=True)
    assert one_line(refused.value) and not (small_survey / "reels").exists()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('webhook = "file:///etc/passwd"', "webhook must be"),
        ('webhook = "ftp://example.com/x"', "webhook must be"),
        ('webhook = "https://user:pass@example.com/"', "webhook must be"),
        ('webhook = "https://a.b/ c"', "webhook must be"),
        ('style = "slak"', 'Did you mean "slack"'),
        ('secret_env = "not a name!"', "never the secret itself"),
        ('email_to = ["cx@example.com"]', "also needs email_from"),
        ('email_to = ["a@b.c\\nBcc: x@y.z"]', "plain e-mail addresses"),
        ('smtp_tls = "none"\nsmtp_user = "u"', "unprotected"),
        ('smtp_user = "u"', "smtp_password_env"),
        ("smtp_port = 0", "between"),
        ('comand = ["x"]', 'Did you mean "command"'),
    ],
)
def test_settings_that_cannot_work_are_refused_with_their_line(small_survey: Path, settings: str, told: str) -> None:
    configured(small_survey, settings)
    with pytest.raises(ProjectError) as refused:
        open_project(small_survey)
    assert told in str(refused.value) and "line" in str(refused.value) and one_line(refused.value)
