"""Who is running: nodes, Redis, clients. Every fixture ends what it started, whatever the test did."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from browser import Browser
from clients import LIBRARIES, Client
from processes import Node, RedisServer


def pytest_configure() -> None:
    """Being terminated is like being interrupted: the fixtures end what they started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@dataclass
class Cluster:
    """The nodes that serve one hub. With one node, `near` and `far` are the same."""

    nodes: list[Node]

    @property
    def near(self) -> Node:
        return self.nodes[0]

    @property
    def far(self) -> Node:
        return self.nodes[-1]


@contextlib.contextmanager
def running(kind: str) -> Iterator[Cluster]:
    with contextlib.ExitStack() as stack:
        if kind == "one node, memory":
            nodes = [stack.enter_context(contextlib.closing(Node()))]
        else:
            redis = stack.enter_context(contextlib.closing(RedisServer()))
            options = ("--bus", redis.url, "--prefix", "test:")
            nodes = [stack.enter_context(contextlib.closing(Node(*options))) for _ in range(2)]
        for node in nodes:
            node.wait_until_healthy()
        yield Cluster(nodes)


@pytest.fixture(scope="session", params=["one node, memory", "two nodes, Redis"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """Nodes that no test disturbs. Tests share them, and so use names that nobody else uses."""
    with running(request.param) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """One node in memory that tests share."""
    with running("one node, memory") as cluster:
        yield cluster.near


@pytest.fixture
def start() -> Iterator[Callable[..., Node]]:
    """Starts nodes with options of the test's own."""
    with contextlib.ExitStack() as stack:
        yield lambda *options, **more: stack.enter_context(contextlib.closing(Node(*options, **more)))


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis server that the test may kill."""
    with contextlib.closing(RedisServer()) as server:
        yield server


@pytest.fixture(params=LIBRARIES)
def connect(request: pytest.FixtureRequest) -> Iterator[Callable[..., Client]]:
    """Connects a client of each library: connect(node, user=None)."""
    with contextlib.ExitStack() as stack:

        def make(node: Node, user: str | None = None) -> Client:
            return stack.enter_context(contextlib.closing(LIBRARIES[request.param](node.url, user)))

        yield make


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with contextlib.closing(Browser()) as browser:
        yield browser
