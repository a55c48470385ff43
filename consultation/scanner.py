"""Asking ClamAV whether a file is a virus, over its own socket (clamd(8), INSTREAM). Pure; no Django."""

import socket
import struct
from typing import IO

CHUNK_BYTES = 65_536
ANSWER_LIMIT_BYTES = 4096
PATIENCE_SECONDS = 20.0
"""For connecting, and for each piece that is sent or answered."""


class VirusFound(Exception):
    """The scanner knows this file. The message is the scanner's name for it."""


class ScannerAway(Exception):
    """The scanner gave no answer that we can go by."""


def scan(file: IO[bytes], address: str, patience: float = PATIENCE_SECONDS) -> None:
    """Returns when the scanner at `address` ('unix:/run/clamd.sock' or 'tcp://host:3310') finds nothing in the file, read from its start.

    Raises VirusFound, and ScannerAway for anything but a clear answer: a file that was not looked at must not pass for one that was.
    """
    try:
        with _connected(address, patience) as connection:
            connection.sendall(b"zINSTREAM\0")
            file.seek(0)
            while chunk := file.read(CHUNK_BYTES):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
            answer = _answer(connection)
    except (OSError, ValueError) as problem:
        raise ScannerAway(str(problem)) from problem
    finally:
        file.seek(0)
    if answer.endswith(" FOUND"):
        raise VirusFound(answer.removeprefix("stream: ").removesuffix(" FOUND"))
    if answer != "stream: OK":
        raise ScannerAway(answer or "no answer")


def _connected(address: str, patience: float) -> socket.socket:
    """Raises OSError, and ValueError for an address of another shape."""
    kind, _, place = address.partition(":")
    if kind == "unix" and place:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(patience)
        try:
            connection.connect(place)
        except OSError:
            connection.close()
            raise
        return connection
    host, _, port = place.removeprefix("//").rpartition(":")
    if kind != "tcp" or not host or not port.isdecimal():
        raise ValueError(f"{address!r} is neither unix:/path nor tcp://host:port.")
    return socket.create_connection((host, int(port)), timeout=patience)


def _answer(connection: socket.socket) -> str:
    """Up to the NUL with which an answer to a z-command ends."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LIMIT_BYTES and (piece := connection.recv(1024)):
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
