"""The custom MAIL FROM domain: whether its MX and SPF record are there and what SES makes of them (MFR)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sendready.checks.entering import name_field
from sendready.checks.legs import SPF_FAILS, SPF_UNALIGNED
from sendready.checks.registry import check
from sendready.hosts import place
from sendready.model.finding import FindingState, Fix, Hit, Severity
from sendready.model.identity import MailFrom, OnMxFailure, Status
from sendready.model.names import is_at_or_below, is_registry, parent
from sendready.model.observation import Observation, Slip, Stray
from sendready.model.records import ObservedRecord, Outcome, RecordState, RecordType
from sendready.model.step import Step

STATE = ("MFR017", "MFR018", "MFR019", "MSG003", *SPF_UNALIGNED)
"""What SES says and does because of its MX."""


def held_mail_from(seen: Observation) -> MailFrom | None:
    """The MAIL FROM that SES holds; rows about records speak only then."""
    return seen.ses_identity.mail_from if seen.ses_identity is not None else None


def record_of(seen: Observation, rtype: RecordType) -> ObservedRecord | None:
    """The record of one type as it was seen; None while SES holds no MAIL FROM domain."""
    if held_mail_from(seen) is None:
        return None
    return next((r for r in seen.records.of_step(Step.MAIL_FROM) if r.wanted.type is rtype), None)


def _was_there(seen: Observation, record: ObservedRecord) -> bool:
    mail_from = held_mail_from(seen)
    # FAILED is no first set-up either: SES looked for 72 hours, and with REJECT_MESSAGE every send is refused by now.
    once = mail_from is not None and mail_from.status is not Status.PENDING
    return once or record.wanted.key in seen.past.live_records


def lost_or_todo(seen: Observation, record: ObservedRecord) -> FindingState:
    """A failure where SES or an earlier look ever saw it, else something never done yet."""
    return FindingState.FAIL if _was_there(seen, record) else FindingState.TODO


def _given_up(seen: Observation) -> bool:
    mail_from = held_mail_from(seen)
    return mail_from is not None and mail_from.status is Status.FAILED


def _absent(seen: Observation, record: ObservedRecord, detail: str) -> Hit:
    return Hit(
        subject=record.wanted.name,
        detail=detail,
        expected=f"{record.wanted.type.value} {record.wanted.value}",
        observed=("none",),
        evidence=record.sightings,
        fix=Fix(f"Add this {record.wanted.type.value} record at {place(seen)}", (record.wanted,), safe=True),
        state=lost_or_todo(seen, record),
    )


@check(
    "MFR001",
    "mx-missing",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has no MX",
    explains=STATE,
)
def mx_missing(seen: Observation) -> Iterator[Hit]:
    """No MX at the MAIL FROM domain: SES does not use it, or rejects mail where it was told to."""
    record = record_of(seen, RecordType.MX)
    if record is not None and record.absent:
        yield _absent(seen, record, "SES uses the MAIL FROM domain only while its MX is there")


@check(
    "MFR007",
    "spf-missing-at-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain has no SPF record",
    explains=("MSG004", *SPF_FAILS),
)
def spf_missing(seen: Observation) -> Iterator[Hit]:
    """SES checks only the MX, so it says SUCCESS while receivers find no SPF."""
    record = record_of(seen, RecordType.TXT)
    if record is None or not record.absent:
        return
    hit = _absent(seen, record, "SES checks only the MX; without SPF here, mail fails SPF at Gmail and Outlook")
    nearly = tuple(dict.fromkeys(text for s in record.sightings for text in s.answers if "spf1" in text.lower()))
    if nearly:
        hit = replace(
            hit,
            detail="a text there is nearly one; to be taken for SPF it must begin with `v=spf1 `, blank included",
            observed=nearly,
            fix=Fix(f"Replace that text by this TXT record at {place(seen)}, in one piece", (record.wanted,)),
        )
    yield hit


@check(
    "MFR012",
    "spf-at-wrong-name",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="A MAIL FROM record is at the wrong name",
)
def spf_at_wrong_name(seen: Observation) -> Iterator[Hit]:
    """MX or SPF record: proven absent at the MAIL FROM domain, found at the domain, above it, or at a doubled name.

    SES's own MX at the domain and anything at a doubled name is there by mistake. An SPF record of the domain, or
    what stands one domain higher, may serve somebody else: then the record here may just never have been added.
    """
    doubled = _doubled(seen)
    if len(doubled) > 1:
        yield _all_doubled(seen, doubled)
        return
    for rtype in (RecordType.MX, RecordType.TXT):
        record = record_of(seen, rtype)
        strays = [stray for stray in seen.strays if record is not None and stray.wanted == record.wanted]
        places = [stray for stray in strays if stray.slip in (Slip.DOUBLED, Slip.APEX, Slip.ZONE_ABOVE)]
        if record is None or not record.absent or not places:
            continue
        mistakes = [stray for stray in places if _is_mistake(stray)]
        name, first = name_field(record.wanted.name, seen), (mistakes or places)[0]
        what = "SPF record" if rtype is RecordType.TXT else "MX"
        yield Hit(
            subject=f"{record.wanted.name} {rtype.value}",
            title=None if mistakes else f"The MAIL FROM domain has no {what}, another name has one",
            detail=f"it is at {first.at}, where SES has no use for it"
            if mistakes
            else f"one is at {first.at}; it does not count for {record.wanted.name}",
            expected=f"{record.wanted.name} {rtype.value} {record.wanted.value}",
            observed=tuple(f"{stray.at} {rtype.value} {text}" for stray in places for text in _ses_s(stray)),
            evidence=tuple(sighting for stray in places for sighting in stray.sightings),
            fix=Fix(
                f"Add this {rtype.value} record with the name `{name}`, then delete the {what} of SES at `{first.at}`,"
                " unless the host lists none there: then a `*` record answers, and can stay"
                if mistakes
                else f"Add this {rtype.value} record with the name `{name}`; the one at `{first.at}` can stay, and must"
                " where anything else sends with that name",
                (record.wanted,),
                safe=not mistakes,
            ),
            state=FindingState.FAIL if mistakes else lost_or_todo(seen, record),
            explains=("MFR001", *STATE) if rtype is RecordType.MX else ("MFR007",),
        )


def _doubled(seen: Observation) -> list[Stray]:
    """Where the MAIL FROM records lie that have the zone behind their names twice, and DMARC's that went with them."""
    absent = [
        r for r in (record_of(seen, RecordType.MX), record_of(seen, RecordType.TXT)) if r is not None and r.absent
    ]
    strays = [next((s for s in seen.strays_of(Slip.DOUBLED) if s.wanted == r.wanted), None) for r in absent]
    if not strays or not all(strays):
        return []
    beside = [s for s in seen.strays_of(Slip.DOUBLED) if s.wanted.step is Step.DMARC]
    return [stray for stray in (*strays, *beside[:1]) if stray is not None]


