"""The admin on a port of this machine, in a thread beside whatever else the process does."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Any

from waitress.server import create_server  # type: ignore[import-untyped]

from switchboard.admin.app import create_app
from switchboard.admin.console.feed import STREAMS
from switchboard.admin.current import EXTENSION, Context
from switchboard.errors import UserError
from switchboard.settings import Settings
from switchboard.storage.store import Store

log = logging.getLogger(__name__)

_LAST_ANSWERS_S = 5
"""How long stopping waits for the answers that were begun."""
_LAST_BYTES_S = 10
"""And then for browsers to take them."""


class AdminServer:
    """Start it once; stop it before the store is closed."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._context: Context | None = None

    def start(self) -> None:
        """Listen; returns once connections are accepted. Raises UserError if the port is taken."""
        admin = self._settings.admin
        app = create_app(self._store, self._settings)
        self._context = app.extensions[EXTENSION]
        try:
            self._server = create_server(
                app,
                host=admin.host,
                port=admin.port,
                # A console that listens for calls holds a thread as long as it is open.
                threads=admin.threads + STREAMS,
                ident="",
                max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
                # ProxyFix in the app decides whose X-Forwarded-For is believed.
                clear_untrusted_proxy_headers=False,
            )
        except OSError as error:
            raise UserError(
                f"The admin can't listen on {admin.host}:{admin.port} ({error.strerror}); "
                "choose another [admin] port, or stop the program that has it."
            ) from error
        self._thread = threading.Thread(target=self._server.run, name="admin", daemon=True)
        self._thread.start()
        log.info("admin listens", extra={"port": self.port})

    @property
    def port(self) -> int:
        """The port that it listens on: the settings' one, or with 0 the one that was free."""
        return int(self._server.effective_port)

    @property
    def address(self) -> str:
        """Where browsers reach it."""
        admin = self._settings.admin
        return admin.address or f"http://{admin.host}:{self.port}"

    def stop(self) -> None:
        """Answer what was begun, and listen no more."""
        if self._server is None:
            return
        if self._context is not None:
            self._context.feeds.stop()
        # First the threads that answer, then the sockets that they answer on.
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=_LAST_ANSWERS_S)
        # Woken by an answer at this very moment, the loop may have closed before it is woken by us.
        with suppress(OSError):
            self._server.trigger.pull_trigger(self._close)
        if self._context is not None:
            self._context.background.stop()
        if self._thread is not None:
            self._thread.join(timeout=_LAST_BYTES_S)
        self._server = None

    def _close(self) -> None:
        """In the server's own thread, which ends with the last of its sockets: that of a browser
        that waits for nothing at once, others when they have all of their answer."""
        self._server.close()
        for channel in list(self._server.active_channels.values()):
            channel.close_when_flushed = True
