"""The chat example as a process: how it starts, how it refuses to, and how it ends."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from clients import PySignalR
from processes import Node, RedisServer, chat_program
from raw import CLOSE, RawClient, masked_frame, upgraded_socket
from support import PATIENCE

Start = Callable[..., Node]

GRACE = 5.0
"""Seconds within which a node that is told to stop has stopped."""


def refused(*options: object) -> subprocess.CompletedProcess[str]:
    """Runs the program with options that it must refuse."""
    command = [str(chat_program()), *map(str, options)]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_it_cleanly_and_clients_may_reconnect(start: Start, number: signal.Signals) -> None:
    node = start()
    with ExitStack() as stack:
        clients = [stack.enter_context(RawClient(node.url)) for _ in range(20)]
        began = time.monotonic()
        node.signal(number)
        for client in clients:
            close, code = client.ending()
            assert close == {"type": CLOSE, "allowReconnect": True}
            assert code in (1000, 1001)
        assert node.wait(GRACE) == 0
        assert time.monotonic() - began < GRACE


def test_it_ends_in_time_though_a_client_does_not_answer(start: Start) -> None:
    node = start()
    with closing(upgraded_socket(node.port)) as mute:
        mute.sendall(masked_frame(1, b'{"protocol":"json","version":1}\x1e'))
        assert mute.recv(64).endswith(b"{}\x1e")
        node.signal(signal.SIGTERM)
        assert node.wait(GRACE + 1) == 0


def test_it_ends_in_time_while_redis_is_down(start: Start, redis: RedisServer) -> None:
    node = start("--bus", redis.url)
    node.wait_until_healthy()
    with closing(PySignalR(node.url)) as client:
        redis.kill()
        node.wait_until_unhealthy()
        client.call("Echo", 1)
        node.signal(signal.SIGTERM)
        assert node.wait(GRACE) == 0


def test_a_port_that_is_taken_is_an_error_that_says_so(start: Start) -> None:
    node = start()
    result = refused("--port", node.port)
    assert result.returncode == 1
    assert str(node.port) in result.stderr
    assert "--port" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (["--port", "70000"], "65535"),
        (["--port", "eighty"], "65535"),
        (["--log-level", "loud"], "debug"),
        (["--host", "not an address"], "not an address"),
        (["--bus", "postgres://localhost"], "redis://host:6379"),
        (["--bus", "localhost:6379,nonsense=1"], "nonsense"),
        (["--bus", ""], "--bus"),
        (["--prefix", "app:"], "--prefix"),
        (["--unknown"], "--unknown"),
    ],
)
def test_a_bad_option_is_named(options: list[str], text: str) -> None:
    result = refused(*options)
    assert result.returncode not in (0, None)
    assert result.returncode > 0, "it crashed"
    assert text in result.stderr
    assert result.stdout == ""


def test_help_tells_every_option() -> None:
    result = refused("--help")
    assert result.returncode == 0
    for option in ("--host", "--port", "--bus", "--prefix", "--log-level"):
        assert option in result.stdout


def test_standard_output_is_one_line(start: Start) -> None:
    node = start()
    with closing(PySignalR(node.url)) as client:
        client.call("Send", "Ada", "hello")
    node.signal(signal.SIGTERM)
    node.wait(GRACE)
    assert node.lines.get(timeout=PATIENCE) is None, "more than the line that says where it listens"


def test_prefixes_separate_applications_on_one_redis(start: Start, redis: RedisServer) -> None:
    nodes = [start("--bus", redis.url, "--prefix", prefix) for prefix in ("one:", "one:", "two:")]
    for node in nodes:
        node.wait_until_healthy()
    with ExitStack() as stack:
        ada, grace, stranger = [stack.enter_context(closing(PySignalR(node.url))) for node in nodes]
        ada.call("Send", "Ada", "to application one")
        assert grace.next("ReceiveMessage") == ["Ada", "to application one"]
        stranger.call("Send", "Stranger", "to application two")
        assert stranger.next("ReceiveMessage") == ["Stranger", "to application two"]


def test_a_copied_program_works_alone(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is inside the program."""
    copy = shutil.copy(chat_program(), tmp_path)
    monkeypatch.setenv("HUBS_CHAT", copy)
    monkeypatch.chdir(tmp_path)
    node = start()
    status, page = node.get("/")
    assert (status, "<title>Hubs chat</title>" in page) == (200, True)
    for path in ("/chat.css", "/chat.js", "/hub-connection.js"):
        assert node.get(path)[0] == 200
    assert node.get("/nothing-here")[0] == 404
