"""Pages of the user's own website, through boto3's own way out; asked for only with `--web`."""

from __future__ import annotations

import asyncio
import os
import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urljoin, urlsplit

from sendready.model.errors import Unreachable
from sendready.model.website import WebPage
from sendready.world.threads import in_daemon_thread

SECONDS = 10
"""For one page, redirects included."""

BYTES = 1024 * 1024
"""Of one page; what comes after is not read."""

REDIRECTS = 5

USER_AGENT = "sendready (looks at the site its user named)"

_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)


class WebAdapter:
    """Implements `model.ports.Web`."""

    def __init__(self, *, only_loopback: bool = False) -> None:
        """`only_loopback`: in a practice world nothing leaves the machine."""
        self._only_loopback = only_loopback

    async def page(self, url: str) -> WebPage:
        """The page at an address, within bounds of time, size and redirects. Raises Unreachable."""
        try:
            async with asyncio.timeout(SECONDS):
                return await in_daemon_thread(lambda: self._follow(url))
        except TimeoutError:
            raise _unreachable(url, f"it took longer than {SECONDS} s") from None

    def _follow(self, url: str) -> WebPage:
        here = url
        for _ in range(REDIRECTS + 1):
            try:
                self._may_go(url, here)
                page, target = _get(here)
                if target is None:
                    return page
                here = urljoin(here, target)
            except ValueError:  # brackets that hold no IPv6 address
                raise _unreachable(url, "it leads to an address that is none") from None
        raise _unreachable(url, f"it redirects more than {REDIRECTS} times")

    def _may_go(self, asked: str, here: str) -> None:
        """Raises Unreachable for what is no web address, and for an IP address that a site named by name leads to."""
        parts = urlsplit(here)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise _unreachable(asked, f"it leads to {here[:80]}, which is no web page")
        if self._only_loopback and not _is_loopback(host):
            raise _unreachable(asked, "in practice nothing leaves this machine")
        if _is_address(host) and host != urlsplit(asked).hostname:
            raise _unreachable(asked, f"it leads to the bare address {host}")


def _get(url: str) -> tuple[WebPage, str | None]:
    """What stands there, and where it redirects to. Raises Unreachable."""
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies
    from urllib3.exceptions import HTTPError

    bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
    session = URLLib3Session(
        verify=bundle or True,  # type: ignore[arg-type]  # a path to certificates will do, too
        proxies=get_environ_proxies(url),
        timeout=SECONDS,
    )
    headers = {"User-Agent": USER_AGENT, "Accept": "text/html", "Accept-Encoding": "identity"}
    request: Any = AWSRequest(method="GET", url=url, headers=headers, stream_output=True)
    try:
        response: Any = session.send(request.prepare())
        target = response.headers.get("Location") if response.status_code in (301, 302, 303, 307, 308) else None
        kind = str(response.headers.get("Content-Type", "text/html"))
        body = (
            response.raw.read(BYTES + 1) if target is None and kind.startswith(("text/", "application/xhtml")) else b""
        )
        response.raw.close()
    except (BotoCoreError, HTTPError, OSError, ValueError) as error:
        raise _unreachable(url, _reason(error)) from None
    finally:
        session.close()
    return WebPage(url, response.status_code, _text(body[:BYTES], kind), len(body) <= BYTES), target


def _reason(error: Exception) -> str:
    """Why a connection failed, in a few words: botocore names the whole address again."""
    return str(error).replace("\n", " ").rpartition(': "')[0] or type(error).__name__


def _text(body: bytes, kind: str) -> str:
    found = _CHARSET.search(kind) or _CHARSET.search(body[:2048].decode("ascii", "replace"))
    try:
        return body.decode(found[1] if found else "utf-8", "replace")
    except LookupError:
        return body.decode("utf-8", "replace")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _unreachable(url: str, why: str) -> Unreachable:
    return Unreachable(f"{url}: {why}", action="web", code="web")
