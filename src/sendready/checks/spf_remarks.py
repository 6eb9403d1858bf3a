"""What is worth knowing about an SPF record that works: for information, seldom more (SPF009, SPF019 to SPF021)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.beside import texts_beside_alias
from sendready.checks.registry import check
from sendready.mailauth.spf import AMAZON
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import Status
from sendready.model.names import bare
from sendready.model.observation import Observation
from sendready.model.records import Question, RecordType
from sendready.model.spf import Qualifier, SpfNode, SpfRecord
from sendready.model.step import Step


def _remark(seen: Observation, node: SpfNode, detail: str, expected: str, do: str) -> Hit:
    question = Question(node.domain, RecordType.TXT)
    record = next((r for r in seen.records if r.wanted.question == question), None)
    return Hit(
        subject=node.domain,
        detail=detail,
        expected=expected,
        observed=node.texts,
        evidence=record.sightings if record is not None else seen.auth.said(question),
        fix=Fix(do),
    )


def _readable(seen: Observation) -> Iterator[tuple[SpfNode, SpfRecord]]:
    """The domain's own record and the MAIL FROM domain's, where receivers can read them."""
    for node in (seen.auth.spf, seen.auth.mail_from_spf):
        if node is not None and node.record is not None and not node.record.fatal:
            yield node, node.record


@check(
    "SPF009",
    "needless-amazonses-include",
    step=Step.MAIL_FROM,
    severity=Severity.INFO,
    title="The domain's own SPF record includes SES, which does not need it",
)
def needless_amazonses_include(seen: Observation) -> Iterator[Hit]:
    """With a MAIL FROM domain that SES uses, receivers look there and not at the domain (RFC 7208, section 2.4)."""
    ses, own = seen.ses_identity, seen.auth.spf
    if ses is None or ses.mail_from is None or ses.mail_from.status is not Status.SUCCESS:
        return
    for node, record in _readable(seen):
        included = [term for term in record.mechanisms if term.name == "include" and bare(term.value or "") == AMAZON]
        if node is own and included and ses.mail_from.domain != node.domain:
            yield _remark(
                seen,
                node,
                f"SES's mail is checked at {ses.mail_from.domain}; here the term is harmless and costs one look-up of"
                " ten",
                "needed at the MAIL FROM domain only",
                "Leave it, or take it out where look-ups run short",
            )


@check(
    "SPF019",
    "txt-and-cname",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="The domain has TXT records beside a CNAME",
)
def txt_and_cname(seen: Observation) -> Iterator[Hit]:
    """A name with a CNAME can have nothing else (RFC 1034, section 3.6.2); which of them counts is up to chance.

    At a zone's apex the alias is the cause and DEL024 says so; below, the alias would be legal by itself.
    """
    aliases = [s for s in seen.about_zone(RecordType.CNAME) if s.answers and s.question.name == seen.identity.domain]
    texts = seen.auth.said(Question(seen.identity.domain, RecordType.TXT))
    both = texts_beside_alias(aliases, texts)
    if both is not None:
        yield Hit(
            subject=seen.identity.domain,
            detail="a resolver that remembers the CNAME looks for SPF at its target, another one finds the record here",
            expected="one of the two",
            observed=both.observed,
            evidence=both.evidence,
            fix=Fix("Replace the CNAME by A records, or by the DNS host's own kind of alias, and keep the TXT records"),
            explains=() if seen.identity.domain == seen.zone else ("DEL024",),
        )


@check(
    "SPF020",
    "macro-not-evaluated",
    step=Step.MAIL_FROM,
    severity=Severity.INFO,
    title="A part of an SPF record depends on the message",
)
def macro_not_evaluated(seen: Observation) -> Iterator[Hit]:
    """Terms with macros are filled in from each message (RFC 7208, section 7); without one nothing follows."""
    for node, record in _readable(seen):
        terms = ", ".join(f"`{term.text}`" for term in record.asking if term.has_macro)
        if terms:
            yield _remark(
                seen,
                node,
                f"{terms} cannot be judged without a message, so it was left out of every count here",
                "read with a message at hand",
                "Nothing, if whoever gave you the record wants it so; a message's own result tells what came of it",
            )


@check(
    "SPF021",
    "hard-fail-before-dmarc",
    step=Step.MAIL_FROM,
    severity=Severity.INFO,
    title="An SPF record ends in `-all`",
)
def hard_fail_before_dmarc(seen: Observation) -> Iterator[Hit]:
    """Some receivers refuse on `-all` before they look at DKIM (RFC 7489, section 10.1); forwarded mail is hit by it.

    A domain that lets nobody send, `v=spf1 -all`, is right to say so.
    """
    for node, record in _readable(seen):
        last = record.all
        if last is not None and last.qualifier is Qualifier.FAIL and len(record.mechanisms) > 1:
            yield _remark(
                seen,
                node,
                "some receivers refuse forwarded mail because of it, before they look at its DKIM signature",
                "~all, with DMARC to say what becomes of mail that fails",
                "Nothing has to be done; `~all` is safer for mail that is forwarded",
            )
