"""A client that says exactly what it is told to: for whatever no proper client would send."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from support import PATIENCE

SEPARATOR = "\x1e"
PING = 6
CLOSE = 7
HANDSHAKE = {"protocol": "json", "version": 1}


class RawClient:
    """A WebSocket without negotiation, and messages as Python dictionaries."""

    def __init__(self, base: str, path: str = "/chat", shake_hands: bool = True) -> None:
        url = base.replace("http", "ws", 1) + path
        self.stack = ExitStack()
        self.socket = self.stack.enter_context(
            connect(url, open_timeout=PATIENCE, ping_interval=None, compression=None, max_size=None)
        )
        self.rest = ""
        self.waiting: list[dict[str, Any]] = []
        if shake_hands:
            self.send(HANDSHAKE)
            answer = self.next()
            assert answer == {}, answer

    def __enter__(self) -> RawClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    def send(self, *messages: dict[str, Any]) -> None:
        """All of them in one frame."""
        self.send_text("".join(json.dumps(message) + SEPARATOR for message in messages))

    def send_text(self, text: str | bytes) -> None:
        self.socket.send(text)

    def invoke(self, invocation_id: str, target: str, *arguments: Any) -> None:
        self.send({"type": 1, "invocationId": invocation_id, "target": target, "arguments": list(arguments)})

    def next(self) -> dict[str, Any]:
        """The next message that is no ping. Raises ConnectionClosed when there will be none."""
        while True:
            while not self.waiting:
                self.rest += str(self.socket.recv(timeout=PATIENCE))
                *whole, self.rest = self.rest.split(SEPARATOR)
                self.waiting = [json.loads(message) for message in whole]
            message = self.waiting.pop(0)
            if message.get("type") != PING:
                return message

    def answer(self, target: str, *arguments: Any) -> dict[str, Any]:
        """Calls a method, and returns the completion of that call."""
        self.invoke("the call", target, *arguments)
        while True:
            message = self.next()
            if message.get("invocationId") == "the call" and message["type"] == 3:
                return message

    def ending(self) -> tuple[dict[str, Any] | None, int]:
        """Reads until the server closes: the last Close message, if any, and the code of the WebSocket close."""
        close = None
        try:
            while True:
                message = self.next()
                if message.get("type") == CLOSE:
                    close = message
        except ConnectionClosed as closed:
            return close, closed.rcvd.code if closed.rcvd else 1006


def raw_socket(port: int, head: str, receive_buffer: int | None = None) -> socket.socket:
    """A TCP connection that has sent `head`; with a small receive buffer it is soon full if nobody reads."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(PATIENCE)
    connection.connect(("127.0.0.1", port))
    connection.sendall(head.encode())
    return connection


def upgraded_socket(port: int, receive_buffer: int | None = None) -> socket.socket:
    """The same after a WebSocket upgrade: from here on, the test writes frames byte by byte."""
    head = f"GET /chat HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    connection = raw_socket(port, head, receive_buffer)
    response = b""
    while not response.endswith(b"\r\n\r\n"):
        response += connection.recv(1)
    assert response.startswith(b"HTTP/1.1 101 "), response
    return connection


def masked_frame(opcode: int, payload: bytes, mask: bytes = b"\x01\x02\x03\x04") -> bytes:
    assert len(payload) < 126
    body = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + mask + body
