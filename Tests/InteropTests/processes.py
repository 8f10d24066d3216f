"""The programs under test: chat nodes and Redis servers, each ended with everything it started."""

from __future__ import annotations

import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from support import PATIENCE, MissingTool, eventually
import contextlib

ROOT = Path(__file__).resolve().parents[2]


def chat_program() -> Path:
    program = Path(os.environ.get("HUBS_CHAT") or ROOT / ".build/debug/Chat")
    if not program.exists():
        raise MissingTool(f"The chat example ({program})", "swift build --product Chat", "swift build --product Chat")
    return program


class Process:
    """A program in a process group of its own, so that nothing it starts survives the test."""

    def __init__(self, command: list[object], environment: dict[str, str] | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hubs-test-"))
        self.log_path = self.folder / "log"
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
                env=os.environ | (environment or {}),
            )
        self.lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def wait(self, within: float = PATIENCE) -> int:
        """The exit code."""
        return self.process.wait(within)

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


class Node(Process):
    """One process of the chat example."""

    def __init__(self, *options: object, environment: dict[str, str] | None = None) -> None:
        super().__init__([chat_program(), "--port", 0, *options], environment)
        try:
            line = self.lines.get(timeout=PATIENCE)
            match = re.fullmatch(r"Listening on http://127\.0\.0\.1:(\d+)", line or "")
            assert match, f"the first line of standard output is {line!r}; the log: {self.log}"
            self.port = int(match[1])
        except BaseException:
            self.close()
            raise

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        try:
            with urlopen(self.url + path, timeout=PATIENCE) as response:
                return response.status, response.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def health(self) -> tuple[int, dict]:
        status, body = self.get("/health")
        return status, json.loads(body)

    def wait_until_healthy(self) -> None:
        eventually(lambda: self.health()[0] == 200, "the node is healthy", lambda: (self.health(), self.log[-3000:]))

    def wait_until_unhealthy(self) -> dict:
        eventually(lambda: self.health()[0] == 503, "the node notices the outage", self.health)
        return self.health()[1]


class RedisServer:
    """A Redis server on a port of its own, without files, that can be killed and started again."""

    def __init__(self, password: str | None = None, started: bool = True) -> None:
        if shutil.which("redis-server") is None:
            raise MissingTool("redis-server", "apt-get install redis-server", "brew install redis")
        self.password = password
        self.process: Process | None = None
        self.port = free_port()
        if started:
            self.start()

    @property
    def url(self) -> str:
        password = f":{self.password}@" if self.password else ""
        return f"redis://{password}127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        if self.password:
            command += ["--requirepass", self.password]
        self.process = Process(command)
        eventually(self._answers, "redis-server answers", lambda: self.process and self.process.log)

    def _answers(self) -> bool:
        assert self.process and self.process.process.poll() is None, "redis-server did not start"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
        except OSError:
            return False

    def kill(self) -> None:
        """As `kill -9`: no goodbye to anybody."""
        if self.process is not None:
            self.process.close()
            self.process = None

    close = kill


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
