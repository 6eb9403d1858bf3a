"""Identities beside this one: SES takes the settings of the most specific that fits the From address (SES, KIM)."""

from __future__ import annotations

from collections.abc import Iterator

from sendready.checks.registry import check
from sendready.model.finding import Fix, Hit, Severity
from sendready.model.identity import ListedIdentity, SesIdentity, Status
from sendready.model.observation import Observation, Seen
from sendready.model.step import Step
from sendready.model.surroundings import Neighbours


def _neighbours(seen: Observation) -> Neighbours | None:
    looked = seen.around.neighbours if seen.around is not None else None
    return looked.value if isinstance(looked, Seen) else None


def _above(seen: Observation) -> tuple[ListedIdentity, SesIdentity | None] | None:
    """The nearest verified domain identity above, or of an address's domain, with its settings where they are known."""
    near = _neighbours(seen)
    above = near.above(seen.identity.domain) if near is not None else None
    if near is None or above is None or above.status is not Status.SUCCESS:
        return None
    return above, near.details(above.name)


def held_above(seen: Observation) -> SesIdentity | None:
    """The verified domain identity above whose settings its mail takes, where they are known."""
    near = _above(seen)
    return near[1] if near is not None else None


def nothing_sends(seen: Observation) -> bool:
    """Whether it is proven that no domain identity is here that would send for a name without one of its own."""
    near = _neighbours(seen)
    return near is not None and near.complete and _above(seen) is None


def signing_above(seen: Observation) -> SesIdentity | None:
    """The verified domain identity above that signs what the domain sends while it has no identity of its own."""
    near = _above(seen)
    held = near[1] if near is not None else None
    signs = held is not None and held.dkim.signing_enabled and held.dkim.status is Status.SUCCESS
    return held if signs else None


def senders_at(seen: Observation, domain: str) -> tuple[str, ...]:
    """The other identities that mail from exactly this domain is sent by: itself, and addresses at it."""
    near = _neighbours(seen)
    listed = near.listed if near is not None else ()
    return tuple(one.name for one in listed if one.sending and one.name.rpartition("@")[2] == domain)


def bouncing_at(seen: Observation, domain: str) -> tuple[str, ...]:
    """The other identities, of those that were asked one by one, whose MAIL FROM is this very domain."""
    near = _neighbours(seen)
    held = near.looked_at if near is not None else ()
    return tuple(one.name for one in held if one.mail_from is not None and one.mail_from.domain == domain)


@check(
    "SES004",
    "subdomain-shadows-parent",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="The subdomain's own identity differs from the domain's",
)
def subdomain_shadows_parent(seen: Observation) -> Iterator[Hit]:
    """Both exist, and what was set for the domain is not set for the subdomain."""
    ses, near = seen.ses_identity, _above(seen)
    if ses is None or not seen.identity.is_domain or near is None or near[1] is None:
        return
    listed, above = near[0], near[1]
    differences = _differences(ses, above)
    if differences:
        yield Hit(
            subject=ses.name,
            detail=f"SES takes the settings of {ses.name} for mail from it, and nothing from {listed.name}",
            expected="the same settings, or different ones on purpose",
            observed=differences,
            fix=Fix(f"If that was not meant, set for {ses.name} what {listed.name} has"),
        )


def _differences(ours: SesIdentity, other: SesIdentity) -> tuple[str, ...]:
    """What the other identity has and ours has not, or has in another way."""
    found = []
    if other.configuration_set != ours.configuration_set and other.configuration_set is not None:
        found.append(
            f"configuration set: {ours.configuration_set or 'none'}, {other.name} has {other.configuration_set}"
        )
    if other.mail_from is not None and ours.mail_from is None:
        found.append(f"MAIL FROM: none, {other.name} has {other.mail_from.domain}")
    if other.dkim.signing_enabled and not ours.dkim.signing_enabled:
        found.append(f"DKIM signing: off, on for {other.name}")
    return tuple(found)


