"""What every part of these tests uses: patience with a limit, and a clear word about a missing tool."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds after which something that should happen counts as something that does not happen."""


class MissingTool(Exception):
    """A program that the tests need is not installed: a failure, never a skipped test."""

    def __init__(self, name: str, debian: str, macos: str) -> None:
        super().__init__(f"{name} is missing. Install it with `{debian}` (Debian, Ubuntu) or `{macos}` (macOS).")


def eventually(
    condition: Callable[[], T | None],
    what: str,
    instead: Callable[[], object] = lambda: "",
    within: float = PATIENCE,
) -> T:
    """Looks at the state of another process until `condition` holds, and returns what it returned.

    Only for what cannot announce itself to us: a port, a file, a page. Everything else is awaited as an event.
    """
    deadline = time.monotonic() + within
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:.0f} s: {what}. Instead: {instead()}")
        time.sleep(0.02)  # the pause between two looks, not a wait for something