def _all_doubled(seen: Observation, strays: Sequence[Stray]) -> Hit:
    """One finding: the same form did it to all of them."""
    names = tuple(dict.fromkeys(f"`{name_field(stray.wanted.name, seen)}`" for stray in strays))
    explains = ["MFR001", "MFR007", *STATE]
    if any(stray.wanted.step is Step.DMARC for stray in strays):
        explains += ["DMC001", "DMC003", "BLK002"]
    return Hit(
        subject=f"{len(strays)} records of {seen.identity.domain}",
        title="The DNS host appended the domain to names that had it already",
        detail=f"the first of them is at {strays[0].at}; the others got lost in the same way",
        expected=", ".join(dict.fromkeys(stray.wanted.name for stray in strays)),
        observed=tuple(f"{stray.at} {stray.question.type.value}" for stray in strays),
        evidence=tuple(sighting for stray in strays for sighting in stray.sightings),
        fix=Fix(
            f"Enter the names without the domain: {', '.join(names)}; then delete the doubled records. Their whole"
            " names are:",
            tuple(stray.wanted for stray in strays),
        ),
        explains=tuple(explains),
    )


def _is_mistake(stray: Stray) -> bool:
    return stray.slip is Slip.DOUBLED or (stray.slip is Slip.APEX and stray.wanted.type is RecordType.MX)


def _ses_s(stray: Stray) -> tuple[str, ...]:
    """Those of the answers that name SES; others at the same name are somebody else's."""
    return tuple(text for text in stray.answers if "amazonses.com" in text.lower())


@check(
    "MFR014",
    "not-a-subdomain",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain is not below the identity's domain",
    explains=("MFR001", "MFR002", "MFR003", "MFR006", *STATE),
)
def not_a_subdomain(seen: Observation) -> Iterator[Hit]:
    """It is the domain itself, whose MX is there for people, or lies somewhere else altogether.

    SES wants a subdomain of the parent domain of a verified identity (developer guide, mail-from).
    """
    mail_from, domain = held_mail_from(seen), seen.identity.domain
    if mail_from is None or not seen.identity.is_domain:
        return
    above = "" if is_registry(parent(domain)) else parent(domain)
    below = is_at_or_below(mail_from.domain, domain) or (above and is_at_or_below(mail_from.domain, above))
    if mail_from.domain in (domain, above) or not below:
        yield Hit(
            subject=mail_from.domain,
            detail="its only MX would have to be SES's, so nobody could be written to at it"
            if below
            else f"SPF passes for {mail_from.domain} and does not align with {domain}",
            expected=f"a name below {domain} that does nothing else",
            observed=(mail_from.domain,),
            fix=Fix(
                f"Set another one, such as bounce.{domain}",
                commands=(f"sendready apply {seen.identity.quoted} --mail-from bounce.{domain}",),
            ),
        )


