"""SPF of the domain itself, which other senders need and SES does not, and what SPF records cost to evaluate (SPF).

SES's mail has the MAIL FROM domain as its envelope sender, so a fault at the domain itself is a warning at most; one
at the MAIL FROM domain is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sendready.checks.mail_from_spf_values import told_to_replace
from sendready.checks.registry import check
from sendready.mailauth import spf
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare
from sendready.model.observation import Observation
from sendready.model.problem import Problem
from sendready.model.records import Question, RecordType
from sendready.model.spf import MOST_HOSTS, MOST_LOOKUPS, MOST_VOIDS, Qualifier, SpfFault, SpfNode
from sendready.model.step import Step

LONGEST = 450
"""Bytes of a record beyond which the answer may not fit into 512 with its name and other texts (RFC 7208, 3.4)."""

NOT_SES = "SES's mail does not use this record; mail that others send for the domain does"


def _nodes(seen: Observation) -> Iterator[tuple[SpfNode, bool]]:
    """The records to judge, each with whether it is the one that SES's mail is judged by."""
    if seen.auth.spf is not None:
        yield seen.auth.spf, False
    if seen.auth.mail_from_spf is not None:
        yield seen.auth.mail_from_spf, True


def _hit(seen: Observation, node: SpfNode, counts: bool, detail: str, expected: str, do: str) -> Hit:
    question = Question(node.domain, RecordType.TXT)
    record = next((r for r in seen.records if r.wanted.question == question), None)
    return Hit(
        subject=node.domain,
        detail=detail if counts else f"{detail}; {NOT_SES}",
        expected=expected,
        observed=node.texts,
        evidence=record.sightings if record is not None else seen.auth.said(question),
        fix=Fix(do),
        severity=None if counts else Severity.WARNING,
    )


def _texts(seen: Observation) -> tuple[str, ...]:
    """Every TXT at the domain itself."""
    return seen.auth.answers(Question(seen.identity.domain, RecordType.TXT))


def _problems(node: SpfNode | None, *faults: SpfFault) -> list[Problem[SpfFault]]:
    record = node.record if node is not None else None
    return [problem for problem in record.problems if problem.fault in faults] if record is not None else []


@check(
    "SPF001",
    "missing",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The domain has mailboxes and no SPF record",
)
def missing(seen: Observation) -> Iterator[Hit]:
    """Optional for SES; whoever else sends for the domain is not vouched for. Without an MX nobody is likely to."""
    node, mx = seen.auth.spf, Question(seen.identity.domain, RecordType.MX)
    txt = Question(seen.identity.domain, RecordType.TXT)
    nothing = node is not None and node.known and not node.texts and bool(seen.auth.said(txt))
    if node is not None and nothing and any(bare(text.rpartition(" ")[2]) for text in seen.auth.answers(mx)):
        yield _with(
            _hit(
                seen,
                node,
                False,
                "people's mail is sent without SPF",
                "a TXT record `v=spf1 … ~all`",
                "Add the record that the company with your mailboxes asks for; SES needs none here",
            ),
            Severity.NOTICE,
        )


def _with(hit: Hit, severity: Severity) -> Hit:
    return replace(hit, severity=severity)


@check(
    "SPF002",
    "several-records",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The domain has more than one SPF record",
)
def several_records(seen: Observation) -> Iterator[Hit]:
    """A permanent error (RFC 7208, section 4.5). At the MAIL FROM domain it is MFR009."""
    node = seen.auth.spf
    if node is not None and len(node.texts) > 1:
        do = "Merge them into one: all terms behind one `v=spf1`, one `all` at the end"
        yield _hit(seen, node, False, "receivers refuse them all", "one record", do)


@check(
    "SPF003",
    "permerror-syntax",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The domain's SPF record cannot be read",
)
def permerror_syntax(seen: Observation) -> Iterator[Hit]:
    """One wrong term makes the whole record a permanent error (RFC 7208, section 4.6)."""
    node = seen.auth.spf
    wrong = [p for p in (node.record.fatal if node and node.record else ()) if p.fault is not SpfFault.BAD_ADDRESS]
    if node is not None and wrong:
        detail = "; ".join(problem.placed for problem in wrong)
        yield _hit(seen, node, False, detail, "terms that SPF knows", "Correct the term, or take it out")


@check(
    "SPF017",
    "bad-address-term",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="An address in the domain's SPF record is none",
)
def bad_address_term(seen: Observation) -> Iterator[Hit]:
    """`ip4` with IPv6, a prefix too long, a missing colon: a permanent error (RFC 7208, section 5.6)."""
    node = seen.auth.spf
    if node is not None and (wrong := _problems(node, SpfFault.BAD_ADDRESS)):
        detail = "; ".join(problem.placed for problem in wrong)
        yield _hit(seen, node, False, detail, "ip4:192.0.2.0/24, ip6:2001:db8::/32", "Correct the address")


