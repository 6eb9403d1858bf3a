"""`sendready access --web`: the site is opened as a reviewer would, within bounds, and only when asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from commandline import Contract, Finished, Run, WorldOf

from sendready.practice.servers import Practice

WORDS = "We sell good shoes to people who like to walk and mail them what they bought. " * 4
WHOLE = f"<html><title>Shoes</title><body><p>{WORDS}</p><a href='/privacy'>Your data</a></body></html>"


class Site(ThreadingHTTPServer):
    """A website on loopback; a page is its text, or a number for a status, or `> URL` for a redirect."""

    daemon_threads = True

    def __init__(self) -> None:
        self.pages: dict[str, str | int] = {"/": WHOLE, "/privacy": WHOLE}
        self.asked: list[str] = []
        self.cut: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path, 404)
        if isinstance(page, str) and page.startswith("> "):
            self.send_response(302)
            self.send_header("Location", page[2:])
        else:
            self.send_response(page if isinstance(page, int) else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        try:
            if isinstance(page, str):
                self.wfile.write(page.encode())
        except OSError:
            self.server.cut.append(self.path)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


Access = Callable[..., Finished]


@pytest.fixture
def access(sendready: Run, practice: Practice, world_of: WorldOf, site: Site) -> Access:
    practice.finish("shop.example", production=False)

    def run(*more: str, website: str | None = None) -> Finished:
        named = ("--website", website or site.url)
        environment = world_of(practice) | {"SENDREADY_PRACTICE": "1"}  # so that nobody outside is ever asked
        return sendready("access", "shop.example", "--format", "json", *named, *more, environment=environment)

    return run


def slugs(result: Finished, contract: Contract) -> set[str]:
    told = {remark["slug"] for remark in contract.document("access", result)["remarks"]}
    return {slug for slug in told if "website" in slug or "privacy" in slug} - {"another-website"}


def test_without_it_nobody_is_asked(access: Access, site: Site) -> None:
    assert access().returncode == 4
    assert site.asked == []


def test_a_site_that_is_whole_has_nothing_to_remark(access: Access, site: Site, contract: Contract) -> None:
    result = access("--web")

    assert slugs(result, contract) == set()
    assert "has a privacy page" in " ".join(result.stderr.split())
    assert site.asked == ["/", "/privacy"]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"/": 503}, {"website-error"}),
        ({"/": f"<p>{WORDS}</p>"}, {"no-privacy-page"}),
        ({"/privacy": 404}, {"privacy-page-error"}),
        ({"/": f"<p>This domain is for sale</p>{WHOLE}"}, {"website-parked"}),
        ({"/": "<p>Hello</p><a href='/privacy'>Datenschutz</a>"}, {"website-empty"}),
        ({"/": "<div id=root></div><script src=app.js></script>"}, {"website-empty"}),
        ({"/": f"<!-- privacy --><script>privacy</script><p>{WORDS}</p>"}, {"no-privacy-page"}),
        ({"/": "> /here", "/here": WHOLE}, set()),
        ({"/": "> /"}, {"website-unreachable"}),
        ({"/": "> ftp://127.0.0.1/"}, {"website-unreachable"}),
        ({"/": "> http://127.0.0.2/"}, {"website-unreachable"}),
        ({"/": "> https://elsewhere.example/"}, {"website-unreachable"}),
    ],
)
def test_what_a_reviewer_would_stumble_over(
    access: Access, site: Site, contract: Contract, pages: dict[str, str | int], expected: set[str]
) -> None:
    site.pages |= pages

    assert slugs(access("--web"), contract) == expected
    assert len(site.asked) <= 7


def test_no_more_than_a_part_of_a_huge_page_is_read_and_what_may_follow_is_not_missing(
    access: Access, site: Site, contract: Contract
) -> None:
    site.pages["/"] = f"<p>{WORDS}</p>" + "<p>x" * 5_000_000 + "<a href='/privacy'>Your data</a>"

    assert slugs(access("--web"), contract) == set()
    assert (site.asked, site.cut) == (["/"], ["/"])


def test_a_site_that_is_not_there_is_told_and_nothing_else_breaks(access: Access, contract: Contract) -> None:
    result = access("--web", website="http://127.0.0.1:1/")

    assert slugs(result, contract) == {"website-unreachable"}
    assert result.returncode == 4


def test_a_redirect_to_what_is_no_address_is_told(access: Access, site: Site, contract: Contract) -> None:
    site.pages["/"] = "> http://[x"

    assert slugs(access("--web"), contract) == {"website-unreachable"}


def test_in_practice_nothing_leaves_the_machine(access: Access, contract: Contract) -> None:
    result = access("--web", website="https://shop.example/")

    remarks = contract.document("access", result)["remarks"]
    assert any("nothing leaves this machine" in remark["text"] for remark in remarks)


def test_a_site_has_to_be_named(sendready: Run, practice: Practice, world_of: WorldOf) -> None:
    practice.finish("shop.example", production=False)

    result = sendready("access", "shop.example", "--web", environment=world_of(practice))

    assert result.returncode == 2
    assert "--website" in result.stderr
