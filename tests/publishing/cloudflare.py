"""As much of Cloudflare's API (v4) as records need: zones, their records page by page, and one record more."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "cloudflare-sentinel-token-0001"


@dataclass
class Cloudflare:
    """One account with one zone."""

    zone: str
    servers: list[str]
    records: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """Method and path of everything that was asked."""
    created: list[str] = field(default_factory=list)
    """Type and name of every record that was asked for and taken."""
    url: str = ""
    breaks_after: int | None = None
    """How many records are taken before everything is answered with an error; None for all."""

    def add(self, record: dict[str, Any]) -> dict[str, Any]:
        """Keeps a record as Cloudflare shows it."""
        stored = {"id": f"r{len(self.records)}", "ttl": 300, "proxied": False, "comment": None, "tags": [], **record}
        self.records.append(stored)
        return stored

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:  # noqa: ANN401
        self.calls.append(f"{method} {path}")
        if (method, path) == ("GET", "/zones"):
            zone = {"id": "z1", "name": self.zone, "name_servers": self.servers, "plan": {"legacy_id": "free"}}
            return 200, _page([zone], query)
        if (method, path) == ("GET", "/zones/z1/dns_records"):
            return 200, _page(self.records, query)
        if (method, path) == ("POST", "/zones/z1/dns_records"):
            if self.breaks_after is not None and len(self.created) >= self.breaks_after:
                return 400, _refused(81045, "The record quota has been exceeded.")
            self.created.append(f"{body['type']} {body['name']}")
            if any(r["name"] == body["name"] and "CNAME" in (r["type"], body["type"]) for r in self.records):
                return 400, _refused(81053, "An A, AAAA, or CNAME record with that host already exists.")
            return 200, {"success": True, "result": self.add(body)}
        if method == "DELETE" and path.startswith("/zones/z1/dns_records/"):
            self.records = [record for record in self.records if record["id"] != path.rpartition("/")[2]]
            return 200, {"success": True, "result": {}}
        return 400, _refused(7003, f"Could not route to {path}")


def _page(items: list[dict[str, Any]], query: dict[str, list[str]]) -> dict[str, Any]:
    number, size = int(query.get("page", ["1"])[0]), int(query.get("per_page", ["20"])[0])
    page = items[(number - 1) * size : number * size]
    info = {"page": number, "per_page": size, "count": len(page), "total_count": len(items)}
    return {"success": True, "result": page, "result_info": info}


def _refused(code: int, message: str) -> dict[str, Any]:
    return {"success": False, "errors": [{"code": code, "message": message}], "result": None}


@contextmanager
def running(cloudflare: Cloudflare) -> Iterator[Cloudflare]:
    """On loopback, for the time of the block."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = urlsplit(self.path)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, said = 403, _refused(10000, "Authentication error")
            else:
                status, said = cloudflare.answer(
                    self.command, asked.path, parse_qs(asked.query), json.loads(body) if body else None
                )
            text = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  the library's names

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    cloudflare.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield cloudflare
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