@check(
    "MFR013",
    "cname-at-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="The MAIL FROM domain is an alias of another name",
    explains=(
        *("MFR001", "MFR002", "MFR003", "MFR006", "MFR007", "MFR008", "MFR009", "MFR022", "MFR024"),
        *("BLK001", *STATE),
    ),
)
def cname_at_mail_from(seen: Observation) -> Iterator[Hit]:
    """A name with a CNAME can have neither MX nor TXT (RFC 1034, section 3.6.2); what is found is its target's."""
    strays = [s for s in seen.strays_of(Slip.ALIAS) if s.wanted.step is Step.MAIL_FROM] if held_mail_from(seen) else []
    if strays:
        name = strays[0].wanted.name
        told = [s for stray in strays for s in stray.sightings if s.alias]
        targets = tuple(dict.fromkeys(s.alias for s in told if s.alias))
        gone = all(s.outcome is Outcome.NXDOMAIN for s in told)
        yield Hit(
            subject=name,
            detail=f"a CNAME leads to {targets[0]}, which does not exist, and nothing can be added beside a CNAME"
            if gone
            else f"a CNAME stands there, so the name has whatever {targets[0]} has, and nothing else can be added",
            expected=", ".join(f"{stray.wanted.type.value} {stray.wanted.value}" for stray in strays),
            observed=tuple(f"CNAME {target}" for target in targets),
            evidence=tuple(sighting for stray in strays for sighting in stray.sightings),
            fix=Fix(
                f"Delete the CNAME at `{name_field(name, seen)}`, then add these records; if something else needs it,"
                " choose another MAIL FROM domain",
                tuple(stray.wanted for stray in strays),
            ),
        )


@check(
    "MFR017",
    "ses-state",
    step=Step.MAIL_FROM,
    severity=Severity.ERROR,
    title="SES does not use the MAIL FROM domain",
    explains=("MFR018", "MFR019", *SPF_UNALIGNED),
)
def ses_state(seen: Observation) -> Iterator[Hit]:
    """Anything but SUCCESS: on its way while the MX is live, a loss after SUCCESS, given up after 72 hours."""
    mail_from, mx = held_mail_from(seen), record_of(seen, RecordType.MX)
    if mail_from is None or mail_from.status is Status.SUCCESS:
        return
    live = mx is not None and mx.state in (RecordState.LIVE, RecordState.SPREADING)
    unknown = mx is None or mx.state is RecordState.UNKNOWN
    rejects = mail_from.on_mx_failure is OnMxFailure.REJECT_MESSAGE
    meanwhile = "mail is rejected until then" if rejects else "until then mail leaves with amazonses.com"
    failed = mail_from.status is Status.FAILED
    # An MX that could not be looked up is not a missing one: while SES goes on looking, so do we.
    waits = live or (unknown and mail_from.status is Status.PENDING)
    if waits and not failed:
        do = "Nothing to do; it is safe to leave and look later"
    elif failed:
        do = "Set the MAIL FROM domain again once its MX is there: SES stopped looking"
    else:
        do = "Look at its MX: it could not be looked up from here" if unknown else "Bring its MX back"
    yield Hit(
        subject=mail_from.domain,
        title="SES has not seen the MAIL FROM's MX yet" if waits and not failed else None,
        detail=f"SES says {mail_from.status.value}; {meanwhile}",
        expected="SUCCESS",
        observed=(mail_from.status.value,),
        fix=Fix(do, commands=(f"sendready apply {seen.identity.quoted}",) if failed else (), safe=failed and live),
        state=FindingState.PENDING if waits and not failed else FindingState.FAIL,
        severity=Severity.NOTICE if waits and not failed else Severity.CRITICAL if rejects else None,
        awaits="SES to see the MAIL FROM's MX" if waits and not failed else "",
    )


