"""What receivers will make of mail that SES sends for this identity: both legs, DMARC, and who wants more than that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sendready.mailauth import dkim_key, dmarc, spf
from sendready.model.identity import Status
from sendready.model.observation import Observation
from sendready.model.records import RecordState, RecordType
from sendready.model.step import Step


class Outlook(StrEnum):
    """What will become of it."""

    PASS = "pass"  # noqa: S105  # a result of DMARC
    FAIL = "fail"
    UNKNOWN = "unknown"
    """Something it depends on could not be looked at."""


@dataclass(frozen=True, slots=True)
class Leg:
    """DKIM or SPF, as far as DMARC is concerned."""

    domain: str | None
    """The domain it vouches for; None where that is not known."""
    passes: bool | None
    """Whether the check itself passes, for whatever domain; None where it is not known."""
    aligned: bool | None
    """Whether it passes for a domain that DMARC takes for the From domain's (RFC 9989, section 4.4)."""
    why: str
    """The reason, as a clause."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The whole of it for mail from an address at the identity's domain."""

    author: str
    """The domain of the From address."""
    dkim: Leg
    spf: Leg
    dmarc: Outlook
    """Whether one aligned leg passes."""
    bulk: dict[str, tuple[Outlook, str]]
    """Gmail, Yahoo and Outlook, which want more of those who send in bulk: what they do, and why."""


def predict(seen: Observation) -> Prediction:
    """Judges one observation; what could not be looked at makes a leg unknown, never failing."""
    signature, envelope = _dkim(seen), _spf(seen)
    legs = (signature.aligned, envelope.aligned)
    unknown = seen.dmarc_seen is None or (None in legs and True not in legs)
    result = Outlook.UNKNOWN if unknown else Outlook.PASS if True in legs else Outlook.FAIL
    return Prediction(seen.identity.domain, signature, envelope, result, _bulk(seen, signature, envelope, result))


def _dkim(seen: Observation) -> Leg:
    """SES signs with the identity's own domain, which is the From domain: strict or relaxed, that aligns."""
    ses, domain = seen.ses_identity, seen.identity.domain
    if seen.identity_missing:
        return Leg(domain, False, False, "there is no identity")
    if ses is None:
        return Leg(None, None, None, "SES was not asked")
    if not seen.identity.is_domain and ses.dkim.status is not Status.SUCCESS:
        return Leg(spf.AMAZON, True, False, "for an address SES signs with amazonses.com; only a domain has keys")
    if not ses.dkim.signing_enabled:
        return Leg(domain, False, False, "signing is switched off")
    if ses.dkim.status is not Status.SUCCESS:
        return Leg(domain, False, False, f"SES says {ses.dkim.status.value}")
    if _no_key(seen):
        return Leg(domain, False, False, "no key is published behind its records")
    states = {record.state for record in seen.records.of_step(Step.DKIM)}
    if (states and states <= _LEADS_NOWHERE) or _own_key_gone(seen):  # whatever SES saw at its last look
        return Leg(domain, False, False, "receivers find no key: its DKIM records are not in DNS as they should be")
    if states & {*_LEADS_NOWHERE, RecordState.UNKNOWN}:
        return Leg(domain, None, None, "SES signs with one of its keys, and not all of them can be found")
    return Leg(domain, True, True, f"SES signs with d={domain}")


_LEADS_NOWHERE = {RecordState.MISSING, RecordState.WRONG}
"""What is proven of a record that leads receivers to no key."""


def _own_key_gone(seen: Observation) -> bool:
    """Whether the key that the user gave to SES is proven to be nowhere at its selector."""
    return bool(seen.own_key) and all(key.outcome.conclusive and not key.answers for key in seen.own_key)


def _no_key(seen: Observation) -> bool:
    """Whether it is proven that none of the keys that receivers are sent to can be used."""
    keys, wanted = seen.auth.keys, seen.records.of_step(Step.DKIM)
    if len(keys) < len(wanted) or not all(key.outcome.conclusive for key in keys):
        return False
    return bool(keys) and not any(dkim_key.parse(text).usable for key in keys for text in key.answers)


