"""Looks at a website as a reviewer at AWS would: is it there, does it say anything, is there a privacy page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from sendready.model.observation import Seen, Unseen
from sendready.model.website import WebPage
from sendready.steps.production_access.lint import GUIDE, Remark, same_owner

_PRIVACY = re.compile(
    r"privacy|datenschutz|confidentialit|privacidad|privacidade|riservatezza|personvern|integritet|プライバシー|隐私|隱私",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"domain (name )?(is |may be )?(for sale|parked)|buy this domain|parked (free|domain)|under construction"
    r"|coming soon|future home of|welcome to nginx|apache2? \w+ default page|default web page|index of /",
    re.IGNORECASE,
)

FEWEST_WORDS = 30
"""A page that says less says nothing to somebody who wants to know what a business does."""

REASON = "a reviewer opens the site to see what you do, how people sign up and how you treat their data"


class _Reader(HTMLParser):
    """The words of a page that a person sees, and its links with theirs."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[tuple[str, list[str]]] = []
        self.scripted = False
        self._unseen = 0
        self._in_link = False
        with suppress(AssertionError):  # of html.parser, for markup that it gives up on; what was read counts
            self.feed(html)
            self.close()

    @property
    def text(self) -> str:
        """What is said, on one line."""
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripted = self.scripted or tag == "script"
        self._unseen += tag in _UNSEEN
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", []))
            self._in_link = True

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in _UNSEEN))
        self._in_link = self._in_link and tag != "a"

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)
            if self._in_link:
                self.links[-1][1].append(data)


_UNSEEN = ("script", "style", "noscript", "template")


def privacy_link(page: WebPage) -> str | None:
    """Where the page's link about privacy leads; None where it has none that leads to another page."""
    for target, words in _Reader(page.html).links:
        if target and (_PRIVACY.search(target) or _PRIVACY.search(" ".join(words))):
            found = _page_at(page.url, target)
            if found is not None:
                return found
    return None


def _page_at(here: str, target: str) -> str | None:
    """The address of another page that a link leads to; None for a mail address, a place on the same page, nonsense."""
    try:
        there = urldefrag(urljoin(here, target)).url
        return there if urlsplit(there).scheme in ("http", "https") and there != urldefrag(here).url else None
    except ValueError:
        return None


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def site_remarks(
    domain: str, website: str, page: Seen[WebPage] | Unseen, privacy: Seen[WebPage] | Unseen | None
) -> Iterator[Remark]:
    """What a reviewer would stumble over on the site itself.

    `page` is what stands at `website`, `privacy` what its link about privacy leads to, None where it has no such link.
    """
    if isinstance(page, Unseen):
        yield _remark(
            "website-unreachable",
            f"The website could not be opened from here: {page.reason.message}. See that it opens from elsewhere",
        )
        return
    seen = page.value
    host = _host(seen.url)
    if seen.status >= 400:
        yield _remark("website-error", f"{website} answers with HTTP {seen.status}: put a page there that can be read")
        return
    if not same_owner(host, domain) and host != _host(website):
        yield _remark("website-elsewhere", f"{website} leads to {host}: name the site that is really yours")
    reader = _Reader(seen.html)
    said = reader.text
    found = _PARKED.search(said)
    if found is not None:
        yield _remark(
            "website-parked", f"{website} reads as if nobody had moved in yet (“{found[0]}”): finish it first"
        )
    elif len(said.split()) < FEWEST_WORDS:
        why = " without running its scripts, which was not done here" if reader.scripted else ""
        yield _remark("website-empty", f"{website} says almost nothing{why}: see that it tells what you do")
        if reader.scripted:
            return  # what its scripts would show is not known: nothing is missing for certain
    if privacy is not None or seen.whole:  # the link may stand in what was not read
        yield from _privacy(website, privacy)


def _privacy(website: str, privacy: Seen[WebPage] | Unseen | None) -> Iterator[Remark]:
    match privacy:
        case None:
            yield _remark("no-privacy-page", f"{website} links to no privacy page: add one, and link to it")
        case Seen(value=page) if page.status >= 400:
            yield _remark("privacy-page-error", f"The privacy page {page.url} answers with HTTP {page.status}: mend it")
        case Unseen(reason=reason):
            yield _remark("privacy-page-unreachable", f"The privacy page could not be opened: {reason.message}")
        case _:
            return


def _remark(slug: str, text: str) -> Remark:
    return Remark(slug, text, REASON, GUIDE)
