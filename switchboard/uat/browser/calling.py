"""A test call as the web admin makes it: through the service, which has the engine and the voice.

Blocks; for the threads that answer requests.
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from switchboard.errors import UserError
from switchboard.uat.browser.wire import Got, Open, Sent, WireError, opening, packed, read_got

_ANSWER_S = 10.0
"""How long the service may take for one exchange: its event loop never waits as long."""


class NoServiceError(UserError):
    """There is no service to make test calls with."""


class RemoteCall:
    """One call. Exchange at least every few seconds, or the service takes the tester for gone."""

    def __init__(self, path: Path, call: Open) -> None:
        """Raises NoServiceError."""
        self._lock = threading.Lock()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(_ANSWER_S)
        try:
            self._socket.connect(str(path))
            self._socket.sendall(opening(call))
        except OSError as error:
            self._socket.close()
            raise NoServiceError(
                "Test calls need the running service; start it on this machine with "
                "`switchboard serve`, on the same database."
            ) from error
        self._stream = self._socket.makefile("rb")

    def exchange(self, sent: Sent) -> Got:
        """Hand over what the browser brought; what it is to do. Raises NoServiceError when the
        service has gone."""
        with self._lock:
            try:
                self._socket.sendall(packed(sent))
                return read_got(self._stream)
            except (OSError, ValueError, WireError) as error:
                self.close()
                raise NoServiceError(
                    "The call was cut off: the service has stopped. Call again in a moment."
                ) from error

    def close(self) -> None:
        """To the service the tester has gone."""
        self._stream.close()
        self._socket.close()
