"""What the DMARC policy means for mail from SES, which receivers read it how, and where its reports end (DMC)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.dmarc_values import about, judged
from sendready.checks.legs import SPF_UNALIGNED
from sendready.checks.registry import check
from sendready.mailauth.alignment import Outlook, predict
from sendready.mailauth.dmarc.older import older_reading
from sendready.model.dmarc import POLICIES, ReportDestination
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.names import bare, is_registry, labels
from sendready.model.observation import Observation
from sendready.model.records import Question, RecordType, WantedRecord
from sendready.model.step import Step

DEEPEST = 8
"""Labels of a name from which on the tree walk skips some (RFC 9989, section 4.10)."""

MAILBOXES = (
    "google.com",
    "googlemail.com",
    "outlook.com",
    "protection.outlook.com",
    "mx.microsoft",
    "icloud.com",
    "zoho.com",
    "zoho.eu",
    "messagingengine.com",
    "protonmail.ch",
    "secureserver.net",
    "ionos.com",
    "kundenserver.de",
    "ovh.net",
    "gandi.net",
    "yandex.net",
)
"""Where companies that keep people's mailboxes have their mail servers."""


def _about_report(seen: Observation, one: ReportDestination, detail: str, expected: str, fix: Fix) -> Hit:
    return Hit(
        subject=one.asked or one.host,
        detail=detail,
        expected=expected,
        observed=(f"{one.tag}=mailto:{one.address}",),
        evidence=one.sightings,
        fix=fix,
    )


@check(
    "DMC015",
    "report-destination-unauthorised",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="Another domain has not agreed to get the DMARC reports",
)
def report_destination_unauthorised(seen: Observation) -> Iterator[Hit]:
    """Another organisation must publish that it takes the reports, or receivers drop them (RFC 9990, section 4)."""
    for one in seen.auth.reports:
        if one.agrees is False:
            agreement = WantedRecord(one.asked, RecordType.TXT, "v=DMARC1;", "agrees to get the reports", Step.DMARC)
            yield _about_report(
                seen,
                one,
                f"receivers drop the reports for {one.address} until {one.host} has this record",
                "TXT v=DMARC1;",
                Fix(f"Ask whoever runs {one.host} to add this TXT record, or use a mailbox of your own", (agreement,)),
            )


@check(
    "DMC016",
    "report-domain-cannot-receive",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="The address for DMARC reports cannot receive mail",
    explains=("DMC015",),
)
def report_domain_cannot_receive(seen: Observation) -> Iterator[Hit]:
    """No MX and no address, a null MX, or SES's feedback host, which takes bounces and nothing else."""
    for one in seen.auth.reports:
        if one.receives is False:
            yield _about_report(
                seen,
                one,
                f"{one.host} has no mail server that would take them",
                "a domain that receives mail",
                Fix(f"Name a mailbox that exists in `{one.tag}`, or give {one.host} an MX"),
            )


@check(
    "DMC021",
    "subdomains-weaker",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="Subdomains have a weaker DMARC policy than the domain",
)
def subdomains_weaker(seen: Observation) -> Iterator[Hit]:
    """Who may not use the domain takes a subdomain instead, existing or made up (`sp`, `np`)."""
    found = judged(seen)
    if found is None or found.record is None or found.inherited:
        return
    own = (found.record.tag("p") or "").lower()
    for tag in ("sp", "np"):
        below = (found.record.tag(tag) or "").lower()
        if own in POLICIES and below in POLICIES and POLICIES.index(below) < POLICIES.index(own):
            yield about(
                seen,
                f"`{tag}={below}` beside `p={own}`: who cannot use {found.domain} takes a name below it",
                f"{tag}={own}",
                f"Write `{tag}={own}`, or take `{tag}` out; see first that mail from subdomains passes",
            )


@check(
    "DMC023",
    "test-mode",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The DMARC policy is held back one step",
)
def test_mode(seen: Observation) -> Iterator[Hit]:
    """`t=y`: receivers apply one step less than the record says (RFC 9989, section 4.7); older ones apply it whole."""
    found = judged(seen)
    if found is not None and found.record is not None and found.record.testing and found.record.tag("p") != "none":
        why = f"with `t=y` receivers apply p={found.policy}; older ones do not know `t` and apply the policy whole"
        yield about(
            seen, why, "no `t` once all mail passes", "Take `t=y` out when the reports show that all mail passes"
        )