@check(
    "MFR018",
    "silent-fallback",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="Mail leaves with amazonses.com as its MAIL FROM",
)
def silent_fallback(seen: Observation) -> Iterator[Hit]:
    """USE_DEFAULT_VALUE while SES does not use the domain: nothing fails, and SPF aligns with nobody."""
    mail_from = held_mail_from(seen)
    if mail_from is not None and _is_down(mail_from) and mail_from.on_mx_failure is OnMxFailure.USE_DEFAULT_VALUE:
        yield Hit(
            subject=mail_from.domain,
            detail="SPF passes for amazonses.com and aligns with nothing, so DMARC rests on DKIM alone meanwhile",
            expected=f"MAIL FROM {mail_from.domain}",
            observed=("BehaviorOnMxFailure: USE_DEFAULT_VALUE", f"MailFromDomainStatus: {mail_from.status.value}"),
            fix=Fix("Bring SES to use the MAIL FROM domain: its MX first; until then make sure that DKIM passes"),
        )


@check(
    "MFR019",
    "rejects-on-failure",
    step=Step.MAIL_FROM,
    severity=Severity.CRITICAL,
    title="SES refuses every mail until the MAIL FROM's MX is there",
)
def rejects_on_failure(seen: Observation) -> Iterator[Hit]:
    """REJECT_MESSAGE while SES does not use the domain: every send fails with MailFromDomainNotVerified."""
    mail_from = held_mail_from(seen)
    if mail_from is not None and _is_down(mail_from) and mail_from.on_mx_failure is OnMxFailure.REJECT_MESSAGE:
        yield Hit(
            subject=mail_from.domain,
            detail="every send fails with MailFromDomainNotVerified",
            expected="MailFromDomainStatus: SUCCESS",
            observed=("BehaviorOnMxFailure: REJECT_MESSAGE", f"MailFromDomainStatus: {mail_from.status.value}"),
            fix=Fix(
                "Bring SES to use the MAIL FROM domain: its MX first; if mail cannot wait, let it leave with"
                " amazonses.com until then",
                commands=(
                    f"aws sesv2 put-email-identity-mail-from-attributes --email-identity {seen.identity.quoted}"
                    f" --mail-from-domain {mail_from.domain} --behavior-on-mx-failure USE_DEFAULT_VALUE"
                    f" --region {seen.region}",
                ),
            ),
        )


def _is_down(mail_from: MailFrom) -> bool:
    """Whether SES does not use it: it rejects, or falls back, while PENDING, FAILED and TEMPORARY_FAILURE alike."""
    return mail_from.status is not Status.SUCCESS


@check(
    "MFR021",
    "no-custom-mail-from",
    step=Step.MAIL_FROM,
    severity=Severity.WARNING,
    title="No custom MAIL FROM domain",
)
def no_custom_mail_from(seen: Observation) -> Iterator[Hit]:
    """SPF passes for amazonses.com, which aligns with nobody: DMARC rests on DKIM alone."""
    ses = seen.ses_identity
    if ses is None or not seen.identity.is_domain or ses.mail_from is not None:
        return
    suggested = seen.answered.answers.mail_from_domain(seen.identity.domain) or f"bounce.{seen.identity.domain}"
    yield Hit(
        subject=ses.name,
        detail="SPF passes for amazonses.com and aligns with nothing, so DMARC rests on DKIM alone",
        expected=f"MAIL FROM {suggested}",
        observed=("none",),
        fix=Fix(
            f"Set {suggested}", commands=(f"sendready apply {seen.identity.quoted} --mail-from {suggested}",), safe=True
        ),
    )


@check(
    "MFR023",
    "not-on-all-servers",
    step=Step.MAIL_FROM,
    severity=Severity.NOTICE,
    title="The MAIL FROM records have not reached every name server",
    explains=("MFR017", "DEL011"),
)
def not_on_all_servers(seen: Observation) -> Iterator[Hit]:
    """Live on some servers of the zone and not on others yet."""
    for rtype in (RecordType.MX, RecordType.TXT):
        record = record_of(seen, rtype)
        if record is not None and record.state is RecordState.SPREADING:
            yield Hit(
                subject=f"{record.wanted.name} {rtype.value}",
                detail=f"on {len(record.servers_with_it)} of {len(record.sightings)} servers",
                expected="the same answer from every server",
                observed=tuple(f"{s.server.name}: {record.state_at(s).value}" for s in record.sightings),
                evidence=record.sightings,
                fix=Fix("Wait: the zone's servers copy it from one another within minutes"),
                state=FindingState.PENDING,
                awaits="the MAIL FROM records to reach every name server",
                # SES looks at the MX alone, and once it has given up no waiting helps.
                explains=None if rtype is RecordType.MX and not _given_up(seen) else ("DEL011",),
            )