def _spf(seen: Observation) -> Leg:
    ses = seen.ses_identity
    if seen.identity_missing:
        return Leg(None, False, False, "there is no identity")
    if ses is None:
        return Leg(None, None, None, "SES was not asked")
    if ses.mail_from is None:
        return Leg(spf.AMAZON, True, False, "mail leaves with amazonses.com as its MAIL FROM")
    if ses.mail_from.status is not Status.SUCCESS:
        return Leg(spf.AMAZON, True, False, f"SES does not use {ses.mail_from.domain} ({ses.mail_from.status.value})")
    domain = ses.mail_from.domain
    passes, why = _lets_ses_send(seen, domain)
    if passes is not True:
        return Leg(domain, passes, passes, why)
    apart = _kept_apart(seen, domain)
    return Leg(domain, True, not apart, apart or why)


def _lets_ses_send(seen: Observation, domain: str) -> tuple[bool | None, str]:
    record = next((r for r in seen.records.of_step(Step.MAIL_FROM) if r.wanted.type is RecordType.TXT), None)
    node = seen.auth.mail_from_spf
    if node is not None and node.known:
        covers, path = spf.covers_ses(node, seen.auth.amazon)
        if covers is not spf.Covers.NO:
            return covers is spf.Covers.YES or None, f"the SPF record lets SES send: {' → '.join(path) or domain}"
        return False, f"the SPF record at {domain} does not let SES send"
    match record.state if record is not None else RecordState.UNKNOWN:
        case RecordState.LIVE | RecordState.SPREADING:
            return True, f"the SPF record at {domain} lets SES send"
        case RecordState.UNKNOWN:
            return None, f"the SPF record at {domain} could not be looked up"
        case RecordState.MISSING:
            return False, f"there is no SPF record at {domain}"
        case RecordState.WRONG:
            return False, f"the SPF record at {domain} does not let SES send"


def _kept_apart(seen: Observation, domain: str) -> str:
    """Why the MAIL FROM domain does not count as the From domain's; empty where it does."""
    found, author = seen.dmarc_seen, seen.identity.domain
    if found is None or found.record is None:
        return ""  # without any record the walk knows no organisation, and nobody compares two
    if found.record.strict("aspf"):
        return "`aspf=s` asks for the From domain itself, which SES allows no MAIL FROM to be"
    records = {found.found_at.removeprefix("_dmarc.") if found.found_at else author: found.record, **dict(found.walk)}
    if dmarc.organizational(domain, records) != dmarc.organizational(author, records):
        return f"{domain} and {author} count as two organisations"
    return ""


def _bulk(seen: Observation, dkim: Leg, envelope: Leg, result: Outlook) -> dict[str, tuple[Outlook, str]]:
    """Who sends in bulk must pass both checks, aligned or not, and DMARC, with a policy stated.

    Gmail (support 81126), Yahoo (Sender Best Practices) and Outlook (April 2025) ask for the same three; each has its
    own answer where one is missing.
    """
    found = seen.dmarc_seen
    if found is None or not (found.complete or found.record):
        policy: bool | None = None
    else:
        policy = found.policy is not None and not found.competing
    wants = (
        (dkim.passes, "DKIM does not pass"),
        (envelope.passes, "SPF does not pass"),
        (policy, "there is no DMARC policy"),
        ({Outlook.PASS: True, Outlook.FAIL: False, Outlook.UNKNOWN: None}[result], "DMARC does not pass"),
    )
    missing = [number for number, (passes, _) in enumerate(wants) if passes is False]
    said: dict[str, tuple[Outlook, str]] = {}
    for receiver, codes in _CODES.items():
        if missing:
            said[receiver] = (Outlook.FAIL, " ".join(filter(None, (wants[missing[0]][1], codes[missing[0]]))))
        elif any(passes is None for passes, _ in wants):
            said[receiver] = (Outlook.UNKNOWN, "not everything could be looked at")
        else:
            said[receiver] = (Outlook.PASS, "SPF, DKIM and DMARC pass")
    return said


_CODES = {
    "gmail": ("4.7.30", "4.7.27", "4.7.31", "4.7.32"),
    "yahoo": ("", "", "", ""),
    "outlook": ("550 5.7.515", "550 5.7.515", "550 5.7.515", "550 5.7.515"),
}
"""With what each refuses mail, where it says: DKIM, SPF, no policy, DMARC."""
