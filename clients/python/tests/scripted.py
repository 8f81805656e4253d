"""A server before the service: it answers the first requests from a script, and hands the others on."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Script = list[Callable[[BaseHTTPRequestHandler], None]]


def answer(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """Answer so, whatever was asked."""

    def run(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return run


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    """Close the connection without an answer."""
    handler.close_connection = True


@contextmanager
def scripted(
    url: str, script: Script, seen: list[dict[str, str]] | None = None
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Give the URL of such a server, and the headers of the requests that it got."""
    got: list[dict[str, str]] = [] if seen is None else seen
    behind = urlsplit(url)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append({**{name.lower(): value for name, value in self.headers.items()}, ":path": self.path})
            if script:
                script.pop(0)(self)
                return
            connection = http.client.HTTPConnection(behind.hostname or "", behind.port, timeout=20)
            connection.request("POST", self.path, body, dict(self.headers))
            reply = connection.getresponse()
            answer(reply.status, reply.read(), Content_Type=reply.headers["Content-Type"])(self)
            connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
