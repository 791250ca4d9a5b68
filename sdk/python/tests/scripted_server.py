"""A real HTTP server on this machine that answers what a test has written down, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    text: Optional[str] = None
    #: Reads the request and closes the connection without a word.
    drops: bool = False
    #: Reads the request and says nothing until the server is closed.
    hangs: bool = False


def refusal(
    status: int, code: str, message: str = "No.", headers: Optional[dict[str, str]] = None, **details: Any
) -> Reply:
    return Reply(status, {"error": {"code": code, "message": message, "details": details}}, headers or {})


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class ScriptedServer:
    """Gives its replies in order, and the last one for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[Asked] = []
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def close(self) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def take(self, asked: Asked) -> Reply:
        with self._lock:
            self.asked.append(asked)
            return self.replies[min(len(self.asked), len(self.replies)) - 1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                raw = self.rfile.read(length)
                reply = server.take(Asked(self.command, parts.path, parse_qs(parts.query), headers, raw))
                if reply.hangs:
                    server._closing.wait()
                if reply.hangs or reply.drops:
                    self.close_connection = True
                    return
                text = reply.text
                if text is None:
                    text = "" if reply.body is None else json.dumps(reply.body)
                content = text.encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                if reply.status != 204:
                    self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if reply.status != 204:
                    self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = answer

            def log_message(self, *_: Any) -> None:
                return None

        return Handler
