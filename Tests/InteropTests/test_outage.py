"""Redis goes away under running nodes, and comes back: nobody's work stops, and everybody is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from browser import Browser
from clients import PySignalR
from processes import Node, RedisServer
from support import eventually

Start = Callable[..., Node]
Connect = Callable[..., PySignalR]


@pytest.fixture
def connect() -> Iterator[Connect]:
    with ExitStack() as stack:
        yield lambda node, user=None: stack.enter_context(closing(PySignalR(node.url, user)))


@pytest.fixture
def pair(start: Start, redis: RedisServer) -> list[Node]:
    nodes = [start("--bus", redis.url), start("--bus", redis.url)]
    for node in nodes:
        node.wait_until_healthy()
    return nodes


def outage_warnings(node: Node) -> list[str]:
    """Lines of the log that tell an operator that other nodes are cut off."""
    return [line for line in node.log.splitlines() if " warning " in line and re.search("(other|between) nodes", line)]


def test_clients_stay_and_new_ones_connect_while_redis_is_down(
    pair: list[Node], redis: RedisServer, connect: Connect
) -> None:
    node, _ = pair
    ada, grace = connect(node, "Ada"), connect(node, "Grace")
    redis.kill()
    node.wait_until_unhealthy()

    newcomer = connect(node, "Newcomer")
    ada.call("Send", "Ada", "still here")
    for client in (ada, grace, newcomer):
        assert client.next("ReceiveMessage") == ["Ada", "still here"]
    assert ada.call("WhoAmI") == ada.identity

    for client in (ada, newcomer):
        client.call("Join", "shelter")
    newcomer.call("SendToRoom", "shelter", "Newcomer", "who is here?")
    for client in (ada, newcomer):
        assert client.next("ReceiveRoomMessage") == ["shelter", "Newcomer", "who is here?"]
    ada.call("SendToUser", "Grace", "Ada", "psst")
    assert grace.next("ReceiveMessage") == ["Ada", "psst"]


def test_health_says_that_messages_do_not_flow_and_the_process_lives(pair: list[Node], redis: RedisServer) -> None:
    redis.kill()
    for node in pair:
        health = node.wait_until_unhealthy()
        assert health["bus"]["state"] != "connected"
        assert health["bus"]["reason"]
        assert node.get("/health/live")[0] == 200
        assert node.get("/health/ready")[0] == 200


def test_the_log_warns_once_for_an_outage_and_not_for_each_message(
    pair: list[Node], redis: RedisServer, connect: Connect
) -> None:
    node, _ = pair
    ada = connect(node)
    redis.kill()
    node.wait_until_unhealthy()
    for number in range(100):
        ada.call("Send", "Ada", str(number))
    eventually(lambda: outage_warnings(node), "the log says so", lambda: node.log)
    assert len(outage_warnings(node)) == 1, node.log

    redis.start()
    node.wait_until_healthy()
    redis.kill()
    node.wait_until_unhealthy()
    ada.call("Send", "Ada", "again")
    eventually(lambda: len(outage_warnings(node)) == 2, "the log says so again", lambda: node.log)


def test_messages_cross_nodes_again_when_redis_is_back(pair: list[Node], redis: RedisServer, connect: Connect) -> None:
    near, far = pair
    ada, grace = connect(near, "Ada"), connect(far, "Grace")
    grace.call("Join", "before")
    redis.kill()
    for node in pair:
        node.wait_until_unhealthy()
    grace.call("Join", "during")
    newcomer = connect(far, "Newcomer")
    redis.start()
    for node in pair:
        node.wait_until_healthy()

    ada.call("Send", "Ada", "back")
    for client in (ada, grace, newcomer):
        assert client.next("ReceiveMessage") == ["Ada", "back"]
    for room in ("before", "during"):
        ada.call("SendToRoom", room, "Ada", "back")
        assert grace.next("ReceiveRoomMessage") == [room, "Ada", "back"]
    ada.call("SendToUser", "Newcomer", "Ada", "psst")
    assert newcomer.next("ReceiveMessage") == ["Ada", "psst"]
    ada.call("SendToConnection", newcomer.identity["connectionId"], "Ada", "psst again")
    assert newcomer.next("ReceiveMessage") == ["Ada", "psst again"]


def test_a_node_starts_without_redis_and_joins_when_it_appears(start: Start, connect: Connect) -> None:
    with closing(RedisServer(started=False)) as redis:
        nodes = [start("--bus", redis.url), start("--bus", redis.url)]
        near, far = nodes
        for node in nodes:
            health = node.wait_until_unhealthy()
            assert health["bus"]["reason"]
            eventually(lambda node=node: outage_warnings(node), "the log says so", lambda node=node: node.log)
        ada, local, grace = connect(near), connect(near), connect(far)
        ada.call("Send", "Ada", "to this node")
        assert local.next("ReceiveMessage") == ["Ada", "to this node"]

        redis.start()
        for node in nodes:
            node.wait_until_healthy()
        ada.call("Send", "Ada", "to all nodes")
        assert grace.next("ReceiveMessage") == ["Ada", "to all nodes"]


def test_a_password_is_used_and_never_shown(start: Start, connect: Connect) -> None:
    secret = "correct-horse-battery"
    with closing(RedisServer(password=secret)) as redis:
        node = start("--log-level", "trace", environment={"HUBS_BUS": redis.url})
        node.wait_until_healthy()
        connect(node).call("Send", "Ada", "hello")
        redis.kill()
        node.wait_until_unhealthy()
        assert secret not in node.log
        assert secret not in node.get("/health")[1]


def test_a_wrong_password_is_a_reason_an_operator_can_read(start: Start) -> None:
    with closing(RedisServer(password="right")) as redis:
        node = start(environment={"HUBS_BUS": redis.url.replace(":right@", ":wrong-one@")})
        health = node.wait_until_unhealthy()
        eventually(
            lambda: re.search("WRONGPASS|password", node.health()[1]["bus"]["reason"] or "", re.IGNORECASE),
            "the reason names the password",
            lambda: health,
        )
        assert "wrong-one" not in node.log


def test_the_page_tells_that_only_this_node_is_reached(pair: list[Node], redis: RedisServer, browser: Browser) -> None:
    with closing(browser.open(f"{pair[0].url}/?user=Ada")) as tab:
        tab.wait_for("#connection", "Connected")
        tab.wait_for("#bus", "connected")
        redis.kill()
        tab.wait_for("#bus", "this node only")
        assert tab.text("#connection") == "Connected"
        redis.start()
        tab.wait_for("#bus", "Bus: connected")
