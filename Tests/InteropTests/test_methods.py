"""Every method of the chat hub, called by real SignalR clients, on one node and across two."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing

import pytest

from clients import CallFailed, Client, PySignalR, SignalRCore
from conftest import Cluster

Connect = Callable[..., Client]


def unique(what: str) -> str:
    return f"{what}-{uuid.uuid4().hex[:8]}"


def test_send_reaches_everybody_the_caller_included(cluster: Cluster, connect: Connect) -> None:
    ada, grace = connect(cluster.near), connect(cluster.far)
    ada.call("Send", "Ada", 'Hello, wörld 👋 \u2028 "quoted" <b>')
    for client in (ada, grace):
        assert client.next("ReceiveMessage") == ["Ada", 'Hello, wörld 👋 \u2028 "quoted" <b>']


def test_messages_of_one_sender_arrive_in_order(cluster: Cluster, connect: Connect) -> None:
    ada, grace = connect(cluster.near), connect(cluster.far)
    for number in range(50):
        ada.call("Send", "Ada", str(number))
    for client in (ada, grace):
        assert [client.next("ReceiveMessage")[1] for _ in range(50)] == [str(number) for number in range(50)]


def test_send_to_others_leaves_the_caller_out(cluster: Cluster, connect: Connect) -> None:
    ada, grace = connect(cluster.near), connect(cluster.far)
    ada.call("SendToOthers", "Ada", "not to me")
    ada.call("Send", "Ada", "to all")
    assert grace.next("ReceiveMessage") == ["Ada", "not to me"]
    assert grace.next("ReceiveMessage") == ["Ada", "to all"]
    assert ada.next("ReceiveMessage") == ["Ada", "to all"]


def test_a_room_is_heard_by_its_members_only(cluster: Cluster, connect: Connect) -> None:
    room = unique("room")
    ada, grace, outsider = connect(cluster.near), connect(cluster.far), connect(cluster.far)
    for member in (ada, grace):
        member.call("Join", room)
    ada.call("SendToRoom", room, "Ada", "to the room")
    for member in (ada, grace):
        assert member.next("ReceiveRoomMessage") == [room, "Ada", "to the room"]
    # The outsider gets a room message only after joining: its first one is the second that was sent.
    outsider.call("Join", room)
    ada.call("SendToRoom", room, "Ada", "again")
    assert outsider.next("ReceiveRoomMessage") == [room, "Ada", "again"]


def test_who_left_a_room_does_not_hear_it(cluster: Cluster, connect: Connect) -> None:
    left, kept = unique("left"), unique("kept")
    ada, grace = connect(cluster.near), connect(cluster.far)
    for room in (left, kept):
        grace.call("Join", room)
    grace.call("Leave", left)
    ada.call("SendToRoom", left, "Ada", "missed")
    ada.call("SendToRoom", kept, "Ada", "heard")
    grace.call("Join", left)
    ada.call("SendToRoom", left, "Ada", "back")
    assert sorted(grace.next("ReceiveRoomMessage") for _ in range(2)) == sorted(
        [[kept, "Ada", "heard"], [left, "Ada", "back"]]
    )


def test_rooms_called_like_patterns_are_just_names(cluster: Cluster, connect: Connect) -> None:
    ada, grace = connect(cluster.near), connect(cluster.far)
    grace.call("Join", "*")
    ada.call("SendToRoom", unique("other"), "Ada", "missed")
    ada.call("SendToRoom", "*", "Ada", "heard")
    assert grace.next("ReceiveRoomMessage") == ["*", "Ada", "heard"]


def test_a_message_to_a_connection_reaches_that_one(cluster: Cluster, connect: Connect) -> None:
    ada, grace, other = connect(cluster.near), connect(cluster.far), connect(cluster.far)
    ada.call("SendToConnection", grace.identity["connectionId"], "Ada", "psst")
    assert grace.next("ReceiveMessage") == ["Ada", "psst"]
    ada.call("Send", "Ada", "to all")
    for client in (ada, other):
        assert client.next("ReceiveMessage") == ["Ada", "to all"]


def test_a_message_to_a_user_reaches_all_of_its_connections(cluster: Cluster, connect: Connect) -> None:
    user = unique("Grace Höpper +&")
    ada = connect(cluster.near, unique("Ada"))
    desktop, phone = connect(cluster.near, user), connect(cluster.far, user)
    ada.call("SendToUser", user, "Ada", "hello, both of you")
    for client in (desktop, phone):
        assert client.next("ReceiveMessage") == ["Ada", "hello, both of you"]
    ada.call("Send", "Ada", "to all")
    for client in (ada, desktop, phone):
        assert client.next("ReceiveMessage") == ["Ada", "to all"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        0,
        -1,
        2**53,
        2**63 - 1,
        1.5,
        "",
        "naïve \u0000 \U0001f600",
        [],
        [1, [2, []]],
        {"b": 1, "a": {"c": None}},
    ],
    ids=repr,
)
def test_echo_returns_any_value_unchanged(cluster: Cluster, connect: Connect, value: object) -> None:
    assert connect(cluster.near).call("Echo", value) == value


def test_who_am_i_tells_connection_user_and_node(cluster: Cluster, connect: Connect) -> None:
    user = unique("Ada")
    identities = [connect(node, user).identity for node in cluster.nodes]
    assert {identity["userId"] for identity in identities} == {user}
    assert len({identity["connectionId"] for identity in identities}) == len(cluster.nodes)
    assert len({identity["node"] for identity in identities}) == len(cluster.nodes)
    assert connect(cluster.near).identity["userId"] is None


def test_a_hub_error_reaches_the_caller_with_its_text(cluster: Cluster, connect: Connect) -> None:
    client = connect(cluster.near)
    with pytest.raises(CallFailed, match="no such “thing”"):
        client.call("Fail", "no such “thing”")
    assert client.call("Echo", "still here") == "still here"


def test_method_names_ignore_case(cluster: Cluster, connect: Connect) -> None:
    assert connect(cluster.near).call("eCHO", 1) == 1


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("NoSuchMethod", [], "NoSuchMethod"),
        # Why it failed is for the server to know, as with .NET, unless detailed errors are switched on.
        ("Send", ["Ada"], "Failed to invoke 'Send' due to an error on the server."),
        ("Send", ["Ada", "hello", "too much"], "Failed to invoke 'Send' due to an error on the server."),
        ("Send", ["Ada", 5], "Failed to invoke 'Send' due to an error on the server."),
        ("Join", [{"room": "x"}], "Failed to invoke 'Join' due to an error on the server."),
    ],
)
def test_a_call_that_does_not_fit_fails_alone(
    cluster: Cluster, connect: Connect, method: str, arguments: list[object], error: str
) -> None:
    client = connect(cluster.near)
    with pytest.raises(CallFailed, match=error):
        client.call(method, *arguments)
    assert client.call("Echo", "still here") == "still here"


def test_clients_of_both_libraries_understand_each_other(cluster: Cluster) -> None:
    with closing(PySignalR(cluster.near.url)) as one, closing(SignalRCore(cluster.far.url)) as other:
        one.call("Send", "one", "hello")
        assert other.next("ReceiveMessage") == ["one", "hello"]
        other.call("Send", "other", "hello yourself")
        assert [one.next("ReceiveMessage")[0] for _ in range(2)] == ["one", "other"]
