"""What no proper client sends: it costs the sender its connection at most, and nobody else anything."""

from __future__ import annotations

import json
import socket
import struct
from contextlib import closing
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import InvalidStatus

from clients import PySignalR
from processes import Node
from raw import HANDSHAKE, RawClient, masked_frame, raw_socket, upgraded_socket
from support import PATIENCE, eventually


@pytest.fixture(autouse=True)
def everybody_else_is_served(node: Node) -> object:
    """Around each of these tests, a proper client goes on working."""
    with closing(PySignalR(node.url)) as bystander:
        yield
        assert bystander.call("Echo", "fine") == "fine"
        assert node.process.poll() is None, node.log[-3000:]


def read_to_end(connection: socket.socket) -> bytes:
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize(
    ("handshake", "error"),
    [
        ('{"protocol":"smoke","version":1}', "'smoke'"),
        ('{"protocol":"json","version":99}', "99"),
        ('{"version":1}', "protocol"),
        ("hello?", ""),
        ("[" * 5000, ""),
    ],
)
def test_a_wrong_handshake_is_answered_with_an_error_and_the_end(node: Node, handshake: str, error: str) -> None:
    with RawClient(node.url, shake_hands=False) as client:
        client.send_text(handshake + "\x1e")
        answer = client.next()
        assert error in answer["error"]
        assert "type" not in answer
        client.ending()


@pytest.mark.parametrize("text", ["{nonsense", "[]", "5", '{"type":"one"}', '{"target":"Send"}', "[" * 5000])
def test_a_malformed_message_closes_the_connection_with_a_reason(node: Node, text: str) -> None:
    with RawClient(node.url) as client:
        client.send_text(text + "\x1e")
        close, _ = client.ending()
        assert close is not None
        assert close["error"]
        assert not close.get("allowReconnect")


def test_a_message_that_is_too_large_is_told_the_limit(node: Node) -> None:
    with RawClient(node.url) as client:
        client.invoke("1", "Echo", "x" * 33_000)
        close, _ = client.ending()
        assert close is not None
        assert "32768" in close["error"]


def test_a_message_without_end_is_cut_off_at_the_limit(node: Node) -> None:
    with closing(upgraded_socket(node.port)) as connection:
        connection.sendall(masked_frame(1, json.dumps(HANDSHAKE).encode() + b"\x1e"))
        assert connection.recv(64).endswith(b"{}\x1e")
        with pytest.raises(OSError):
            for _ in range(1_000_000):  # endless text in tiny frames, each of them proper
                connection.sendall(masked_frame(1, b'"' + b"x" * 120))


@pytest.mark.parametrize(
    "frame",
    [
        b"\x81\x02hi",  # not masked
        b"\xc1\x80\x00\x00\x00\x00",  # a reserved bit
        b"\x83\x80\x00\x00\x00\x00",  # a reserved opcode
        b"\x09\x80\x00\x00\x00\x00",  # a ping in fragments
        b"\x89\xfe\x00\x7e\x00\x00\x00\x00",  # a ping of 126 bytes
        b"\x80\x80\x00\x00\x00\x00",  # the end of a message that never began
        b"\x81\xff" + b"\xff" * 8 + b"\x00\x00\x00\x00",  # a length of 2^64 - 1
        masked_frame(1, b"\xff\xfe"),  # text that is no UTF-8
        masked_frame(8, b"\x03"),  # half a close code
    ],
    ids=lambda frame: frame.hex()[:20],
)
def test_a_broken_frame_ends_the_connection(node: Node, frame: bytes) -> None:
    with closing(upgraded_socket(node.port)) as connection:
        connection.sendall(masked_frame(1, json.dumps(HANDSHAKE).encode() + b"\x1e"))
        assert connection.recv(64).endswith(b"{}\x1e")
        connection.sendall(frame)
        rest = read_to_end(connection)
        assert b"\x88" in rest, "a close frame says why"


def test_messages_in_pieces_and_several_at_once_are_understood(node: Node) -> None:
    call = {"type": 1, "invocationId": "1", "target": "Echo", "arguments": ["in pieces ✂"]}
    with RawClient(node.url, shake_hands=False) as client:
        client.send(HANDSHAKE, call)  # in one frame with the handshake
        assert client.next() == {}
        assert client.next()["result"] == "in pieces ✂"
        for character in json.dumps(call, ensure_ascii=False) + "\x1e":
            client.send_text(character)
        assert client.next()["result"] == "in pieces ✂"
        client.socket.send(iter(["{", '"type"', ":6}", "\x1e"]))  # one message of four fragments
        client.send(*[dict(call, invocationId=str(number)) for number in range(50)])
        assert [client.next()["invocationId"] for _ in range(50)] == [str(number) for number in range(50)]


