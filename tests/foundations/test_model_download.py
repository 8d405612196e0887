"""Models fetched from the hub, which here is this machine: the only thing that uses the network."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from helpers.messages import one_line
from huggingface_hub import constants

from reelmaker import model_files
from reelmaker.errors import ModelError

pytestmark = pytest.mark.usefixtures("no_hub")


@pytest.fixture
def hub_library(no_hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hub's library, which read its settings when it was loaded, with an empty cache and no proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(no_hub))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)


def test_fetching_without_a_network_fails_with_one_line(hub_library: None, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def nowhere(host: str, *_: object, **__: object) -> object:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with pytest.raises(ModelError, match='"small" cannot be downloaded') as refused:
        model_files.fetch("small")
    assert one_line(refused.value) and "pip install 'reelmaker[offline]'" in refused.value.remedy
    assert set(asked) == {urlsplit(constants.ENDPOINT).hostname}


REVISION = "1" * 40


class Hub(ThreadingHTTPServer):
    """As much of the hub, on this machine, as `fetch` asks for: one repository and its files."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.repository = "Systran/faster-whisper-small"
        self.files = {
            "config.json": b"{}",
            "model.bin": b"the weights",
            "tokenizer.json": b"{}",
            "vocabulary.txt": b"a",
            "README.md": b"not wanted",
        }
        self.asked: list[str] = []


class Answer(BaseHTTPRequestHandler):
    server: Hub

    def log_message(self, *_: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path, hub = urlsplit(self.path).path, self.server
        hub.asked.append(path)
        name, headers, status = path.rsplit("/", 1)[-1], {}, 200
        if path == f"/api/models/{hub.repository}/revision/main":
            siblings = [{"rfilename": file} for file in hub.files]
            body = json.dumps({"id": hub.repository, "sha": REVISION, "siblings": siblings}).encode()
        elif path.startswith(f"/api/models/{hub.repository}/tree/"):
            body = json.dumps(
                [
                    {"type": "file", "path": file, "size": len(data), "oid": hashlib.sha1(data).hexdigest()}
                    for file, data in hub.files.items()
                ]
            ).encode()
        elif path == f"/{hub.repository}/resolve/{REVISION}/{name}" and name in hub.files:
            body = hub.files[name]
            headers = {"ETag": f'"{hashlib.sha1(body).hexdigest()}"', "X-Repo-Commit": REVISION}
        else:
            body, headers, status = b"{}", {"X-Error-Code": "RepoNotFound"}, 404
        self.send_response(status)
        for key, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


@pytest.fixture
def hub(hub_library: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    server = Hub()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(constants, "ENDPOINT", here)
    template = here + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_fetched_model_lies_where_it_is_found_afterwards(hub: Hub) -> None:
    folder = model_files.fetch("small")
    assert (folder / "model.bin").read_bytes() == b"the weights"
    assert model_files.find("small", "speech").samefile(folder)
    assert f"/api/models/{hub.repository}/revision/main" in hub.asked
    assert f"/{hub.repository}/resolve/{REVISION}/model.bin" in hub.asked
    assert not any("README" in path for path in hub.asked), "only what the model needs"


def test_a_repository_is_fetched_by_its_full_name(hub: Hub) -> None:
    hub.repository = "some/whisper-kitchen"
    folder = model_files.fetch("some/whisper-kitchen")
    assert model_files.find("some/whisper-kitchen", "speech").samefile(folder)


def test_a_model_the_hub_does_not_have_fails_with_one_line(hub: Hub) -> None:
    with pytest.raises(ModelError, match='"smal" cannot be downloaded') as refused:
        model_files.fetch("smal")
    assert one_line(refused.value) and "Check the name" in refused.value.remedy


def test_a_repository_that_holds_no_weights_is_half_a_model(hub: Hub) -> None:
    del hub.files["model.bin"]
    with pytest.raises(ModelError, match=r"incomplete model: model\.bin"):
        model_files.fetch("small")
