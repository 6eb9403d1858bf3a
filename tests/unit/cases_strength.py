"""The cases of what is asked of mail beyond working: remarks on SPF, how strong DMARC is, what bulk senders owe."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from builders import (
    AT,
    BOUNCE,
    DMARC,
    DMARC_TEXT,
    DOMAIN,
    NOWHERE,
    SERVERS,
    SPF,
    account,
    cut,
    dkim,
    held,
    looked,
    own,
    policy,
    said,
    sightings,
    walked,
)
from cases_around import SUBDOMAIN
from cases_message import given
from messages import message
from surroundings import address, beside, look_at_address

from sendready.model.answers import Answers, MailType, Source
from sendready.model.identity import Identity, IdentityKind
from sendready.model.mail_auth import MailAuth
from sendready.model.observation import Observation, Past, Seen
from sendready.model.records import NameServer, Outcome, Question, RecordType, Sighting

CNAME, TXT = Question(DOMAIN, RecordType.CNAME), Question(DOMAIN, RecordType.TXT)
ALIAS = Question(DMARC.name, RecordType.CNAME)
DBL = Question(f"{DOMAIN}.dbl.spamhaus.org", RecordType.A)
HOME = Question(DOMAIN, RecordType.MX)
ADDRESSES = (Question(DOMAIN, RecordType.A), Question(DOMAIN, RecordType.AAAA))
BUSY = Seen(account(sent=5_000.0))
MANY = Answers(volume="about 5,000 a day")
SETTLED = Past(ready_since=AT - timedelta(days=40))
RECENT = Past(ready_since=AT - timedelta(days=20))
NEVER_VERIFIED = replace(held(), last_success=None)
OPEN = f"{DMARC_TEXT}; np=none"


def beside_alias(alias: Question, text: Question, *texts: str, at: int = 0) -> tuple[Sighting, ...]:
    """A server that has a CNAME at a name, and one, the same or another, that has a text there."""
    return (said(alias, ("d.vendor.example",)), said(text, texts, SERVERS[at]))


def with_alias(at: int) -> Observation:
    """A DMARC record and, at the first server, an alias; the record is at this one."""
    alias, text = beside_alias(ALIAS, DMARC, DMARC_TEXT, at=at)
    found = replace(policy(DMARC_TEXT), sightings=(text,))
    seen = looked(dmarc=found, auth=MailAuth((alias,)))
    records = tuple(replace(r, sightings=(text,)) if r.wanted.question == DMARC else r for r in seen.records)
    return replace(seen, records=replace(seen.records, observed=records))


def domain_alias(at: int) -> Observation:
    """The same at the domain itself."""
    alias, text = beside_alias(CNAME, TXT, "v=spf1 -all", at=at)
    return looked(zone_sightings=(alias,), auth=MailAuth((text,)))


def cut_at(*pieces: str) -> Observation:
    """A DMARC record in several strings."""
    seen = replace(said(DMARC, ("".join(pieces),)), pieces=(pieces,))
    observed = looked()
    records = tuple(replace(r, sightings=(seen,)) if r.wanted.question == DMARC else r for r in observed.records)
    return replace(observed, records=replace(observed.records, observed=records))


def home(*exchangers: str, addresses: Outcome | tuple[str, ...] = Outcome.NODATA) -> MailAuth:
    """The MX of the domain, and its addresses, which are asked where there is none."""
    told = sightings(HOME, exchangers or Outcome.NODATA)
    more = () if exchangers else tuple(s for question in ADDRESSES for s in sightings(question, addresses))
    return MailAuth((*told, *more))


def free_mailbox(name: str) -> Observation:
    """A look at an address identity of this name."""
    return replace(look_at_address(beside(address(name))), identity=Identity(name, IdentityKind.ADDRESS))


UNSIGNED = held(dkim=dkim(signing_enabled=False), mail_from=None)
RECEIVED = "Received: from {ses} ({name}[54.240.9.1]) by mx.example.net with {by} id 7;\r\n"
SERVER = "a9-1.smtp-out.eu-west-1.amazonses.com"


def handed_over(by: str, name: str = f"{SERVER} ", ses: str = SERVER) -> Observation:
    """A message and how the receiver says that it got it."""
    return given(RECEIVED.format(ses=ses, by=by, name=name).encode() + message())


def glued(glue: str, own: str) -> Observation:
    """A name server inside the zone: its address at the registrar, and in the zone."""
    name = f"ns1.{DOMAIN}"
    asked = Question(name, RecordType.A)
    return looked(delegation=cut(glue=(NameServer(name, glue),)), zone_sightings=sightings(asked, (own,)))


def listed(code: str) -> Observation:
    """What a list of domains answers about the domain."""
    return looked(listings=(said(DBL, (code,)),))


def typed(name: str, as_typed: str) -> Observation:
    """A look at a domain that was typed in another form."""
    return replace(looked(), identity=Identity(name, typed=as_typed))


STRENGTH = {
    "ENV021": (typed("xn--mnchen-3ya.de", "münchen.de"), typed("xn--mnchen-3ya.de", "XN--mnchen-3ya.de")),
    "RUN004": (
        looked(ses=held(tags=(("aws:cloudformation:stack-name", "mail"),))),
        looked(ses=held(tags=(("managed-by", "the mail team"),))),
    ),
    "RUN003": (
        looked(dns={SPF: NOWHERE}, ses=NEVER_VERIFIED, sources={"mail_from": Source.SAVED}),
        looked(ses=NEVER_VERIFIED, sources={"mail_from": Source.SAVED}),
    ),
    "REP003": (listed("127.0.1.2"), looked(listings=(said(DBL, Outcome.NXDOMAIN),))),
    "DEL009": (glued("192.0.2.9", "192.0.2.1"), glued("192.0.2.1", "192.0.2.1")),
    "SPF009": (
        looked(auth=own("v=spf1 include:amazonses.com ~all")),
        looked(auth=own("v=spf1 include:amazonses.com ~all"), ses=held(mail_from=None)),
    ),
    "SPF019": (domain_alias(0), domain_alias(1)),
    "SPF020": (
        looked(auth=own("v=spf1 exists:%{i}.x.example ~all")),
        looked(auth=own("v=spf1 exp=%{i}.x.example ~all")),
    ),
    "SPF021": (looked(auth=own("v=spf1 mx -all")), looked(auth=own("v=spf1 -all"))),
    "DMC020": (looked(past=SETTLED), looked(past=RECENT)),
    "DMC022": (looked(dmarc=policy(OPEN)), looked(dmarc=policy(f"{DMARC_TEXT}; sp=none"))),
    "DMC026": (
        looked(identity=SUBDOMAIN, missing=True, around=beside(held()), dmarc=policy(f"{DMARC_TEXT}; adkim=s")),
        looked(identity=SUBDOMAIN, missing=True, around=beside(held()), dmarc=policy(DMARC_TEXT)),
    ),
    "DMC027": (
        looked(identity=SUBDOMAIN, dmarc=walked(SUBDOMAIN.name, example_com="v=DMARC1; p=none; sp=reject")),
        looked(identity=SUBDOMAIN, dmarc=walked(SUBDOMAIN.name, news_example_com="v=DMARC1; p=none")),
    ),
    "DMC030": (with_alias(0), with_alias(1)),
    "DMC034": (looked(dns={SPF: Outcome.NODATA}), looked(ses=held(mail_from=None))),
    "DMC037": (cut_at("v=DMARC1; p=no", "ne"), cut_at("v=DMARC1;", "p=none")),
    "MFR016": (looked(around=beside(address(f"hello@{BOUNCE}"))), looked(around=beside(address()))),
    "BLK001": (
        looked(account=BUSY, dns={SPF: Outcome.NODATA}),
        looked(account=Seen(account(sent=3_000.0)), dns={SPF: Outcome.NODATA}),
    ),
    "BLK002": (
        looked(answers=MANY, dmarc=policy(), dns={DMARC: Outcome.NXDOMAIN}),
        looked(answers=MANY, dmarc=policy(complete=False), dns={DMARC: Outcome.TIMEOUT}),
    ),
    "BLK003": (
        looked(answers=MANY, ses=UNSIGNED),
        looked(answers=Answers(volume="500 a day"), ses=UNSIGNED),
    ),
    "BLK004": (looked(answers=Answers(volume="5k")), looked(answers=Answers(mail_type=MailType.MARKETING))),
    "BLK008": (
        handed_over("ESMTPS", "unknown ", "b224-1.smtp-out.eu-west-1.amazonses.com"),
        handed_over("ESMTPS", "unknown "),
    ),
    "BLK009": (handed_over("ESMTP"), handed_over("(ECDHE-RSA-AES256-GCM-SHA384 encrypted) SMTP")),
    "BLK010": (looked(auth=home()), looked(auth=home(addresses=("192.0.2.80",)))),
    "BLK011": (free_mailbox("shop@gmail.com"), free_mailbox(f"shop@{DOMAIN}")),
    "BLK015": (
        looked(answers=Answers(mail_type=MailType.MARKETING), auth=home("10 mx.example.net")),
        looked(answers=Answers(mail_type=MailType.MARKETING), auth=home("0 ")),
    ),
}
"""By id: the look that provokes it, and the one beside it."""
