"""Real SignalR clients behind one small interface, so that a test is written once for all of them."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import socket
import threading
import uuid
from collections import defaultdict
from typing import Any, Protocol
from urllib.parse import urlencode

from pysignalr.client import SignalRClient
from signalrcore.hub_connection_builder import HubConnectionBuilder

from support import PATIENCE

TARGETS = ("ReceiveMessage", "ReceiveRoomMessage")


class CallFailed(Exception):
    """The server answered an invocation with an error: its text."""


class Client(Protocol):
    """Connected, and known to the hub: the handshake is answered before the server has subscribed for the connection,
    so the first thing that each client does is a call, which is not answered before that."""

    identity: dict[str, Any]

    def call(self, method: str, *arguments: Any) -> Any: ...

    def next(self, target: str) -> list[Any]: ...

    def close(self) -> None: ...


class Inbox:
    """What the server called on a client, by target, in order."""

    def __init__(self) -> None:
        self.queues: defaultdict[str, queue.SimpleQueue[list[Any]]] = defaultdict(queue.SimpleQueue)

    def next(self, target: str) -> list[Any]:
        """The arguments of the next call, however long it takes within reason."""
        try:
            return self.queues[target].get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError(f"no call of {target} within {PATIENCE:.0f} s") from None


def hub_url(base: str, user: str | None) -> str:
    return f"{base}/chat" + (f"?{urlencode({'user': user})}" if user else "")


class PySignalR(Inbox):
    """pysignalr, which lives on asyncio: here on an event loop in a thread."""

    def __init__(self, base: str, user: str | None = None) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.client = SignalRClient(hub_url(base, user))
        for target in TARGETS:
            self.client.on(target, self._receiver(target))
        opened = threading.Event()
        self.client.on_open(self._async(opened.set))
        self.client.on_error(self._async(lambda message: None))  # errors also go to each invocation's own callback
        self.running = asyncio.run_coroutine_threadsafe(self.client.run(), self.loop)
        if not opened.wait(PATIENCE):
            self.close()
            raise AssertionError(f"pysignalr did not connect to {base}")
        self.identity = self.call("WhoAmI")

    @staticmethod
    def _async(function: Any) -> Any:
        async def call(*arguments: Any) -> None:
            function(*arguments)

        return call

    def _receiver(self, target: str) -> Any:
        return self._async(self.queues[target].put)

    def call(self, method: str, *arguments: Any) -> Any:
        answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        sending = self.client.send(method, list(arguments), on_invocation=self._async(answers.put))
        asyncio.run_coroutine_threadsafe(sending, self.loop).result(PATIENCE)
        return outcome(answers.get(timeout=PATIENCE))

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.running.cancel)
        asyncio.run_coroutine_threadsafe(self._finish(), self.loop).result(PATIENCE)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    async def _finish(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:  # a task that ends may leave another behind
            await asyncio.gather(*tasks, return_exceptions=True)


class SignalRCore(Inbox):
    """signalrcore, which lives on threads."""

    def __init__(self, base: str, user: str | None = None) -> None:
        super().__init__()
        self.answers: dict[str, queue.SimpleQueue[Any]] = {}
        self.connection = HubConnectionBuilder().with_url(hub_url(base, user)).build()
        for target in TARGETS:
            self.connection.on(target, self.queues[target].put)
        opened = threading.Event()
        self.connection.on_open(opened.set)
        self.connection.on_error(self._failed)
        self.connection.start()
        if not opened.wait(PATIENCE):
            self.close()
            raise AssertionError(f"signalrcore did not connect to {base}")
        self.identity = self.call("WhoAmI")

    def _failed(self, message: Any) -> None:
        waiting = self.answers.get(getattr(message, "invocation_id", ""))
        if waiting is not None:
            waiting.put(message)

    def call(self, method: str, *arguments: Any) -> Any:
        invocation_id = str(uuid.uuid4())
        answers = self.answers[invocation_id] = queue.SimpleQueue()
        self.connection.invoke(method, list(arguments), on_invocation=answers.put, invocation_id=invocation_id)
        try:
            return outcome(answers.get(timeout=PATIENCE))
        finally:
            del self.answers[invocation_id]

    def close(self) -> None:
        # stop() waits for a thread that sits in recv() until the server's next ping. This ends that recv().
        with contextlib.suppress(AttributeError, OSError):
            self.connection.transport._client.sock.shutdown(socket.SHUT_RDWR)
        self.connection.stop()


def outcome(message: Any) -> Any:
    if message.error:
        raise CallFailed(message.error)
    return message.result


LIBRARIES = {"pysignalr": PySignalR, "signalrcore": SignalRCore}