@check(
    "KIM035",
    "parent-signs-subdomain",
    step=Step.IDENTITY,
    severity=Severity.NOTICE,
    title="Mail from the subdomain is sent by the identity of the domain above it",
    explains=("SES001", "SES002", "ENV014"),
    puts_right=True,
)
def parent_signs_subdomain(seen: Observation) -> Iterator[Hit]:
    """No identity of its own, a verified and signing one above, and a policy that is content with that.

    Under `adkim=s` it is not: then the missing identity is reported as missing.
    """
    near, found = _above(seen), seen.dmarc_seen
    strict = found is not None and found.record is not None and (found.record.tag("adkim") or "r").lower() == "s"
    if not seen.identity_missing or not seen.identity.is_domain or near is None or strict:
        return
    listed, above = near[0], signing_above(seen)
    if above is None:
        return
    yield Hit(
        subject=seen.identity.name,
        detail=f"it is signed with d={above.name}, which aligns as long as the DMARC policy does not say adkim=s",
        expected="an identity of its own, or the one above on purpose",
        observed=(f"{listed.name}: {listed.status.value}",),
        fix=Fix(
            "Nothing has to be done. To keep this mail's settings and reputation apart, give it an identity of its own",
            commands=(f"sendready apply {seen.identity.quoted}",),
            safe=True,
        ),
    )


@check(
    "KIM036",
    "address-identity-overrides",
    step=Step.DKIM,
    severity=Severity.WARNING,
    title="An address identity has other settings than its domain, and they win",
)
def address_identity_overrides(seen: Observation) -> Iterator[Hit]:
    """An address at the verified domain that does not sign, or lacks the domain's MAIL FROM or configuration set."""
    ses, near = seen.ses_identity, _neighbours(seen)
    if ses is None or near is None:
        return
    if not seen.identity.is_domain:
        domain = near.details(seen.identity.domain)
        yield from _overriding(ses, domain, seen, "") if domain is not None else ()
        return
    addresses = near.addresses(seen.identity.domain)
    looked_at = [held for one in addresses if (held := near.details(one.name)) is not None]
    more = f"; {len(looked_at)} of {len(addresses)} addresses were looked at" if len(looked_at) < len(addresses) else ""
    for address in looked_at:
        yield from _overriding(address, ses, seen, more)


def _overriding(address: SesIdentity, domain: SesIdentity, seen: Observation, more: str) -> Iterator[Hit]:
    differences = _differences(address, domain)
    if domain.status is Status.SUCCESS and differences:
        yield Hit(
            subject=address.name,
            detail=f"SES takes the most specific identity: mail from {address.name} has these settings and none of"
            f" {domain.name}{more}",
            expected=f"the settings of {domain.name}",
            observed=differences,
            fix=Fix(
                f"If nothing needs {address.name} to be apart, delete this identity: {domain.name} covers the address."
                " Else set for it what the domain has",
                commands=(f"aws sesv2 get-email-identity --email-identity {address.name} --region {seen.region}",),
            ),
        )


@check(
    "SES035",
    "address-identity-only",
    step=Step.IDENTITY,
    severity=Severity.WARNING,
    title="Only an address identity covers this From: DMARC cannot pass",
)
def address_identity_only(seen: Observation) -> Iterator[Hit]:
    """No verified identity of the From's domain or above: mail is signed and sent with amazonses.com alone.

    The first row of AWS's table (Figure 1 of its post on Gmail's and Yahoo's requirements).
    """
    near = _neighbours(seen)
    if near is None or not near.complete or _above(seen) is not None:
        return
    domain = seen.identity.domain
    verified = [one.name for one in near.addresses(domain) if one.status is Status.SUCCESS]
    names = [seen.identity.name] if not seen.identity.is_domain and seen.ses_identity is not None else verified
    if not names or (seen.identity.is_domain and not seen.identity_missing):
        return
    yield Hit(
        subject=names[0],
        detail=f"DKIM signs with amazonses.com and SPF passes for it; neither aligns with {domain}",
        expected=f"a verified identity of {domain}",
        observed=tuple(f"{name}: an address identity" for name in names),
        fix=Fix(
            f"Verify {domain} itself: its own DKIM signature then aligns. If {domain} is not yours, such as a mailbox"
            " provider's, send from a domain that is",
            commands=(f"sendready apply {domain}",),
            safe=True,
        ),
    )
