"""The chat page in a real browser: two tabs, on one node and across two."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from urllib.parse import quote

import pytest

from browser import Browser, Tab
from conftest import Cluster
from processes import Node

Open = Callable[[Node, str], Tab]


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Open]:
    with ExitStack() as stack:

        def open_page(node: Node, user: str) -> Tab:
            tab = stack.enter_context(closing(browser.open(f"{node.url}/?user={quote(user)}")))
            tab.wait_for("#connection", "Connected")
            return tab

        yield open_page


def test_two_tabs_talk_to_each_other(cluster: Cluster, open_tab: Open) -> None:
    ada, grace = open_tab(cluster.near, "Ada"), open_tab(cluster.far, "Grace")
    ada.fill("#text", "Hello Grace")
    ada.press_enter()
    for tab in (ada, grace):
        tab.wait_for("#log", "Hello Grace")
    grace.fill("#text", "Hello Ada")
    grace.press_enter()
    for tab in (ada, grace):
        tab.wait_for("#log", "Hello Ada")


def test_rooms_and_direct_messages(cluster: Cluster, open_tab: Open) -> None:
    room, user = f"room-{uuid.uuid4().hex[:8]}", f"Grace-{uuid.uuid4().hex[:8]}"
    ada, grace = open_tab(cluster.near, "Ada"), open_tab(cluster.far, user)
    for tab in (ada, grace):
        tab.fill("#room", room)
        tab.press_enter()
        tab.wait_for("#room-title", room)
    ada.fill("#text", "in the room")
    ada.press_enter()
    grace.wait_for("#log", "in the room")
    ada.fill("#direct-to", user)
    ada.fill("#direct-text", "psst")
    ada.press_enter()
    grace.wait_for("#rooms .unread", "1")
    grace.evaluate("document.querySelector('#rooms button').click()")
    grace.wait_for("#log", "psst")


def test_what_others_write_is_text_and_never_markup(cluster: Cluster, open_tab: Open) -> None:
    markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    ada, grace = open_tab(cluster.near, f"{markup}"), open_tab(cluster.far, "Grace")
    ada.fill("#text", markup)
    ada.press_enter()
    grace.wait_for("#log", markup)
    assert grace.evaluate("document.querySelectorAll('#log img, #log script').length") == 0
    assert grace.evaluate("document.title") == "Hubs chat"


def test_the_page_tells_its_node_and_its_state(cluster: Cluster, open_tab: Open) -> None:
    tabs = [open_tab(node, "Ada") for node in cluster.nodes]
    for tab in tabs:
        tab.wait_for("#bus", "connected")
        tab.wait_for("#node", "Node: ")
    assert len({tab.text("#node") for tab in tabs}) == len(cluster.nodes)


def test_a_lost_connection_comes_back_with_its_rooms(start: Callable[..., Node], open_tab: Open) -> None:
    node = start()
    ada = open_tab(node, "Ada")
    ada.fill("#room", "kept")
    ada.press_enter()
    ada.wait_for("#room-title", "kept")
    before = ada.text("#connection-id")
    ada.evaluate(
        """(() => {
            const send = WebSocket.prototype.send;  // the next thing that the page sends takes its socket down
            WebSocket.prototype.send = function () { WebSocket.prototype.send = send; this.close(); };
        })()"""
    )
    ada.fill("#text", "lost on the way")
    ada.press_enter()
    ada.wait_for("#log", "Whether the call ran is not known")
    ada.wait_for("#connection", "Connected")
    grace = open_tab(node, "Grace")
    grace.fill("#room", "kept")
    grace.press_enter()
    grace.wait_for("#room-title", "kept")
    grace.fill("#text", "welcome back")
    grace.press_enter()
    ada.wait_for("#log", "welcome back")
    assert ada.text("#connection-id") != before