@check(
    "SPF004",
    "too-many-lookups",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="An SPF record needs more than ten look-ups",
)
def too_many_lookups(seen: Observation) -> Iterator[Hit]:
    """Counted through all includes; receivers refuse the record at the eleventh (RFC 7208, section 4.6.4)."""
    for node, counts in _nodes(seen):
        if node.lookups > MOST_LOOKUPS:
            costs = [(1 + (b.node.lookups if b.node else 0), b.term.text) for b in node.branches]
            most = max(costs)
            parts = ", ".join(f"{term} {cost}" for cost, term in costs)
            yield _hit(
                seen,
                node,
                counts,
                f"it needs {node.lookups}: {parts}",
                f"{MOST_LOOKUPS} at most",
                f"Take out what you no longer use; `{most[1]}` costs most",
            )


@check(
    "SPF005",
    "too-many-void-lookups",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="An SPF record leads to names that are not there",
)
def too_many_void_lookups(seen: Observation) -> Iterator[Hit]:
    """More than two look-ups that find nothing, and receivers may refuse the record (RFC 7208, section 4.6.4)."""
    for node, counts in _nodes(seen):
        if len(node.voids) > MOST_VOIDS:
            dead = ", ".join(node.voids)
            yield _hit(seen, node, counts, f"nothing is found for {dead}", "two at most", "Take these terms out")


@check(
    "SPF006",
    "pass-all",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The domain's SPF record lets anybody send",
)
def pass_all(seen: Observation) -> Iterator[Hit]:
    """`+all`, or `all` without a sign, which is the same (RFC 7208, section 5.1). At the MAIL FROM it is MFR024."""
    node = seen.auth.spf
    last = node.record.all if node is not None and node.record is not None else None
    if node is not None and last is not None and last.qualifier is Qualifier.PASS:
        yield _hit(seen, node, False, "mail from any server in the world passes", "~all", "End it in `~all`")


@check(
    "SPF007",
    "neutral-or-no-all",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The domain's SPF record shuts nobody out",
)
def neutral_or_no_all(seen: Observation) -> Iterator[Hit]:
    """`?all`, or neither `all` nor `redirect`: it says nothing about anybody else (RFC 7208, section 4.7)."""
    node = seen.auth.spf
    record = node.record if node is not None else None
    if node is None or record is None or record.fatal or record.redirect is not None:
        return
    if record.all is None or record.all.qualifier is Qualifier.NEUTRAL:
        detail = "servers that it does not name are neither let through nor shut out"
        yield _with(_hit(seen, node, False, detail, "~all at its end", "End it in `~all`"), Severity.NOTICE)


@check(
    "SPF008",
    "ptr-used",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="An SPF record uses `ptr`",
)
def ptr_used(seen: Observation) -> Iterator[Hit]:
    """Slow, unreliable, and not to be used (RFC 7208, section 5.5); some receivers skip it."""
    for node, counts in _nodes(seen):
        if node.record is not None and any(term.name == "ptr" for term in node.record.mechanisms):
            hit = _hit(seen, node, counts, "some receivers skip it", "ip4, ip6 or include", "Name the servers instead")
            yield _with(hit, Severity.NOTICE)


@check(
    "SPF010",
    "obsolete-record-type",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The domain has a Sender ID record",
)
def obsolete_record_type(seen: Observation) -> Iterator[Hit]:
    """`spf2.0/`: RFC 4406, given up long ago; no receiver reads it."""
    old = tuple(text for text in _texts(seen) if text.lower().startswith("spf2.0/"))
    if old:
        yield Hit(
            subject=seen.identity.domain,
            detail="no receiver reads it any more",
            expected="none",
            observed=old,
            evidence=seen.auth.said(Question(seen.identity.domain, RecordType.TXT)),
            fix=Fix("Delete this TXT record"),
        )


@check(
    "SPF011",
    "ignored-terms",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="A part of an SPF record is never read",
)
def ignored_terms(seen: Observation) -> Iterator[Hit]:
    """What stands behind `all`, a `redirect` beside it, and a mechanism with `=` for its colon."""
    for node, counts in _nodes(seen):
        if wrong := _problems(node, SpfFault.AFTER_ALL, SpfFault.REDIRECT_UNUSED, SpfFault.EQUALS):
            detail = "; ".join(problem.placed for problem in wrong)
            yield _hit(
                seen, node, counts, detail, "`all` at the end", "Move these terms in front of `all`, or take them out"
            )


