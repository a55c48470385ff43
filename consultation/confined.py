"""Reading a stranger's file in a child process with little memory and time. Pure; no Django.

A file of five kilobytes can make a library ask for half a terabyte or turn round for an hour, and what cannot be had kills the process
that asked. So that is another one. This module is the child's program too (see main).
"""

import contextlib
import importlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class FileRefused(Exception):
    """The file as a whole cannot be read. The message is a Dutch sentence that says what to do."""


class OutOfBounds(Exception):
    """The reader asked for more memory or time than it was given, or died."""


def too_big(size: int, limit: int) -> str:
    """The sentence for a file of more bytes than the limit."""
    return f"Dit bestand is {-(-size // 1_048_576)} MB. Kies een bestand van ten hoogste {limit // 1_048_576} MB."


def read_confined(reader: Callable[[bytes], dict[str, Any]], content: bytes, *, memory_bytes: int, seconds: int) -> dict[str, Any]:
    """What `reader(content)` answers in a child with these bounds: plain values, as JSON holds them.

    The reader is a function of a module's top level. Where it cannot read the file it answers {"refused": sentence}, which is raised here
    as FileRefused. Raises OutOfBounds when it answers nothing at all.
    """
    command = [sys.executable, "-I", __file__, reader.__module__, reader.__qualname__, str(memory_bytes), str(seconds)]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and our own file
            command, input=content, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=2 * seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise OutOfBounds from error
    if child.returncode:  # out of memory or out of time: it was killed, or could not say more
        raise OutOfBounds
    answer: dict[str, Any] = json.loads(child.stdout)
    if "refused" in answer:
        raise FileRefused(answer["refused"])
    return answer


def main(module: str, reader: str, memory_bytes: str, seconds: str) -> int:
    """In the child: read standard input within bounds, and write the answer as JSON."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # not every system has these bounds
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (int(memory_bytes), int(memory_bytes)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path[0:0] = [str(Path(__file__).resolve().parents[1])]
    json.dump(getattr(importlib.import_module(module), reader)(sys.stdin.buffer.read()), sys.stdout)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
