"""HTTP over a unix socket, byte by byte: what a client library would put right is sent as it is."""

import json
import socket
from dataclasses import dataclass

SECONDS = 60


@dataclass
class Answer:
    status: int = 0  # 0: closed without an answer
    body: bytes = b""

    def json(self):
        return json.loads(self.body)


def send(path, data):
    """Sends the bytes on a connection of their own; they ask the daemon to close it."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(SECONDS)
        connection.connect(path)
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused by its head alone; the answer is there
        return read(connection)


def read(connection):
    received = b""
    while True:
        try:
            more = connection.recv(1 << 16)
        except ConnectionResetError:
            more = b""
        received += more
        # Some errors leave the connection open; such an answer is one small piece.
        if not more or is_whole(received):
            return parse(received)


def is_whole(received):
    head, separator, body = received.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n") if separator else []:
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return False


def parse(received):
    head, _, body = received.partition(b"\r\n\r\n")
    words = head.split(b" ", 2)
    if len(words) < 2 or not words[1][:3].isdigit():
        return Answer()
    if b"\r\ntransfer-encoding: chunked" in head.lower():
        body = unchunk(body)
    return Answer(int(words[1][:3]), body)


def unchunk(body):
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size or b"0", 16)
        whole += rest[:length]
        body = rest[length + 2:] if length else b""
    return whole