def test_unknown_messages_and_properties_are_ignored(node: Node) -> None:
    with RawClient(node.url) as client:
        client.send({"type": 77, "what": "ever"}, {"type": 5, "invocationId": "never begun"}, {"type": 6, "extra": [1]})
        client.send({"type": 3, "invocationId": "nobody asked", "result": 1})
        assert client.answer("Echo", "fine")["result"] == "fine"


def test_who_expects_no_answer_gets_none(node: Node) -> None:
    with RawClient(node.url) as client:
        client.send({"type": 1, "target": "Fail", "arguments": ["silent"]})
        client.send({"type": 1, "target": "NoSuchMethod", "arguments": []})
        assert client.answer("Echo", "fine") == {"type": 3, "invocationId": "the call", "result": "fine"}


def test_a_client_that_never_reads_harms_nobody(node: Node) -> None:
    with (
        closing(upgraded_socket(node.port, receive_buffer=4096)) as stuck,
        RawClient(node.url) as sender,
        closing(PySignalR(node.url)) as listener,
    ):
        stuck.sendall(masked_frame(1, json.dumps(HANDSHAKE).encode() + b"\x1e"))
        stuck.sendall(masked_frame(1, b'{"type":1,"target":"Join","arguments":["flood"]}\x1e'))
        sender.answer("Join", "flood")
        listener.call("Join", "flood")
        text = "x" * 16_000
        for _ in range(1_000):  # 16 MB, far more than a queue and the kernel's buffers hold
            assert "error" not in sender.answer("SendToRoom", "flood", "sender", text)
            assert listener.next("ReceiveRoomMessage") == ["flood", "sender", text]
        # What was on its way still comes, and then the end: it was disconnected for not reading.
        assert len(read_to_end(stuck)) < 16_000 * 1_000


def test_a_client_that_vanishes_is_forgotten(node: Node) -> None:
    connections = node.health()[1]["connections"]
    vanishing = [upgraded_socket(node.port) for _ in range(10)]
    for connection in vanishing:
        connection.sendall(masked_frame(1, json.dumps(HANDSHAKE).encode() + b"\x1e"))
        connection.sendall(masked_frame(1, b'{"type":1,"target":"Join","arguments":["ghosts"]}\x1e'))
        assert connection.recv(64).endswith(b"{}\x1e")
    for connection in vanishing:  # a reset instead of a goodbye
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    with RawClient(node.url) as client:
        client.answer("Join", "ghosts")
        assert "error" not in client.answer("SendToRoom", "ghosts", "Ada", "anybody?")
    eventually(lambda: node.health()[1]["connections"] <= connections, "they are no longer counted", node.health)


def request(node: Node, method: str, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    try:
        with urlopen(Request(node.url + path, method=method, headers=headers or {}), timeout=PATIENCE) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def test_negotiate_refuses_what_it_does_not_know(node: Node) -> None:
    assert request(node, "GET", "/chat/negotiate")[0] == 405
    assert request(node, "GET", "/chat")[0] == 400
    assert request(node, "GET", "/chat?id=unknown")[0] == 404
    status, body = request(node, "POST", "/chat/negotiate?negotiateVersion=x")
    assert (status, json.loads(body)) == (200, {"error": "The client requested a non-integer protocol version."})


def test_a_page_of_another_origin_is_refused(node: Node) -> None:
    assert request(node, "POST", "/chat/negotiate?negotiateVersion=1", {"Origin": "https://evil.example"})[0] == 403
    assert request(node, "POST", "/chat/negotiate?negotiateVersion=1", {"Origin": node.url})[0] == 200
    head = f"GET /chat HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    with closing(raw_socket(node.port, head + "Origin: https://evil.example\r\n\r\n")) as connection:
        assert connection.recv(64).startswith(b"HTTP/1.1 403 ")


def test_a_connection_token_serves_one_connection(node: Node) -> None:
    negotiated = json.loads(request(node, "POST", "/chat/negotiate?negotiateVersion=1")[1])
    assert negotiated["connectionToken"] != negotiated["connectionId"]
    with RawClient(node.url, f"/chat?id={negotiated['connectionToken']}") as client:
        assert client.answer("WhoAmI")["result"]["connectionId"] == negotiated["connectionId"]
        with pytest.raises(InvalidStatus, match="409"):
            RawClient(node.url, f"/chat?id={negotiated['connectionToken']}")
    with pytest.raises(InvalidStatus, match="404"):
        RawClient(node.url, f"/chat?id={negotiated['connectionId']}")


def test_garbage_instead_of_http_is_dropped(node: Node) -> None:
    for garbage in ("\r\n" * 3 + "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /" + "x" * 100_000):
        with closing(raw_socket(node.port, garbage)) as connection:
            connection.shutdown(socket.SHUT_WR)
            assert b"HTTP/1.1 2" not in read_to_end(connection)