@check(
    "SPF012",
    "include-without-spf",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="An SPF record includes a domain that has none",
)
def include_without_spf(seen: Observation) -> Iterator[Hit]:
    """A permanent error when the evaluation gets there (RFC 7208, section 5.2); the provider is gone, or misspelt."""
    told = (told_to_replace(seen) or "").lower()  # MFR008 tells how it is spelt
    for node, counts in _nodes(seen):
        dead = [
            (path[-1], branch.term.text, len(branch.node.texts))
            for path, branch in node.walk()
            if branch.node is not None and branch.node.known and branch.node.record is None and not branch.node.loops
            if not (counts and len(path) == 1 and branch.term.text.lower() == told.removeprefix("+"))
        ]
        if dead:
            detail = "; ".join(
                f"`{term}` in {domain} leads to {f'{count} SPF records' if count else 'no SPF record'}"
                for domain, term, count in dead
            )
            do = f"Take `{dead[0][1]}` out, or correct its spelling"
            yield _hit(seen, node, counts, detail, "one SPF record there", do)


@check(
    "SPF013",
    "include-loop",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="An SPF record includes itself",
    explains=("SPF004",),
)
def include_loop(seen: Observation) -> Iterator[Hit]:
    """It goes round until the ten look-ups are used up."""
    for node, counts in _nodes(seen):
        for path, branch in node.walk():
            if branch.node is not None and branch.node.loops:
                circle = " → ".join((*path, branch.node.domain))
                yield _hit(seen, node, counts, circle, "no circle", f"Take `{branch.term.text}` out of {path[-1]}")
                break


@check(
    "SPF014",
    "record-too-long",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="An SPF record is very long",
)
def record_too_long(seen: Observation) -> Iterator[Hit]:
    """Beyond 450 bytes the answer may need TCP, which some resolvers and firewalls refuse (RFC 7208, 3.4)."""
    for node, counts in _nodes(seen):
        size = max((len(text.encode()) for text in node.texts), default=0)
        if size > LONGEST:
            hit = _hit(seen, node, counts, f"{size} bytes", f"{LONGEST} at most", "Take out what you no longer use")
            yield _with(hit, Severity.NOTICE)


@check(
    "SPF015",
    "lookalike-discarded",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="A text at the domain was meant as SPF and is none",
    explains=("SPF001",),
)
def lookalike_discarded(seen: Observation) -> Iterator[Hit]:
    """A record begins exactly `v=spf1` and a space; with anything else nobody reads it (RFC 7208, section 4.5)."""
    meant = tuple(text for text in _texts(seen) if not spf.is_record(text) and _LOOKALIKE.match(text))
    if meant:
        has_one = any(map(spf.is_record, _texts(seen)))
        yield Hit(
            subject=seen.identity.domain,
            detail="receivers skip it" + ("" if has_one else f", so the domain has no SPF record; {NOT_SES}"),
            expected="v=spf1 and a space as its very first characters",
            observed=meant,
            evidence=seen.auth.said(Question(seen.identity.domain, RecordType.TXT)),
            fix=Fix("Delete this TXT record" if has_one else "Edit it so that it begins with `v=spf1 `"),
            severity=Severity.NOTICE if has_one else None,
        )


_LOOKALIKE = re.compile(r"[^a-z0-9]*(?:v\s*=\s*)?spf-?\s*1(?:\b|[^.])", re.IGNORECASE)


@check(
    "SPF016",
    "mx-term-too-large",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="An SPF record has an `mx` with more than ten mail servers",
)
def mx_term_too_large(seen: Observation) -> Iterator[Hit]:
    """A permanent error (RFC 7208, section 4.6.4)."""
    for node, counts in _nodes(seen):
        for _, branch in node.walk():
            if branch.hosts is not None and branch.hosts > MOST_HOSTS:
                detail = f"`{branch.term.text}` leads to {branch.hosts}"
                yield _hit(seen, node, counts, detail, f"{MOST_HOSTS} at most", "Name the addresses with ip4 and ip6")


@check(
    "SPF018",
    "differs-between-servers",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The domain's SPF record is not the same at every name server",
)
def differs_between_servers(seen: Observation) -> Iterator[Hit]:
    """It depends on the server that is asked what receivers see."""
    said = seen.auth.said(Question(seen.identity.domain, RecordType.TXT))
    answers = [(s, tuple(sorted(filter(spf.is_record, s.answers)))) for s in said]
    if len({texts for _, texts in answers}) > 1:
        yield Hit(
            subject=seen.identity.domain,
            detail=f"the servers of the zone do not agree; {NOT_SES}",
            expected="the same answer from every server",
            observed=tuple(f"{s.server.name}: {' '.join(texts) or 'none'}" for s, texts in answers),
            evidence=said,
            fix=Fix("Wait some minutes: the servers copy the zone from one another; then ask the DNS host"),
        )
