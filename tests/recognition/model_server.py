"""A local HTTP server of one model archive, with the faults that real ones have."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from switchboard.recognition.models import Model


def archive(name: str, extra: dict[str, bytes] | None = None) -> bytes:
    """A zip that looks like a Vosk model's."""
    files = {
        f"{name}/am/final.mdl": bytes(range(256)) * 400,
        f"{name}/conf/model.conf": b"--beam=10\n",
        f"{name}/graph/Gr.fst": b"graph",
        **(extra or {}),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as zipped:
        for path, data in files.items():
            zipped.writestr(path, data)
    return content.getvalue()


def model_of(content: bytes, name: str = "vosk-model-test") -> Model:
    return Model(name, len(content), hashlib.sha256(content).hexdigest(), "for tests")


@dataclass
class ModelServer:
    """`cut` bytes are sent of an answer before the line breaks; `resumes`: honours Range."""

    content: bytes
    cut: int | None = None
    resumes: bool = True
    status: int | None = None
    ranges: list[str | None] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def running(self) -> Iterator[ModelServer]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                outer.ranges.append(asked)
                if outer.status is not None:
                    self.send_error(outer.status)
                    return
                start = 0
                if asked and outer.resumes:
                    start = int(asked.removeprefix("bytes=").rstrip("-"))
                rest = outer.content[start:]
                self.send_response(206 if start else 200)
                self.send_header("Content-Length", str(len(rest)))
                self.end_headers()
                self.wfile.write(rest[: outer.cut])

            def log_message(self, *_args: object) -> None:
                pass

        return Handler