@check(
    "DMC024",
    "psd-misused",
    step=Step.DMARC,
    severity=Severity.ERROR,
    title="The DMARC record says that the domain is a public suffix",
    explains=("MFR020", *SPF_UNALIGNED),
)
def psd_misused(seen: Observation) -> Iterator[Hit]:
    """`psd=y` is for registries: every name below becomes an organisation of its own, and nothing aligns."""
    found = judged(seen)
    for domain, record in found.walk if found is not None else ():
        if record.psd == "y" and not is_registry(domain):
            own = domain == seen.identity.domain
            yield Hit(
                subject=f"_dmarc.{domain}",
                detail="`psd=y` is for registries; with it each name below is an organisation of its own, so the MAIL"
                f" FROM domain no longer aligns with {seen.identity.domain}",
                expected="no `psd`",
                observed=(record.text,),
                fix=Fix("Take `psd=y` out"),
                severity=None if own else Severity.WARNING,
            )


@check(
    "DMC025",
    "strict-spf-cannot-align",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="With `aspf=s` SPF can never align on SES",
    explains=("MFR020", *SPF_UNALIGNED),
)
def strict_spf_cannot_align(seen: Observation) -> Iterator[Hit]:
    """SES wants the MAIL FROM to be a subdomain, and strict alignment wants it to be the From domain itself."""
    found = judged(seen)
    if found is not None and found.record is not None and found.record.strict("aspf"):
        why = "SES allows no MAIL FROM that is the From domain itself, so DMARC rests on DKIM alone"
        yield about(seen, why, "aspf=r, or no `aspf`", "Take `aspf=s` out, unless another sender needs it")


@check(
    "DMC028",
    "middle-record-ignored",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="A DMARC record above the domain has no effect on it",
)
def middle_record_ignored(seen: Observation) -> Iterator[Hit]:
    """Not the nearest record applies but that of the organisation, the one with the fewest labels."""
    found = judged(seen)
    if found is None or not found.inherited:
        return
    for domain, record in found.walk:
        if domain != seen.identity.domain and len(labels(domain)) > len(labels((found.found_at or "")[7:])):
            yield Hit(
                subject=f"_dmarc.{domain}",
                detail=f"mail from {seen.identity.domain} is under {found.found_at}; this one is passed over",
                expected="a record at the domain itself, or `psd=n` here",
                observed=(record.text,),
                evidence=tuple(s for s in found.sightings if s.question.name == f"_dmarc.{domain}"),
                fix=Fix(f"Give _dmarc.{seen.identity.domain} a record of its own"),
            )


@check(
    "DMC029",
    "walk-and-psl-disagree",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="Older and newer receivers apply different DMARC policies",
    explains=("DMC028",),
)
def walk_and_psl_disagree(seen: Observation) -> Iterator[Hit]:
    """The tree walk of RFC 9989 and the public suffix list of RFC 7489 lead to different records."""
    found = judged(seen)
    if found is None or not found.complete or not found.inherited:
        return
    at, policy = older_reading(found)
    if (at, policy) != (found.found_at, found.policy) and not (found.record and found.record.testing):
        yield Hit(
            subject=f"_dmarc.{seen.identity.domain}",
            detail="receivers that walk the tree (RFC 9989) and those that go by the public suffix list differ",
            expected="one record for both",
            observed=(
                f"newer: {found.found_at} p={found.policy}",
                f"older: {f'{at} p={policy}' if at else 'no record'}",
            ),
            evidence=found.sightings,
            fix=Fix(f"Give _dmarc.{seen.identity.domain} a record of its own: both apply that one"),
        )


@check(
    "DMC033",
    "would-fail-dmarc",
    step=Step.DMARC,
    severity=Severity.CRITICAL,
    title="Mail from SES fails DMARC, and the policy has it refused",
    explains=("BLK003",),
)
def would_fail_dmarc(seen: Observation) -> Iterator[Hit]:
    """Neither DKIM nor SPF passes for the domain while the policy is quarantine or reject."""
    found, ses = seen.dmarc_seen, seen.ses_identity
    if found is None or found.policy not in ("quarantine", "reject") or ses is None or not ses.verified:
        return
    told = predict(seen)
    if told.dmarc is Outlook.FAIL:
        yield about(
            seen,
            f"DKIM: {told.dkim.why}; SPF: {told.spf.why}; so receivers {found.policy} it",
            "DKIM or SPF passing for the domain",
            "Bring DKIM back first; keep the policy, it is not what is wrong",
        )


