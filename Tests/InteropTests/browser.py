"""A headless Chromium, driven over its DevTools protocol: the few verbs that these tests need."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.request import Request, urlopen

from websockets.sync.client import ClientConnection, connect

from support import PATIENCE, MissingTool, eventually

CANDIDATES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


class Browser:
    """One Chromium process with a profile of its own, which is deleted with it."""

    def __init__(self) -> None:
        program = next(filter(None, map(shutil.which, CANDIDATES)), None)
        if program is None:
            raise MissingTool("Chromium", "apt-get install chromium", "brew install --cask chromium")
        self.profile = Path(tempfile.mkdtemp(prefix="hubs-chromium-"))
        self.log = (self.profile / "log").open("wb")
        flags = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self.profile}", "--no-first-run"]
        flags += ["--no-default-browser-check", "--disable-gpu", "--disable-dev-shm-usage", "--mute-audio"]
        flags += [
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-proxy-server",
        ]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root, and CI often is root
        self.process = subprocess.Popen(
            [program, *flags, "about:blank"], stdout=self.log, stderr=self.log, start_new_session=True
        )
        try:
            self.port = eventually(self._debugging_port, "Chromium tells its debugging port")
        except BaseException:
            self.close()
            raise

    def _debugging_port(self) -> int | None:
        try:
            return int((self.profile / "DevToolsActivePort").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError):
            assert self.process.poll() is None, f"Chromium ended: {(self.profile / 'log').read_text()[-2000:]}"
            return None

    def open(self, url: str) -> Tab:
        """A new tab, on its way to `url`."""
        request = Request(f"http://127.0.0.1:{self.port}/json/new?{url}", method="PUT")
        with urlopen(request, timeout=PATIENCE) as response:
            target = json.load(response)
        return Tab(target["webSocketDebuggerUrl"])

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.log.close()
        shutil.rmtree(self.profile, ignore_errors=True)


class Tab:
    def __init__(self, url: str) -> None:
        self.stack = ExitStack()
        self.socket: ClientConnection = self.stack.enter_context(
            connect(url, max_size=None, open_timeout=PATIENCE, compression=None)
        )
        self.last_id = 0

    def command(self, method: str, **parameters: object) -> dict:
        self.last_id += 1
        self.socket.send(json.dumps({"id": self.last_id, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=PATIENCE))
            if answer.get("id") == self.last_id:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def evaluate(self, script: str) -> object:
        """The value of a JavaScript expression in the page."""
        result = self.command("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, f"{script}: {result['exceptionDetails']}"
        return result["result"].get("value")

    def text(self, selector: str) -> str:
        """What a user reads there; nothing if it is not there (yet)."""
        return str(self.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def wait_for(self, selector: str, text: str) -> None:
        eventually(lambda: text in self.text(selector), f"{selector} shows “{text}”", lambda: self.text(selector))

    def fill(self, selector: str, text: str) -> None:
        """Types `text` into a field as a keyboard would."""
        self.evaluate(
            f"(() => {{ const f = document.querySelector({json.dumps(selector)}); f.focus(); f.select?.(); }})()"
        )
        self.command("Input.insertText", text=text)

    def press_enter(self) -> None:
        key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        self.command("Input.dispatchKeyEvent", type="keyDown", **key)
        self.command("Input.dispatchKeyEvent", type="keyUp", **key)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.command("Page.captureScreenshot", format="png")["data"]))

    def close(self) -> None:
        self.stack.close()
