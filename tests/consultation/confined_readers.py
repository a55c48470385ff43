"""Readers for a confined child: in a module that brings nothing along, for what it imports counts within the bounds."""

import resource


def asks_for_much(content: bytes) -> dict[str, int]:
    """A reader that wants more than it gets."""
    return {"length": len(bytes(300_000_000) + content)}


def turns_round(content: bytes) -> dict[str, int]:
    """A reader that does not end."""
    while True:
        content = content[1:] + content[:1]


def tells_its_bounds(content: bytes) -> dict[str, int]:
    """A reader that is content."""
    return {"length": len(content), "memory": resource.getrlimit(resource.RLIMIT_AS)[0]}
