"""What listens where a directory server should, and says whatever a test makes it say."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Impostor:
    """`heard` is all that the client has said, `number` that of its last request."""

    def __init__(self, host: str, script: Callable[[Impostor], Iterator[bytes]]) -> None:
        self._listener = socket.create_server((host, 0))
        self._script = script
        self._caller: socket.socket | None = None
        self.heard = b""
        self.number = 0
        self.url = f"ldap://{host}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def request(self) -> bytes:
        """The next thing that the client says; b"" when it has gone."""
        assert self._caller is not None
        said = self._caller.recv(65536)
        self.heard += said
        if said[:1] == b"\x30":
            at = 2 + (said[1] & 0x7F if said[1] & 0x80 else 0)  # behind the length
            self.number = int.from_bytes(said[at + 2 : at + 2 + said[at + 1]], "big")
        return said

    def close(self) -> None:
        for each in filter(None, (self._listener, self._caller)):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)  # wakes who waits for it, as closing does not
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            self._caller, _ = self._listener.accept()
            with self._caller:
                for answer in self._script(self):
                    self._caller.sendall(answer)


def _listening(heard: Impostor) -> Iterator[bytes]:
    while heard.request():
        yield b""


@contextmanager
def impostor(
    script: Callable[[Impostor], Iterator[bytes]] = _listening, *, host: str = "127.0.0.1"
) -> Iterator[Impostor]:
    """Takes one connection and sends what `script` yields; by default it only listens."""
    made = Impostor(host, script)
    try:
        yield made
    finally:
        made.close()


def ber(tag: int, content: bytes) -> bytes:
    """One element of BER (X.690), of definite length."""
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    size = len(content).to_bytes(4, "big")
    return bytes((tag, 0x84)) + size + content


def message(number: int, tag: int, content: bytes, controls: bytes = b"") -> bytes:
    """An LDAP message (RFC 4511, section 4.1.1)."""
    size = number.bit_length() // 8 + 1
    return ber(0x30, ber(0x02, number.to_bytes(size, "big")) + ber(tag, content) + controls)


def result(code: int, said: bytes = b"", more: bytes = b"") -> bytes:
    """An LDAPResult (section 4.1.9)."""
    return ber(0x0A, bytes((code,))) + ber(0x04, b"") + ber(0x04, said) + more


def entry(number: int, name: bytes, **attributes: bytes) -> bytes:
    """A SearchResultEntry (section 4.5.2) for the request of that number."""
    listed = b"".join(
        ber(0x30, ber(0x04, attribute.encode()) + ber(0x31, ber(0x04, value)))
        for attribute, value in attributes.items()
    )
    return message(number, 0x64, ber(0x04, name) + ber(0x30, listed))


def signed_in(heard: Impostor) -> Iterator[bytes]:
    """Answers as a server does until people are searched for."""
    heard.request()
    yield message(heard.number, 0x61, result(0))
    heard.request()
    about = entry(heard.number, b"", vendorName=b"impostor")
    yield about + message(heard.number, 0x65, result(0))
    heard.request()