@check(
    "DMC031",
    "delegated-by-cname",
    step=Step.DMARC,
    severity=Severity.INFO,
    title="The DMARC record is kept somewhere else",
)
def delegated_by_cname(seen: Observation) -> Iterator[Hit]:
    """`_dmarc` is an alias, in most cases to a DMARC service: a change is made there."""
    found, name = seen.dmarc_seen, f"_dmarc.{seen.identity.domain}"
    told = [s for s in found.sightings if s.question.name == name and s.alias] if found is not None else []
    if told:
        targets = tuple(dict.fromkeys(s.alias for s in told if s.alias))
        yield Hit(
            subject=name,
            detail=f"an alias leads to {', '.join(targets)}",
            expected="the record there, or one of your own",
            observed=tuple(f"CNAME {target}" for target in targets),
            evidence=tuple(told),
            fix=Fix("Make changes where the alias leads; do not add a TXT record beside it"),
        )


@check(
    "DMC036",
    "failure-reports-unlikely",
    step=Step.DMARC,
    severity=Severity.INFO,
    title="Failure reports are asked for and seldom sent",
)
def failure_reports_unlikely(seen: Observation) -> Iterator[Hit]:
    """`ruf`: few receivers send them, for the sake of privacy."""
    found = judged(seen)
    if found is not None and found.record is not None and found.record.tag("ruf"):
        why = "few receivers send failure reports, and those that come hold parts of people's mail"
        yield about(seen, why, "`rua` is enough", "Leave `ruf` out unless somebody reads them")


@check(
    "DMC038",
    "too-deep",
    step=Step.DMARC,
    severity=Severity.WARNING,
    title="DMARC does not look at every name above the domain",
)
def too_deep(seen: Observation) -> Iterator[Hit]:
    """From eight labels on the walk skips names; a record that stands there is never found."""
    found, depth = seen.dmarc_seen, len(labels(seen.identity.domain))
    if found is not None and depth > DEEPEST and not (found.record is not None and not found.inherited):
        yield about(
            seen,
            f"the name has {depth} labels, and receivers go on at the seventh from the right",
            f"a record at _dmarc.{seen.identity.domain}",
            "Give this domain a record of its own",
        )


@check(
    "DMC040",
    "delegated-subzone",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="The name `_dmarc` is a zone of its own",
)
def delegated_subzone(seen: Observation) -> Iterator[Hit]:
    """Other name servers answer for it; a record added in the domain's zone is never asked for."""
    name = f"_dmarc.{seen.identity.domain}"
    found = seen.dmarc_seen
    told = [s for s in found.sightings if s.question.name == name and s.zone == name] if found is not None else []
    if told:
        servers = tuple(dict.fromkeys(s.server.name for s in told))
        yield Hit(
            subject=name,
            detail="other name servers answer for it than for the domain",
            expected="known to whoever changes the record",
            observed=servers,
            evidence=tuple(told),
            fix=Fix(f"Change the record at {', '.join(servers)}"),
        )


@check(
    "DMC041",
    "reject-on-people-domain",
    step=Step.DMARC,
    severity=Severity.NOTICE,
    title="People's mail is under `p=reject`, too",
)
def reject_on_people_domain(seen: Observation) -> Iterator[Hit]:
    """RFC 9989, section 7.4, advises against reject where people write to lists and have their mail forwarded."""
    found = judged(seen)
    if found is None or found.policy != "reject" or found.inherited:
        return
    hosts = [bare(mx.rpartition(" ")[2]) for mx in seen.auth.answers(Question(seen.identity.domain, RecordType.MX))]
    kept = [host for host in hosts if any(host == end or host.endswith(f".{end}") for end in MAILBOXES)]
    if kept:
        yield about(
            seen,
            f"the domain's mailboxes are at {kept[0]}; what people send to lists, or is forwarded, is refused",
            "quarantine, or a subdomain for what SES sends",
            "See in the reports whether people's mail is refused; if so, send from a subdomain with its own policy",
        )
